"""The command channel: what a device answers, and the command it gets in return."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.drivers.apple.wire.fields import optional_text, text
from quartermaster.drivers.apple.wire.ids import Ids, ids_of

MOST_ERRORS = 20
NO_ID = UUID(int=0)
PARTS = ("Settings", "UpdateResults")
FAILED_UPDATES = {
    "DownloadFailed": 12057,
    "DownloadRequiresComputer": 12053,
    "DownloadInsufficientSpace": 12054,
    "DownloadInsufficientPower": 12055,
    "DownloadInsufficientNetwork": 12056,
    "InstallInsufficientSpace": 12060,
    "InstallInsufficientPower": 12061,
    "InstallFailed": 12062,
}


class Status(StrEnum):
    IDLE = "Idle"
    ACKNOWLEDGED = "Acknowledged"
    ERROR = "Error"
    FORMAT_ERROR = "CommandFormatError"
    NOT_NOW = "NotNow"


@dataclass(frozen=True)
class ErrorItem:
    """One link of an error chain, as the device gives it."""

    code: int
    domain: str
    description: str

    def __str__(self) -> str:
        return f"{self.description} ({self.domain} {self.code})"


@dataclass(frozen=True)
class Answer:
    """One connect: idle, or the answer to one command."""

    ids: Ids
    status: Status
    command_uuid: str = ""
    errors: tuple[ErrorItem, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


def parse(message: Mapping[str, Any]) -> Answer:
    """One answer out of a parsed property list."""
    try:
        status = Status(text(message, "Status"))
    except ValueError as problem:
        raise Malformed("“Status” is none that a device sends.") from problem
    command_uuid = optional_text(message, "CommandUUID")
    if status is not Status.IDLE and not command_uuid:
        raise Malformed("“CommandUUID” is missing.")
    return Answer(ids_of(message), status, command_uuid, _errors(message), message)


def _errors(message: Mapping[str, Any]) -> tuple[ErrorItem, ...]:
    chain = message.get("ErrorChain", [])
    if not isinstance(chain, list):
        raise Malformed("“ErrorChain” must be an array.")
    return tuple(_error(item) for item in chain[:MOST_ERRORS])


def errors_of(message: Mapping[str, Any], *, parts_only: bool = False) -> list[ErrorItem]:
    """The error chain of an answer, and those of its parts (settings, updates); lenient."""
    chains = [] if parts_only else [message.get("ErrorChain")]
    for name in PARTS:
        parts = message.get(name)
        chains += [
            part.get("ErrorChain") or [_nameless(part)]
            for part in (parts[:MOST_ERRORS] if isinstance(parts, list) else [])
            if isinstance(part, dict) and part.get("Status") in {"Error", *FAILED_UPDATES}
        ]
    found = []
    for chain in chains:
        for item in chain[:MOST_ERRORS] if isinstance(chain, list) else []:
            with suppress(Malformed):
                found.append(_error(item))
    return found[:MOST_ERRORS]


def _nameless(part: Mapping[str, Any]) -> dict[str, Any]:
    """An update that failed says so by its status alone; Apple has a number for each."""
    status = str(part.get("Status"))
    code = FAILED_UPDATES.get(status, 0)
    return {"ErrorCode": code, "ErrorDomain": "MCMDMErrorDomain", "USEnglishDescription": status}


def _error(item: Any) -> ErrorItem:
    if not isinstance(item, dict) or not isinstance(item.get("ErrorCode"), int):
        raise Malformed("“ErrorChain” has an item without a code.")
    description = optional_text(item, "USEnglishDescription") or optional_text(
        item, "LocalizedDescription"
    )
    return ErrorItem(int(item["ErrorCode"]), optional_text(item, "ErrorDomain"), description)


def readdressed(payload: bytes, command_uuid: str) -> bytes:
    """The command in ``payload`` under another id."""
    return render(command_uuid, plist.loads(payload)["Command"])


def render(command_uuid: str, command: Mapping[str, Any]) -> bytes:
    """The one command that a connect is answered with."""
    return plist.dumps({"CommandUUID": command_uuid, "Command": dict(command)})


def rendering(command: Mapping[str, Any]) -> Callable[[UUID], bytes]:
    """How one command is rendered under many ids: written once, as nothing but the id differs."""

    @cache
    def parts() -> tuple[bytes, bytes]:
        before, _, after = render(str(NO_ID), command).partition(str(NO_ID).encode())
        return before, after

    def under(command_uuid: UUID) -> bytes:
        before, after = parts()
        return b"%b%b%b" % (before, str(command_uuid).encode(), after)

    return under
