"""Apple's device assignment service: OAuth, sessions, cursors, limits and errors as documented.

A server on the loopback (``with Dep() as dep: dep.address``), and the hand of somebody who buys,
moves and sells devices at Apple's portal.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any, Self

from cryptography import x509

from quartermaster.drivers.apple.wire import servertoken
from quartermaster.drivers.apple.wire.servertoken import ServerToken
from quartermaster.simulators.apple.services import dep_http, dep_profiles
from quartermaster.simulators.apple.services.faults import Fault
from quartermaster.simulators.apple.services.smime import sealed_for
from quartermaster.simulators.clock import now

CURSOR_LIFE = timedelta(days=7)
TOKEN_LIFE = timedelta(days=365)
MOST = 1000
Record = dict[str, Any]


@dataclass
class Cursor:
    """Where somebody stands: in a snapshot of the list, or behind a number of operations."""

    made_at: datetime
    operations: int
    rest: list[str] | None = None


@dataclass
class Dep:
    """The service, with one MDM server of one organisation."""

    organisation: str = "Model City"
    server_name: str = "Quartermaster"
    moved: timedelta = timedelta()
    token: ServerToken = None  # type: ignore[assignment]  # made below
    devices: dict[str, Record] = field(default_factory=dict)
    operations: list[Record] = field(default_factory=list)
    profiles: dict[str, Record] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    sessions: set[str] = field(default_factory=set)
    used: set[tuple[str, str]] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    terms_signed: bool = True
    enabled: bool = True
    page: int = MOST
    port: int = 0
    server_uuid: str = field(default_factory=lambda: secrets.token_hex(16).upper())

    def __post_init__(self) -> None:
        self.lock = RLock()
        self.token = self.token or self.new_token()

    @classmethod
    def holding(cls, token: bytes, **more: Any) -> Self:
        """The service to which a token, as it was kept, belongs."""
        return cls(token=servertoken.read(token), **more)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), dep_http.handler_of(self))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def at(self) -> datetime:
        """The service's clock, which may be moved."""
        return now() + self.moved

    # the portal

    def new_token(self, *, renewed: bool = False) -> ServerToken:
        """A token as the portal gives it; renewed, it is for the same server."""
        mark = self.token.consumer_key if renewed else f"CK_{secrets.token_hex(16)}"
        secret, token, proof = (f"{kind}_{secrets.token_hex(16)}" for kind in ("CS", "AT", "AS"))
        ends = (self.at() + TOKEN_LIFE).replace(microsecond=0)
        return ServerToken(mark, secret, token, proof, ends)

    def token_file(self, certificate: bytes, *, renewed: bool = False) -> bytes:
        """The file that the portal gives for an uploaded certificate; the earlier token is over."""
        self.token = self.new_token(renewed=renewed)
        self.sessions.clear()
        said = json.loads(self.token.dump())
        said["access_token_expiry"] = f"{self.token.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        plain = b"-----BEGIN MESSAGE-----\n" + json.dumps(said).encode()
        plain += b"\n-----END MESSAGE-----\n"
        return sealed_for(x509.load_pem_x509_certificate(certificate), plain)

    def buy(self, *serials: str, family: str = "iPhone", **more: Any) -> None:
        """Devices come into the list of our server."""
        with self.lock:
            for serial in serials:
                self.devices[serial] = {
                    "serial_number": serial,
                    "model": f"{family} 17",
                    "description": f"{family.upper()} 17 128GB BLACK",
                    "color": "BLACK",
                    "device_family": family,
                    "os": "OSX" if family == "Mac" else "iOS",
                    "profile_status": "empty",
                    "device_assigned_by": "buyer@city.example",
                    "device_assigned_date": _said(self.at()),
                    **more,
                }
                self._note(serial, "added")

    def change(self, serial: str, **more: Any) -> None:
        with self.lock:
            self.devices[serial].update(more)
            self._note(serial, "modified")

    def sell(self, *serials: str) -> None:
        """Devices leave the list of our server."""
        with self.lock:
            for serial in serials:
                self._note(serial, "deleted")
                del self.devices[serial]

    def _note(self, serial: str, operation: str) -> None:
        said = {**self.devices[serial], "op_type": operation, "op_date": _said(self.at())}
        self.operations.append(said)

    # the calls of a server

    def account(self) -> Record:
        return {
            "server_name": self.server_name,
            "server_uuid": self.server_uuid,
            "org_name": self.organisation,
            "admin_id": "admin@city.example",
        }

    def profile(self, name: str) -> Record:
        if name not in self.profiles:
            raise Fault(404, "NOT_FOUND")
        return {**self.profiles[name], "profile_uuid": name}

    def fetch(self, cursor: str, limit: int) -> Record:
        with self.lock:
            if cursor:
                standing = self._cursor(cursor)
                if standing.rest is None or not standing.rest:
                    raise Fault(400, "EXHAUSTED_CURSOR")
            else:
                standing = Cursor(self.at(), len(self.operations), sorted(self.devices))
            size = min(limit, MOST, self.page)
            assert standing.rest is not None
            found, rest = standing.rest[:size], standing.rest[size:]
            listed = [self.devices[serial] for serial in found if serial in self.devices]
            return self._answer(listed, Cursor(self.at(), standing.operations, rest), bool(rest))

    def sync(self, cursor: str, limit: int) -> Record:
        with self.lock:
            if not cursor:
                raise Fault(400, "CURSOR_REQUIRED")
            begun = self._cursor(cursor).operations
            size = min(limit, MOST, self.page)
            found = self.operations[begun : begun + size]
            ended = begun + len(found)
            return self._answer(found, Cursor(self.at(), ended), ended < len(self.operations))

    def _cursor(self, name: str) -> Cursor:
        standing = self.cursors.get(name)
        if standing is None:
            raise Fault(400, "INVALID_CURSOR")
        if standing.made_at + CURSOR_LIFE <= self.at():
            raise Fault(400, "EXPIRED_CURSOR")
        return standing

    def _answer(self, devices: Iterable[Record], standing: Cursor, more: bool) -> Record:  # noqa: FBT001
        name = secrets.token_urlsafe(24)
        self.cursors[name] = standing
        return {
            "devices": list(devices),
            "cursor": name,
            "fetched_until": _said(self.at()),
            "more_to_follow": more,
        }

    def details(self, serials: list[str]) -> Record:
        found = {
            serial: {**self.devices[serial], "response_status": "SUCCESS"}
            if serial in self.devices
            else {"response_status": "NOT_ACCESSIBLE"}
            for serial in serials
        }
        return {"devices": found}

    def define(self, content: Record) -> Record:
        problem = dep_profiles.problem_with(content)
        if problem:
            raise Fault(400, problem)
        name = secrets.token_hex(16).upper()
        with self.lock:
            self.profiles[name] = content
        return {"profile_uuid": name, "devices": self._assign(name, content.get("devices", []))}

    def assign(self, name: str, serials: list[str]) -> Record:
        if name not in self.profiles:
            raise Fault(404, "NOT_FOUND")
        said: Record = {"profile_uuid": name, "devices": self._assign(name, serials)}
        if "THROTTLED" in said["devices"].values():
            said["retry_after_seconds"] = 900
        return said

    def _assign(self, name: str, serials: list[str]) -> dict[str, str]:
        with self.lock:
            return {serial: self._assign_one(name, serial) for serial in serials}

    def _assign_one(self, name: str, serial: str) -> str:
        if serial not in self.devices:
            return "NOT_ACCESSIBLE"
        if serial in self.outcomes:
            return self.outcomes[serial]
        self.devices[serial].update(
            profile_status="assigned", profile_uuid=name, profile_assign_time=_said(self.at())
        )
        self._note(serial, "modified")
        return "SUCCESS"

    def unassign(self, serials: list[str]) -> Record:
        with self.lock:
            found = {}
            for serial in serials:
                found[serial] = "SUCCESS" if serial in self.devices else "NOT_ACCESSIBLE"
                if serial in self.devices:
                    self.devices[serial].pop("profile_uuid", None)
                    self.devices[serial]["profile_status"] = "removed"
                    self._note(serial, "modified")
        return {"devices": found}

    # what a device gets when it is switched on for the first time

    def activate(self, serial: str) -> Record:
        """The profile that Apple hands to a new device; empty where none is assigned."""
        with self.lock:
            record = self.devices.get(serial, {})
            profile = self.profiles.get(record.get("profile_uuid", ""), {})
            if profile:
                record.update(profile_status="pushed", profile_push_time=_said(self.at()))
            return dict(profile)


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
