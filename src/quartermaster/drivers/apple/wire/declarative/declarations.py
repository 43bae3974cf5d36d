"""Declarations, their tokens, and the answers that announce and hand them out."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from quartermaster.drivers.apple.wire.declarative.documents import canonical, digest
from quartermaster.drivers.apple.wire.errors import Malformed

MEDIA_TYPE = "application/json"


class Section(StrEnum):
    """The four kinds of declaration, as an endpoint names them."""

    ACTIVATION = "activation"
    CONFIGURATION = "configuration"
    ASSET = "asset"
    MANAGEMENT = "management"


_LISTED_AS: Mapping[Section, str] = {
    Section.ACTIVATION: "Activations",
    Section.CONFIGURATION: "Configurations",
    Section.ASSET: "Assets",
    Section.MANAGEMENT: "Management",
}


@dataclass(frozen=True)
class Declaration:
    """One declaration. Its token follows from everything else in it."""

    kind: str
    identifier: str
    payload: Mapping[str, Any]

    @property
    def section(self) -> Section:
        """Where it belongs: the word after ``com.apple.``."""
        return Section(self.kind.split(".")[2])

    @cached_property
    def token(self) -> str:
        return digest([self.kind, self.identifier, self.payload])

    def plain(self) -> dict[str, Any]:
        return {
            "Type": self.kind,
            "Identifier": self.identifier,
            "ServerToken": self.token,
            "Payload": dict(self.payload),
        }

    def render(self) -> bytes:
        """The declaration as a device fetches it."""
        return canonical(self.plain())


def set_token(declarations: Iterable[Declaration]) -> str:
    """The token over all of them: another as soon as one is added, changed or removed."""
    return digest(sorted([item.section, item.identifier, item.token] for item in declarations))


def tokens(token: str, at: datetime) -> bytes:
    """The answer to ``tokens``, and what a device is told to begin."""
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return canonical({"SyncTokens": {"DeclarationsToken": token, "Timestamp": stamp}})


def items(declarations: Sequence[Declaration]) -> bytes:
    """The answer to ``declaration-items``."""
    listed: dict[str, list[dict[str, str]]] = {name: [] for name in _LISTED_AS.values()}
    for item in declarations:
        named = {"Identifier": item.identifier, "ServerToken": item.token}
        listed[_LISTED_AS[item.section]].append(named)
    return canonical({"Declarations": listed, "DeclarationsToken": set_token(declarations)})


def render_set(declarations: Iterable[Declaration]) -> bytes:
    """A whole set, to be kept and read back by `read_set`."""
    return canonical([item.plain() for item in declarations])


def read_set(body: bytes) -> tuple[Declaration, ...]:
    """What `render_set` kept."""
    try:
        return tuple(
            Declaration(item["Type"], item["Identifier"], item["Payload"])
            for item in json.loads(body)
        )
    except (ValueError, KeyError, TypeError) as problem:
        raise Malformed("The set of declarations cannot be read.") from problem
