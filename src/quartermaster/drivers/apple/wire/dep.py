"""Apple's device assignment service in its own words: requests, answers, errors.

Nothing here opens a connection. Unknown fields are passed over, as Apple adds some with every
version; a device without a serial number is none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from oauthlib.oauth1 import Client as OAuth

from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, WireError
from quartermaster.drivers.apple.wire.servertoken import ServerToken

PROTOCOL = "3"
SESSION_HEADER = "X-ADM-Auth-Session"
PROTOCOL_HEADER = "X-Server-Protocol-Version"
JSON = "application/json;charset=UTF8"
REALM = "ADM"
MOST_DEVICES = 1000
LARGEST_ANSWER = 8 * 1024 * 1024
LONGEST_TEXT = 200
LONGEST_CURSOR = 4096
LONGEST_WAIT = 24 * 3600
Json = dict[str, Any]


class Operation(StrEnum):
    """What happened to a device since the cursor."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"


class Trouble(StrEnum):
    """What Apple refuses with, as far as something follows from it."""

    SESSION_OVER = "session-over"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 (a name)
    ACCESS_DENIED = "access-denied"
    TERMS = "terms"
    CURSOR_OVER = "cursor-over"
    CURSOR_EXHAUSTED = "cursor-exhausted"
    NOT_FOUND = "not-found"
    BUSY = "busy"
    REFUSED = "refused"


class Refused(WireError):  # noqa: N818 (an outcome)
    """Apple did not do what was asked. ``wait``: seconds to leave it alone, where it says."""

    def __init__(self, trouble: Trouble, said: str, wait: int = 0) -> None:
        super().__init__(f"Apple answered: {said}")
        self.trouble = trouble
        self.wait = wait


@dataclass(frozen=True)
class Device:
    """A device that belongs to our server in Apple's list."""

    serial: str
    model: str = ""
    description: str = ""
    colour: str = ""
    asset_tag: str = ""
    family: str = ""
    system: str = ""
    profile_status: str = ""
    profile_uuid: str = ""
    profile_assigned_at: datetime | None = None
    assigned_at: datetime | None = None
    assigned_by: str = ""
    operation: Operation | None = None
    operated_at: datetime | None = None


@dataclass(frozen=True)
class Page:
    """A part of the list. ``skipped``: entries that are no devices."""

    devices: tuple[Device, ...]
    cursor: str
    more: bool
    fetched_until: datetime | None = None
    skipped: int = 0


@dataclass(frozen=True)
class Account:
    """Whose list it is."""

    server_name: str = ""
    server_uuid: str = ""
    admin: str = ""
    organisation: str = ""
    organisation_id: str = ""


@dataclass(frozen=True)
class Assigned:
    """What came of an assignment, by serial number. ``wait``: seconds, where some must wait."""

    profile_uuid: str
    devices: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0


def session_headers(token: ServerToken, url: str) -> dict[str, str]:
    """The proof (OAuth 1.0a, HMAC-SHA1) with which a session is asked for."""
    client = OAuth(
        token.consumer_key,
        client_secret=token.consumer_secret,
        resource_owner_key=token.access_token,
        resource_owner_secret=token.access_secret,
        realm=REALM,
    )
    _, headers, _ = client.sign(url, http_method="GET")
    return {name: str(value) for name, value in headers.items()}


def body(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said).encode()


def list_request(cursor: str, limit: int = MOST_DEVICES) -> Json:
    """What asks for a page, of the whole list or of what changed."""
    return {"limit": limit} | ({"cursor": cursor} if cursor else {})


def assignment(profile_uuid: str, serials: Sequence[str]) -> Json:
    return {"profile_uuid": profile_uuid, "devices": list(serials)}


def refusal(status: int, said: bytes, retry_after: str = "") -> Refused:
    """What an answer with an error means. The body is a code, with or without quotation marks."""
    text = said[:LONGEST_TEXT].decode("utf-8", "replace").strip().strip('"') or str(status)
    wait = min(int(retry_after), LONGEST_WAIT) if retry_after.isdigit() else 0
    return Refused(_trouble(status, text.upper()), text, wait)


_CODES = {
    "T_C_NOT_SIGNED": Trouble.TERMS,
    "EXHAUSTED_CURSOR": Trouble.CURSOR_EXHAUSTED,
    "EXPIRED_CURSOR": Trouble.CURSOR_OVER,
    "INVALID_CURSOR": Trouble.CURSOR_OVER,
    "CURSOR_REQUIRED": Trouble.CURSOR_OVER,
    "NOT_FOUND": Trouble.NOT_FOUND,
    "ACCESS_DENIED": Trouble.ACCESS_DENIED,
    "TOKEN_EXPIRED": Trouble.TOKEN_REFUSED,
    "OAUTH_PROBLEM": Trouble.TOKEN_REFUSED,
}
_TOO_MANY, _UNAUTHORISED, _FORBIDDEN, _MISSING, _FAULT = 429, 401, 403, 404, 500


