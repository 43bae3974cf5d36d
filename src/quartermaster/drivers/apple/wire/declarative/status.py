"""The status that a device tells of itself and of its declarations.

A status item has a dotted name (``passcode.is-present``) and is nested by its words in the report.
What cannot be understood of a report is left out; it never spoils the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quartermaster.drivers.apple.wire.declarative.declarations import Section
from quartermaster.drivers.apple.wire.declarative.documents import clean, loads, text
from quartermaster.drivers.apple.wire.errors import Malformed

LARGEST = 1024 * 1024
MOST_LISTED = 2_000
MOST_REASONS = 10
LONGEST_REASON = 500
VALID, INVALID, UNKNOWN = "valid", "invalid", "unknown"
ABSENT = object()

_SECTIONS: Mapping[str, Section] = {
    "activations": Section.ACTIVATION,
    "configurations": Section.CONFIGURATION,
    "assets": Section.ASSET,
    "management": Section.MANAGEMENT,
}


@dataclass(frozen=True)
class Reason:
    """Why something is as it is, in Apple's code and words."""

    code: str
    description: str = ""


@dataclass(frozen=True)
class DeclarationState:
    """How one declaration stands on the device."""

    section: Section
    identifier: str
    token: str
    active: bool
    valid: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class ItemError:
    """A status item that the device cannot tell."""

    item: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Capabilities:
    """What the client says that it can take and tell."""

    declarations: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Report:
    """One report. ``full``: all that is subscribed, not what changed alone."""

    items: Mapping[str, Any]
    errors: tuple[ItemError, ...] = ()
    full: bool = False
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def item(self, name: str) -> Any:
        """The value of a status item, or `ABSENT`."""
        value: Any = self.items
        for word in name.split("."):
            if not isinstance(value, dict) or word not in value:
                return ABSENT
            value = value[word]
        return value


def parse(body: bytes) -> Report:
    """Read one report.

    Raises:
        TooLarge: more than 1 MiB, 32 levels or 50,000 nodes.
        Malformed: not a JSON object with status items.
    """
    raw = loads(body, limit=LARGEST)
    items = raw.get("StatusItems")
    if not isinstance(items, dict):
        raise Malformed("The status has no status items.")
    errors = tuple(
        ItemError(text(item, "StatusItem"), _reasons(item, "Reasons"))
        for item in dictionaries(raw.get("Errors"))
    )
    return Report(items, errors, raw.get("FullReport") is True, raw)


def declaration_states(report: Report) -> tuple[DeclarationState, ...] | None:
    """How every declaration stands; None where the report does not speak of them.

    The item is never told in part: whoever is not listed is not on the device.
    """
    told = report.item("management.declarations")
    if not isinstance(told, dict):
        return None
    return tuple(
        state
        for word, section in _SECTIONS.items()
        for item in dictionaries(told.get(word))
        if (state := _state(section, item)) is not None
    )


def capabilities(report: Report) -> Capabilities | None:
    """What the client can, or None where the report does not say."""
    told = report.item("management.client-capabilities")
    payloads = told.get("supported-payloads") if isinstance(told, dict) else None
    if not isinstance(payloads, dict):
        return None
    declared = payloads.get("declarations")
    by_section = declared if isinstance(declared, dict) else {}
    names = (name for word in _SECTIONS for name in _strings(by_section.get(word)))
    return Capabilities(frozenset(names), frozenset(_strings(payloads.get("status-items"))))


def dictionaries(value: Any) -> Iterator[Mapping[str, Any]]:
    """The dictionaries of a list; nothing where it is none."""
    if isinstance(value, list):
        yield from (item for item in value[:MOST_LISTED] if isinstance(item, dict))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (clean(item, 120) for item in value[:MOST_LISTED] if isinstance(item, str))


def _state(section: Section, item: Mapping[str, Any]) -> DeclarationState | None:
    identifier, active = text(item, "identifier", 64), item.get("active")
    if not identifier or not isinstance(active, bool):
        return None
    valid = item.get("valid")
    return DeclarationState(
        section=section,
        identifier=identifier,
        token=text(item, "server-token", 64),
        active=active,
        valid=str(valid) if valid in {VALID, INVALID} else UNKNOWN,
        reasons=_reasons(item, "reasons"),
    )


def _reasons(item: Mapping[str, Any], key: str) -> tuple[Reason, ...]:
    """Reasons: a declaration's have keys in small letters, an error's begin with a capital."""
    listed = item.get(key)
    if not isinstance(listed, list):
        return ()
    return tuple(
        Reason(
            text(reason, "code") or text(reason, "Code"),
            text(reason, "description", LONGEST_REASON)
            or text(reason, "Description", LONGEST_REASON),
        )
        for reason in listed[:MOST_REASONS]
        if isinstance(reason, dict)
    )
