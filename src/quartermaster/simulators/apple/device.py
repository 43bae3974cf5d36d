"""A device that enrols, connects and leaves, over the same doors as a real one."""

import base64
from typing import Any
from uuid import uuid4

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from quartermaster.drivers.apple.wire import cms, plist, scep_client
from quartermaster.simulators.apple.answers import answer, management_of, payload_of, profile_in
from quartermaster.simulators.apple.state import State
from quartermaster.simulators.clock import now

MOST_COMMANDS = 200
TOKEN_BYTES = 32


class Refused(Exception):  # noqa: N818 (an outcome)
    """A door did not answer 200."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.url.path} answered {response.status_code}.")
        self.response = response


class SimulatedDevice:
    """One device with its identity. ``state`` may be changed at any time between connects."""

    def __init__(self, client: httpx.Client, state: State) -> None:
        self.client = client
        self.state = state
        self.key: rsa.RSAPrivateKey | None = None
        self.certificate: x509.Certificate | None = None
        self.management: dict[str, Any] = {}
        self.enrollment_id = ""

    def enrol(self, profile_url: str) -> None:
        """Fetch the profile, get an identity, and check in (Authenticate, TokenUpdate)."""
        served = _good(self.client.get(profile_url))
        self.install(served.content)

    def install(self, enrolment_profile: bytes) -> None:
        """Install an enrolment profile that is at hand already."""
        profile = profile_in(enrolment_profile)
        self.management = dict(management_of(profile))
        self._get_identity(payload_of(profile, "com.apple.security.scep")["PayloadContent"])
        self.state.profiles[profile["PayloadIdentifier"]] = profile
        if self.state.user_enrolled:
            self.enrollment_id = str(uuid4()).upper()
        self.authenticate()
        self.update_token()

    def authenticate(self) -> None:
        message = {
            "MessageType": "Authenticate",
            "Topic": self.management["Topic"],
            "OSVersion": self.state.os_version,
            "BuildVersion": self.state.build,
            "ProductName": self.state.product,
            "ModelName": self.state.model_name,
        }
        if not self.enrollment_id:
            message["DeviceName"] = self.state.name
            message |= {"SerialNumber": self.state.serial} if self.state.serial else {}
            message |= {"IMEI": self.state.imei} if self.state.imei else {}
        self._check_in(message)

    def update_token(self) -> None:
        message: dict[str, Any] = {
            "MessageType": "TokenUpdate",
            "Topic": self.management["Topic"],
            "PushMagic": str(uuid4()).upper(),
            "Token": uuid4().bytes * (TOKEN_BYTES // 16),
        }
        if not self.state.is_mac and not self.enrollment_id:
            self.state.unlock_token = uuid4().bytes
            message["UnlockToken"] = self.state.unlock_token
        self._check_in(message)

    def connect(self) -> list[str]:
        """Work off the queue; the kinds of the commands answered, in order."""
        done: list[str] = []
        if not self.state.running:
            return done
        body = self._say(self.management["ServerURL"], {"Status": "Idle"})
        while body and len(done) < MOST_COMMANDS:
            asked = plist.loads(body)
            command = asked["Command"]
            done.append(str(command["RequestType"]))
            reply = {"CommandUUID": asked["CommandUUID"], **self.obey(command)}
            body = self._say(self.management["ServerURL"], reply)
            if self.state.erased is not None:
                self._forget()
                break
            if not self.state.running:
                break
        return done

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Carry out one command; the answer to it."""
        return answer(self.state, command)

    def check_out(self) -> None:
        """The holder removes the management profile, and with it all that it installed."""
        self._check_in({"MessageType": "CheckOut", "Topic": self.management["Topic"]})
        self._forget()

    def _forget(self) -> None:
        self.state.profiles.clear()
        self.state.identity = None
        self.certificate = None

    def _check_in(self, message: dict[str, Any]) -> None:
        address = self.management.get("CheckInURL") or self.management["ServerURL"]
        self._say(address, message)

    def _say(self, address: str, message: dict[str, Any]) -> bytes:
        """PUT one signed message; the answer's body."""
        assert self.certificate is not None
        assert self.key is not None
        body = plist.dumps({**message, **self._ids()})
        signature = cms.sign_detached(body, self.certificate, self.key)
        headers = {"Mdm-Signature": base64.b64encode(signature).decode()}
        return _good(self.client.put(address, content=body, headers=headers)).content

    def _ids(self) -> dict[str, str]:
        if self.enrollment_id:
            return {"EnrollmentID": self.enrollment_id}
        return {"UDID": self.state.udid}

    def _get_identity(self, asked: dict[str, Any]) -> None:
        served = _good(self.client.get(asked["URL"], params={"operation": "GetCACert"}))
        authority = scep_client.certificates_of(served.content)[0]
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=asked["Keysize"])
        sent = scep_client.request(
            self.key,
            name=str(asked["Subject"][-1][0][1]),
            challenge=asked["Challenge"],
            authority=authority,
            at=now(),
        )
        answered = self.client.post(
            asked["URL"], params={"operation": "PKIOperation"}, content=sent.message
        )
        self.certificate = scep_client.read_answer(_good(answered).content, sent, authority)
        self.state.identity = self.certificate


def _good(response: httpx.Response) -> httpx.Response:
    if response.status_code != httpx.codes.OK:
        raise Refused(response)
    return response
