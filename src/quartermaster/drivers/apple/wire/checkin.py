"""Check-in messages, by ``MessageType`` (Apple: mdm/checkin)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from quartermaster.drivers.apple.wire.declarative.status import LARGEST as LARGEST_STATUS
from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.drivers.apple.wire.fields import data, flag, optional_data, optional_text, text
from quartermaster.drivers.apple.wire.ids import Ids, ids_of


@dataclass(frozen=True)
class CheckIn:
    """Base of all check-in messages."""

    ids: Ids


@dataclass(frozen=True)
class Authenticate(CheckIn):
    """Begins an enrolment. A User Enrolment names neither serial number nor IMEI."""

    topic: str
    serial: str = ""
    imei: str = ""
    meid: str = ""
    device_name: str = ""
    model: str = ""
    model_name: str = ""
    product_name: str = ""
    os_version: str = ""
    build: str = ""


@dataclass(frozen=True)
class TokenUpdate(CheckIn):
    """Brings what push needs; the enrolment exists from the first one on."""

    topic: str
    token: bytes
    push_magic: str
    unlock_token: bytes = b""
    awaiting_configuration: bool = False


@dataclass(frozen=True)
class CheckOut(CheckIn):
    """The management profile was removed."""


@dataclass(frozen=True)
class SetBootstrapToken(CheckIn):
    token: bytes


@dataclass(frozen=True)
class GetBootstrapToken(CheckIn):
    pass


@dataclass(frozen=True)
class DeclarativeManagement(CheckIn):
    endpoint: str
    data: bytes = b""


@dataclass(frozen=True)
class GetToken(CheckIn):
    service_type: str


@dataclass(frozen=True)
class UserAuthenticate(CheckIn):
    digest_response: str = ""


def _authenticate(ids: Ids, m: Mapping[str, Any]) -> CheckIn:
    return Authenticate(
        ids=ids,
        topic=text(m, "Topic"),
        serial=optional_text(m, "SerialNumber"),
        imei=optional_text(m, "IMEI"),
        meid=optional_text(m, "MEID"),
        device_name=optional_text(m, "DeviceName"),
        model=optional_text(m, "Model"),
        model_name=optional_text(m, "ModelName"),
        product_name=optional_text(m, "ProductName"),
        os_version=optional_text(m, "OSVersion"),
        build=optional_text(m, "BuildVersion"),
    )


def _token_update(ids: Ids, m: Mapping[str, Any]) -> CheckIn:
    return TokenUpdate(
        ids=ids,
        topic=text(m, "Topic"),
        token=data(m, "Token"),
        push_magic=text(m, "PushMagic"),
        unlock_token=optional_data(m, "UnlockToken"),
        awaiting_configuration=flag(m, "AwaitingConfiguration"),
    )


_PARSERS: dict[str, Callable[[Ids, Mapping[str, Any]], CheckIn]] = {
    "Authenticate": _authenticate,
    "TokenUpdate": _token_update,
    "CheckOut": lambda ids, _: CheckOut(ids),
    "SetBootstrapToken": lambda ids, m: SetBootstrapToken(ids, optional_data(m, "BootstrapToken")),
    "GetBootstrapToken": lambda ids, _: GetBootstrapToken(ids),
    "DeclarativeManagement": lambda ids, m: DeclarativeManagement(
        ids, text(m, "Endpoint"), optional_data(m, "Data", LARGEST_STATUS)
    ),
    "GetToken": lambda ids, m: GetToken(ids, text(m, "TokenServiceType")),
    "UserAuthenticate": lambda ids, m: UserAuthenticate(ids, optional_text(m, "DigestResponse")),
}


def is_check_in(message: Mapping[str, Any]) -> bool:
    """A check-in names its type; an answer on the command channel has a status instead."""
    return "MessageType" in message


def parse(message: Mapping[str, Any]) -> CheckIn:
    """One check-in message out of a parsed property list."""
    kind = text(message, "MessageType")
    parser = _PARSERS.get(kind)
    if parser is None:
        raise Malformed(f"“{kind[:40]}” is no check-in message.")
    return parser(ids_of(message), message)
