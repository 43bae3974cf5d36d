"""Renewal at the real door by a client that is not ours: micromdm's scepclient."""

from datetime import timedelta

import httpx
import pytest
from cryptography import x509

from quartermaster.drivers.apple.wire import plist
from quartermaster.kernel.clock import now
from quartermaster.mdm.models import Certificate, Enrolment, Renewal
from quartermaster.mdm.tokens import token_hash
from tests.interop.doors import devices_door
from tests.interop.test_scep_clients import run
from tests.interop.tools import tool

pytestmark = [pytest.mark.interop, pytest.mark.django_db(transaction=True)]


def ask(door, challenge, folder):
    (folder / "csr.pem").unlink(missing_ok=True)  # it would send the first challenge again
    return run(
        tool("scepclient"),
        f"-server-url={door}/scep",
        f"-challenge={challenge}",
        "-private-key=key.pem",
        "-certificate=cert.pem",
        cwd=folder,
    )


@pytest.mark.clause("G-10")
def test_scepclient_renews_with_its_present_certificate(invited, tmp_path):
    _, path = invited("PH-7")
    with devices_door() as door:
        profile = plist.loads(httpx.get(f"{door}{path}", params={"signed": "no"}).content)
        (scep,) = (p for p in profile["PayloadContent"] if p["PayloadType"].endswith(".scep"))
        first = ask(door, scep["PayloadContent"]["Challenge"], tmp_path)
        assert first.returncode == 0, first.stderr
        enrolment = Enrolment.objects.get()
        refused = ask(door, "", tmp_path)
        assert refused.returncode != 0  # neither due nor asked for
        Renewal.objects.create(
            enrolment=enrolment,
            challenge_hash=token_hash("renew"),
            means="SCEP",
            created_at=now(),
            created_by="test",
            expires_at=now() + timedelta(days=15),
        )
        again = ask(door, "", tmp_path)  # its signature is all it brings
    assert again.returncode == 0, again.stderr
    assert Enrolment.objects.get() == enrolment
    assert Certificate.objects.filter(enrolment=enrolment).count() == 2
    kept = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    serials = set(Certificate.objects.values_list("serial", flat=True))
    assert format(kept.serial_number, "x") in serials
