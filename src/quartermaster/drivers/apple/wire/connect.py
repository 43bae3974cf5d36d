"""The command channel: what a device answers, and the command it gets in return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.drivers.apple.wire.fields import optional_text, text
from quartermaster.drivers.apple.wire.ids import Ids, ids_of

MOST_ERRORS = 20


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


def _error(item: Any) -> ErrorItem:
    if not isinstance(item, dict) or not isinstance(item.get("ErrorCode"), int):
        raise Malformed("“ErrorChain” has an item without a code.")
    description = optional_text(item, "USEnglishDescription") or optional_text(
        item, "LocalizedDescription"
    )
    return ErrorItem(int(item["ErrorCode"]), optional_text(item, "ErrorDomain"), description)


def render(command_uuid: str, command: Mapping[str, Any]) -> bytes:
    """The one command that a connect is answered with."""
    return plist.dumps({"CommandUUID": command_uuid, "Command": dict(command)})
