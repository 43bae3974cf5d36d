"""A device that enrols, connects and leaves, over the same doors as a real one."""

import base64
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import httpx

from quartermaster.drivers.apple.wire import cms, plist
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.drivers.apple.wire.ids import SHARED_IPAD
from quartermaster.simulators.apple import erasing
from quartermaster.simulators.apple.acme_client import by_acme
from quartermaster.simulators.apple.answers import (
    answer,
    management_of,
    payload_of,
    profile_in,
)
from quartermaster.simulators.apple.answers.base import Refusal
from quartermaster.simulators.apple.answers.profiles import CANNOT_PARSE
from quartermaster.simulators.apple.declaring import DeclarationClient
from quartermaster.simulators.apple.identities import ACME, SCEP, Identity, Refused, by_scep, good
from quartermaster.simulators.apple.state import MANAGEMENT, State
from quartermaster.simulators.apple.users import User

MOST_COMMANDS = 200
DONE = "Acknowledged"


class SimulatedDevice:
    """One device with its identity. ``state`` may be changed at any time between connects."""

    def __init__(self, client: httpx.Client, state: State) -> None:
        self.client = client
        self.state = state
        self.identity: Identity | None = None
        self.management: dict[str, Any] = {}
        self.enrollment_id = ""
        self.access_token = ""
        self.users: dict[str, User] = {}
        self.declarations = DeclarationClient(state, self._ask, self._fetch)
        state.fetch = state.fetch or self._download
        self.push_token = b""
        self.on_token: Callable[[bytes, str], object] | None = None

    def enrol(self, profile_url: str) -> None:
        """Fetch the profile, get an identity, and check in (Authenticate, TokenUpdate)."""
        served = good(self.client.get(profile_url))
        self.install(served.content)

    def install(self, enrolment_profile: bytes) -> None:
        """Install an enrolment profile that is at hand already."""
        profile = profile_in(enrolment_profile)
        self.management = dict(management_of(profile))
        self._get_identity(profile)
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
        """Bring a new push token; ``on_token`` hears of it, and of the topic, before the server."""
        self.push_token = uuid4().bytes + uuid4().bytes
        if self.on_token is not None:
            self.on_token(self.push_token, self.management["Topic"])
        message: dict[str, Any] = {
            "MessageType": "TokenUpdate",
            "Topic": self.management["Topic"],
            "PushMagic": str(uuid4()).upper(),
            "Token": self.push_token,
        }
        if self.state.awaiting_configuration:
            message["AwaitingConfiguration"] = True
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
            if command["RequestType"] == "DeclarativeManagement" and reply["Status"] == DONE:
                self.declarations.synchronise()
            if self.state.erased is not None:
                self._begin_again()
                break
            if reply["Status"] == DONE and erasing.was_let_go(self.state, command):
                self._leave()
                break
            if not self.state.running:
                break
        if self.identity is not None and self.state.running:
            self.declarations.report()
        return done

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Carry out one command; the answer to it."""
        profile = enrolment_profile_in(command)
        if profile is None or self.state.locked:
            return answer(self.state, command)
        try:
            self._renew(profile)
        except Refusal as refusal:
            return {"Status": "Error", "ErrorChain": refusal.chain}
        return {"Status": "Acknowledged"}

    def log_in(self, user: User) -> None:
        """A user of a Mac (or a shared iPad) logs in, and the device tells of them."""
        self.users[user.short_name] = user
        message: dict[str, Any] = {
            "MessageType": "TokenUpdate",
            "Topic": self.management["Topic"],
            "PushMagic": str(uuid4()).upper(),
            "Token": uuid4().bytes + uuid4().bytes,
        }
        if self.state.is_mac:
            message |= {"UserLongName": user.long_name, "NotOnConsole": False}
        self._check_in({**message, **self._ids_of(user)})

    def connect_as(self, user: User) -> list[str]:
        """Work off a user's own queue; the kinds of the commands answered, in order."""
        done: list[str] = []
        ids, address = self._ids_of(user), self.management["ServerURL"]
        body = self._say(address, {"Status": "Idle", **ids})
        while body and len(done) < MOST_COMMANDS:
            asked = plist.loads(body)
            done.append(str(asked["Command"]["RequestType"]))
            reply = {"CommandUUID": asked["CommandUUID"], **user.obey(asked["Command"])}
            body = self._say(address, {**reply, **ids})
        return done

    def _ids_of(self, user: User) -> dict[str, str]:
        """A user as the device names them; one of its own names under User Enrolment."""
        if self.enrollment_id:
            return {"EnrollmentUserID": user.enrollment_user_id}
        guid = user.guid if self.state.is_mac else SHARED_IPAD
        return {"UserID": guid, "UserShortName": user.short_name}

    def get_token(self, service: str) -> bytes:
        """Ask for a token of a service, as a device does when a managed account signs in."""
        message = {"MessageType": "GetToken", "TokenServiceType": service}
        return bytes(plist.loads(self._check_in(message))["TokenData"])

    def check_out(self) -> None:
        """The holder removes the management profile, and with it all that it installed."""
        self._check_in({"MessageType": "CheckOut", "Topic": self.management["Topic"]})
        self._forget()

    def _begin_again(self) -> None:
        """It was erased: nothing is left, and it comes back only if it was told how."""
        self._forget()
        self.enrollment_id = self.access_token = ""
        self.users.clear()
        erasing.wipe(self.state)
        erasing.return_to_service(self.state, self.install)

    def _leave(self) -> None:
        """Its management was removed by the server: it says good-bye, heard or not."""
        with suppress(Refused, httpx.TransportError):
            self._check_in({"MessageType": "CheckOut", "Topic": self.management["Topic"]})
        self._forget()

    def _forget(self) -> None:
        self.state.leave_management()
        self.declarations.forget()
        self.state.configurations.clear()
        self.state.declared_profiles.clear()
        self.state.profiles.clear()
        self.state.identity = None
        self.identity = None

    def _renew(self, profile: dict[str, Any]) -> None:
        """The enrolment profile again: taken only if it changes nothing but the identity."""
        management = dict(management_of(profile))
        changed = {
            key
            for key in management | self.management
            if management.get(key) != self.management.get(key)
        }
        if changed - {"IdentityCertificateUUID"}:
            raise Refusal(CANNOT_PARSE, "The new MDM payload does not match the old payload.")
        try:
            self._get_identity(profile)
        except (Refused, WireError) as problem:
            raise Refusal(CANNOT_PARSE, f"The identity was not renewed: {problem}") from problem
        self.management = management
        self.state.profiles[profile["PayloadIdentifier"]] = profile

    def _check_in(self, message: dict[str, Any]) -> bytes:
        address = self.management.get("CheckInURL") or self.management["ServerURL"]
        return self._say(address, message)

    def _ask(self, endpoint: str, data: bytes | None) -> tuple[int, bytes]:
        """One question or report of declarative management; status and body of the answer."""
        address = self.management.get("CheckInURL") or self.management["ServerURL"]
        message = {"MessageType": "DeclarativeManagement", "Endpoint": endpoint, **self._ids()}
        body = plist.dumps(message | ({} if data is None else {"Data": data}))
        answered = self.client.put(address, content=body, headers=self._signed(body))
        return answered.status_code, answered.content

    def _fetch(self, address: str) -> bytes:
        """Something that a declaration names, fetched with the device's identity."""
        try:
            return good(self.client.get(address, headers=self._signed(b""))).content
        except (httpx.TransportError, Refused) as problem:
            raise OSError(str(problem)) from problem

    def _download(self, address: str) -> bytes:
        """A manifest or a package, in two parts, as downloads that were broken off go on."""
        first = self.client.get(address, headers={"Range": "bytes=0-99"})
        if first.status_code == httpx.codes.OK:
            return first.content
        if first.status_code != httpx.codes.PARTIAL_CONTENT:
            raise Refused(first)
        rest = self.client.get(address, headers={"Range": f"bytes={len(first.content)}-"})
        if rest.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return first.content
        if rest.status_code != httpx.codes.PARTIAL_CONTENT:
            raise Refused(rest)
        return first.content + rest.content

    def _signed(self, body: bytes) -> dict[str, str]:
        assert self.identity is not None
        signature = cms.sign_detached(body, self.identity.certificate, self.identity.key)
        headers = {"Mdm-Signature": base64.b64encode(signature).decode()}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        return headers

    def _say(self, address: str, message: dict[str, Any]) -> bytes:
        """PUT one signed message; the answer's body."""
        body = plist.dumps({**self._ids(), **message})
        return good(self.client.put(address, content=body, headers=self._signed(body))).content

    def _ids(self) -> dict[str, str]:
        if self.enrollment_id:
            return {"EnrollmentID": self.enrollment_id}
        return {"UDID": self.state.udid}

    def _get_identity(self, profile: dict[str, Any]) -> None:
        kinds = {item["PayloadType"] for item in profile["PayloadContent"]}
        if ACME in kinds and self.state.enclave is not None:
            payload = payload_of(profile, ACME)
            self.identity = by_acme(self.client, payload, self.state, self.state.enclave)
        else:
            self.identity = by_scep(self.client, payload_of(profile, SCEP), self.identity)
        self.state.identity = self.identity.certificate


def enrolment_profile_in(command: dict[str, Any]) -> dict[str, Any] | None:
    """The enrolment profile that a command installs; None if it installs another or nothing."""
    if command["RequestType"] != "InstallProfile":
        return None
    try:
        profile = profile_in(command["Payload"])
        kinds = {item["PayloadType"] for item in profile["PayloadContent"]}
    except (WireError, KeyError, AttributeError, TypeError):
        return None
    return profile if MANAGEMENT in kinds else None
