"""A simulated iPhone, iPad or Mac. It speaks to the devices' door as any device would.

What it answers follows from a state that a test or the demo sets: apps, passcode, version. It
obeys the passcode profile that it is sent: with one installed and a passcode set, it says that the
passcode complies.
"""

import base64
import plistlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from quartermaster.drivers.apple.wire import cms, scep_client

PASSCODE_PAYLOAD = "com.apple.mobiledevice.passwordpolicy"
UNKNOWN_COMMAND = 12021
MOST_COMMANDS = 200
Message = dict[str, Any]


class Refused(Exception):  # noqa: N818 (an outcome)
    """The server refused something that a well-behaved device asked for."""


@dataclass
class AppleDevice:
    """One device: what it is, how it stands, and its identity once it has enrolled."""

    client: httpx.Client
    clock: Callable[[], datetime]
    udid: str
    serial: str
    name: str = "iPhone"
    product: str = "iPhone17,3"
    model: str = "iPhone 16"
    os_version: str = "26.1"
    build: str = "23B85"
    supervised: bool = False
    passcode: bool = True
    locked: bool = False
    protected: bool | None = None
    applications: list[tuple[str, str, str]] = field(default_factory=list)
    profiles: dict[str, Message] = field(default_factory=dict)
    key: rsa.RSAPrivateKey | None = None
    certificate: x509.Certificate | None = None
    server_url: str = ""
    topic: str = ""

    def enrol(self, address: str) -> None:
        """Fetch the enrolment profile at ``address`` and go through with it.

        Raises:
            Refused: the server said no at any step.
        """
        profile = self._profile(self._expect(self.client.get(address)).content)
        payloads = {item["PayloadType"]: item for item in profile["PayloadContent"]}
        asked = payloads["com.apple.security.scep"]["PayloadContent"]
        management = payloads["com.apple.mdm"]
        self.server_url, self.topic = management["ServerURL"], management["Topic"]
        self._get_certificate(asked["URL"], asked["Challenge"])
        self.profiles = {profile["PayloadIdentifier"]: profile}
        self._check_in(
            "Authenticate",
            Topic=self.topic,
            DeviceName=self.name,
            Model=self.product,
            ModelName=self.model,
            ProductName=self.product,
            OSVersion=self.os_version,
            BuildVersion=self.build,
            SerialNumber=self.serial,
        )
        self._check_in(
            "TokenUpdate",
            Topic=self.topic,
            Token=self.udid.encode().ljust(32, b"\x00")[:32],
            PushMagic=f"magic {self.udid}",
        )

    def _profile(self, body: bytes) -> Message:
        if body.lstrip().startswith(b"<?xml"):
            return dict(plistlib.loads(body))
        signed = cms.load_signed_data(body)
        content = signed["encap_content_info"]["content"].native
        cms.verify_signer(signed, content)
        return dict(plistlib.loads(content))

    def _get_certificate(self, url: str, challenge: str) -> None:
        served = self._expect(self.client.get(url, params={"operation": "GetCACert"}))
        authority = scep_client.certificates_of(served.content)[0]
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        sent = scep_client.request(
            self.key, name=self.udid, challenge=challenge, authority=authority, at=self.clock()
        )
        where = urlsplit(url)._replace(query="operation=PKIOperation").geturl()
        answer = self._expect(self.client.post(where, content=sent.message))
        self.certificate = scep_client.read_answer(answer.content, sent, authority)

    def check_out(self) -> None:
        """The holder removes the management profile."""
        self._check_in("CheckOut", Topic=self.topic)

    def work(self) -> list[str]:
        """Wake up and answer until nothing is left; the kinds of command that were answered."""
        done: list[str] = []
        response = self._say({"Status": "Idle", "UDID": self.udid})
        while response.content and len(done) < MOST_COMMANDS:
            message = plistlib.loads(response.content)
            kind = message["Command"]["RequestType"]
            done.append(kind)
            answer = self._answer(kind, message["Command"])
            answer |= {"UDID": self.udid, "CommandUUID": message["CommandUUID"]}
            response = self._say(answer)
        return done

    def _answer(self, kind: str, command: Message) -> Message:
        if self.locked and kind in {"InstallProfile", "RemoveProfile"}:
            return {"Status": "NotNow"}
        reply = _REPLIES.get(kind)
        if reply is None:
            chain = [
                {
                    "ErrorCode": UNKNOWN_COMMAND,
                    "ErrorDomain": "MCMDMErrorDomain",
                    "LocalizedDescription": "Unknown command",
                }
            ]
            return {"Status": "Error", "ErrorChain": chain}
        return {"Status": "Acknowledged", **reply(self, command)}

    def device_information(self, command: Message) -> Message:
        known = {
            "DeviceName": self.name,
            "OSVersion": self.os_version,
            "BuildVersion": self.build,
            "ModelName": self.model,
            "Model": self.product,
            "ProductName": self.product,
            "SerialNumber": self.serial,
            "UDID": self.udid,
            "IsSupervised": self.supervised,
        }
        asked = command.get("Queries", [])
        return {"QueryResponses": {key: known[key] for key in asked if key in known}}

    def security_info(self, _: Message) -> Message:
        said: Message = {
            "HardwareEncryptionCaps": 3,
            "PasscodePresent": self.passcode,
            "PasscodeCompliant": self.passcode or not self._passcode_asked(),
            "PasscodeCompliantWithProfiles": self.passcode or not self._passcode_asked(),
        }
        if self.protected is not None:
            said = {"FDE_Enabled": True, "SystemIntegrityProtectionEnabled": self.protected} | {
                key: said[key] for key in ("PasscodePresent", "PasscodeCompliant")
            }
        return {"SecurityInfo": said}

    def _passcode_asked(self) -> bool:
        return any(
            item["PayloadType"] == PASSCODE_PAYLOAD
            for profile in self.profiles.values()
            for item in profile["PayloadContent"]
        )

    def installed_applications(self, command: Message) -> Message:
        shown = [] if command.get("ManagedAppsOnly") else self.applications
        rows = [{"Identifier": i, "Name": n, "ShortVersion": v} for i, n, v in shown]
        return {"InstalledApplicationList": rows}

    def profile_list(self, _: Message) -> Message:
        keys = ("PayloadIdentifier", "PayloadUUID", "PayloadDisplayName")
        rows = [{key: item.get(key, "") for key in keys} for item in self.profiles.values()]
        return {"ProfileList": rows}

    def install_profile(self, command: Message) -> Message:
        profile = self._profile(command["Payload"])
        self.profiles[profile["PayloadIdentifier"]] = profile
        return {}

    def remove_profile(self, command: Message) -> Message:
        self.profiles.pop(command["Identifier"], None)
        return {}

    def _check_in(self, kind: str, **more: object) -> None:
        self._expect(self._say({"MessageType": kind, "UDID": self.udid, **more}))

    def _say(self, message: Message) -> httpx.Response:
        assert self.certificate is not None
        assert self.key is not None
        body = plistlib.dumps(message)
        signature = cms.sign_detached(body, self.certificate, self.key)
        headers = {"Mdm-Signature": base64.b64encode(signature).decode()}
        return self._expect(self.client.put(self.server_url, content=body, headers=headers))

    @staticmethod
    def _expect(response: httpx.Response) -> httpx.Response:
        if response.is_error:
            raise Refused(f"{response.status_code}: {response.text[:300]}")
        return response


_REPLIES: dict[str, Callable[[AppleDevice, Message], Message]] = {
    "DeviceInformation": AppleDevice.device_information,
    "SecurityInfo": AppleDevice.security_info,
    "InstalledApplicationList": AppleDevice.installed_applications,
    "ProfileList": AppleDevice.profile_list,
    "InstallProfile": AppleDevice.install_profile,
    "RemoveProfile": AppleDevice.remove_profile,
}