def _trouble(status: int, text: str) -> Trouble:
    for code, trouble in _CODES.items():
        if code in text:
            return trouble
    if status in {_UNAUTHORISED, _FORBIDDEN}:
        return Trouble.SESSION_OVER
    if status == _MISSING:
        return Trouble.NOT_FOUND
    return Trouble.BUSY if status == _TOO_MANY or status >= _FAULT else Trouble.REFUSED


def read(said: bytes) -> Json:
    """An answer's dictionary, within its bound."""
    if len(said) > LARGEST_ANSWER:
        raise TooLarge("Apple's answer is larger than is taken.")
    try:
        found = json.loads(said)
    except (ValueError, RecursionError) as problem:
        raise Malformed("Apple's answer is no JSON.") from problem
    if not isinstance(found, dict):
        raise Malformed("Apple's answer is no dictionary.")
    return found


def session(said: Json) -> str:
    token = said.get("auth_session_token")
    if not isinstance(token, str) or not token or not token.isascii():
        raise Malformed("Apple's answer has no session in it.")
    return token


def account(said: Json) -> Account:
    return Account(
        server_name=_text(said, "server_name"),
        server_uuid=_text(said, "server_uuid"),
        admin=_text(said, "admin_id") or _text(said, "facilitator_id"),
        organisation=_text(said, "org_name"),
        organisation_id=_text(said, "org_id"),
    )


def page(said: Json) -> Page:
    """A page of the list. An entry that is no device is passed over and counted."""
    listed = said.get("devices", [])
    if not isinstance(listed, list):
        raise Malformed("The list of devices is no list.")
    if len(listed) > MOST_DEVICES:
        raise TooLarge("Apple's page has more devices than were asked for.")
    found = [device(item) for item in listed]
    cursor = said.get("cursor", "")
    if not isinstance(cursor, str) or len(cursor) > LONGEST_CURSOR:
        raise Malformed("The cursor of the list cannot be kept.")
    return Page(
        devices=tuple(item for item in found if item is not None),
        cursor=cursor,
        more=said.get("more_to_follow") is True,
        fetched_until=_instant(said, "fetched_until"),
        skipped=sum(item is None for item in found),
    )


def device(said: object) -> Device | None:
    """One device of a list or of the details; None for what is none."""
    if not isinstance(said, dict):
        return None
    serial = _text(said, "serial_number").strip().upper()
    if not serial.isalnum() or not serial.isascii() or len(serial) > LONGEST_SERIAL:
        return None
    operation = _text(said, "op_type").lower()
    return Device(
        serial=serial,
        model=_text(said, "model"),
        description=_text(said, "description"),
        colour=_text(said, "color"),
        asset_tag=_text(said, "asset_tag"),
        family=_text(said, "device_family"),
        system=_text(said, "os"),
        profile_status=_text(said, "profile_status"),
        profile_uuid=_text(said, "profile_uuid"),
        profile_assigned_at=_instant(said, "profile_assign_time"),
        assigned_at=_instant(said, "device_assigned_date"),
        assigned_by=_text(said, "device_assigned_by"),
        operation=Operation(operation) if operation in _OPERATIONS else None,
        operated_at=_instant(said, "op_date"),
    )


LONGEST_SERIAL = 40
_OPERATIONS = frozenset(item.value for item in Operation)


def assigned(said: Json) -> Assigned:
    """What came of an assignment (or of a definition, which has the same form)."""
    outcomes = said.get("devices", {})
    if not isinstance(outcomes, dict):
        outcomes = {}
    wait = said.get("retry_after_seconds", 0)
    return Assigned(
        profile_uuid=_text(said, "profile_uuid"),
        devices={
            str(serial)[:LONGEST_SERIAL].upper(): str(outcome)[:LONGEST_OUTCOME]
            for serial, outcome in list(outcomes.items())[:MOST_DEVICES]
        },
        wait=min(wait, LONGEST_WAIT) if type(wait) is int and wait > 0 else 0,
    )


LONGEST_OUTCOME = 40


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    return value.replace("\x00", "")[:LONGEST_TEXT] if isinstance(value, str) else ""


def _instant(said: Mapping[str, Any], key: str) -> datetime | None:
    value = said.get(key)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
