"""Account-driven enrolment from the device's side, and the person who signs in on it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from quartermaster.drivers.apple.wire import cms, plist
from quartermaster.simulators.apple.answers import management_of, profile_in
from quartermaster.simulators.apple.device import SimulatedDevice
from quartermaster.simulators.apple.identities import Refused, good
from quartermaster.simulators.clock import now

CALLBACK = "apple-remotemanagement-user-login"
WELL_KNOWN = "/.well-known/com.apple.remotemanagement"
_PARAMETER = re.compile(r'(\w[\w-]*)="([^"]*)"')
_FIELD = re.compile(r'<input[^>]*name="csrfmiddlewaretoken"[^>]*value="([^"]+)"')
MODES = {"mdm-byod": "BYOD", "mdm-adde": "ADDE"}


class NotEnrolled(Exception):  # noqa: N818 (an outcome)
    """The device stops, as a real one would."""


@dataclass
class Holder:
    """The person with the device in hand. ``web`` is the browser, with its cookies."""

    web: httpx.Client
    email: str
    password: str
    device: str = "new"
    agrees: bool = True

    def sign_in(self, address: str) -> str:
        """Log in at the page that the device opened, agree there; where the page leads."""
        page = self.web.get(address, follow_redirects=True)
        if "/log-in/" in str(page.url):
            given = {"email": self.email, "password": self.password}
            page = self._send(page, {**given, "next": _next_of(page)}, follow=True)
        answers = {"device": self.device, **({"consent": "on"} if self.agrees else {})}
        answered = self._send(page, answers, follow=False)
        if answered.status_code != httpx.codes.PERMANENT_REDIRECT:
            raise Refused(answered)
        return str(answered.headers["Location"])

    def _send(
        self, page: httpx.Response, fields: dict[str, str], *, follow: bool
    ) -> httpx.Response:
        found = _FIELD.search(page.text)
        if found is None:
            raise Refused(page)
        data = {**fields, "csrfmiddlewaretoken": unescape(found.group(1))}
        address = str(page.url)
        headers = {"Referer": address}
        return self.web.post(address, data=data, headers=headers, follow_redirects=follow)


def _next_of(page: httpx.Response) -> str:
    return parse_qs(urlsplit(str(page.url)).query).get("next", [""])[0]


def enrol_by_account(device: SimulatedDevice, holder: Holder, domain: str) -> None:
    """“Sign In to Work or School Account”: from the account's name to the enrolled device.

    ``domain`` is the address at which the account's domain answers.
    """
    server = discover(device, holder.email, domain)
    first = attempt(device, server["BaseURL"])
    if first.status_code != httpx.codes.UNAUTHORIZED:
        raise Refused(first)
    challenge = dict(_PARAMETER.findall(first.headers.get("WWW-Authenticate", "")))
    if challenge.get("method") != "apple-as-web":
        raise NotEnrolled("The server names no way to sign in that is known here.")
    leads = holder.sign_in(
        str(httpx.URL(challenge["url"]).copy_merge_params({"user-identifier": holder.email}))
    )
    device.access_token = token_in(leads)
    second = good(attempt(device, server["BaseURL"]))
    check_profile(second.content, MODES[server["Version"]])
    device.install(second.content)


def discover(device: SimulatedDevice, identifier: str, domain: str) -> dict[str, str]:
    """The one server that the account's domain names."""
    asked = {"user-identifier": identifier, "model-family": _family(device)}
    answered = good(device.client.get(urljoin(domain, WELL_KNOWN), params=asked))
    servers = answered.json()["Servers"]
    if len(servers) != 1 or servers[0]["Version"] not in MODES:
        raise NotEnrolled("The domain does not name exactly one server.")
    return dict(servers[0])


def _family(device: SimulatedDevice) -> str:
    product = device.state.product
    return next((name for name in ("iPhone", "iPad") if product.startswith(name)), "Mac")


def attempt(device: SimulatedDevice, address: str, *, own: bool = False) -> httpx.Response:
    """Ask for the profile, signed by the identity that the device was built with.

    ``own``: with the serial number and UDID, as a device that is no user's own may tell them.
    """
    headers = {"Content-Type": "application/pkcs7-signature"}
    if device.access_token:
        headers["Authorization"] = f"Bearer {device.access_token}"
    return device.client.post(address, content=machine_info(device, own=own), headers=headers)


def machine_info(device: SimulatedDevice, *, own: bool) -> bytes:
    state = device.state
    told: dict[str, Any] = {
        "LANGUAGE": "en-US",
        "PRODUCT": state.product,
        "VERSION": state.build,
        "OS_VERSION": state.os_version,
    }
    if own:
        told |= {"UDID": state.udid, "SERIAL": state.serial}
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return cms.sign(plist.dumps(told), _built_in(key), key)


def _built_in(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Simulated device identity")])
    at = now()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )


def token_in(address: str) -> str:
    """The access token in the address at which a sign-in ends."""
    parts = urlsplit(address)
    token = parse_qs(parts.query).get("access-token", [""])[0]
    if (parts.scheme, parts.netloc) != (CALLBACK, "authentication-results") or not token:
        raise NotEnrolled("The sign-in ended nowhere.")
    return token


def check_profile(body: bytes, mode: str) -> None:
    """What the system itself looks for before it enrols."""
    management = management_of(profile_in(body))
    if management.get("EnrollmentMode") != mode or not management.get("AssignedManagedAppleID"):
        raise NotEnrolled("The profile names another mode, or no account.")
    if mode == "BYOD" and "AccessRights" in management:
        raise NotEnrolled("A user's enrolment has no access rights.")
