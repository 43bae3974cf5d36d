"""The proxy's certificate header at the door: from whom it comes, and only once."""

import base64
import plistlib
from ipaddress import ip_network

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("networks", "times", "status"),
    [(["127.0.0.0/8"], 1, 200), (["10.0.0.0/8"], 1, 403), (["127.0.0.0/8"], 2, 400), ([], 1, 403)],
)
def test_the_header_counts_from_a_trusted_proxy_and_once(
    networks, times, status, assigned, token_for, at_the_door, settings
):
    settings.DEVICE_CERTIFICATE_HEADER = "client-cert"
    settings.TRUSTED_PROXIES = tuple(ip_network(item) for item in networks)
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        der = phone.certificate.public_bytes(Encoding.DER)
        headers = [("Client-Cert", f":{base64.b64encode(der).decode()}:")] * times
        body = plistlib.dumps({"Status": "Idle", **phone.ids})
        return await phone.client.put("/mdm/apple", content=body, headers=headers)

    assert at_the_door(story).status_code == status
