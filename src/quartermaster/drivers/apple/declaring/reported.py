"""From status reports to facts and to how each declaration stands. What is not told is no fact."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from quartermaster.drivers.apple.declaring.able import subscribed
from quartermaster.drivers.apple.declaring.names import KINDS
from quartermaster.drivers.apple.declaring.reasons import in_words
from quartermaster.drivers.apple.wire.declarative import status
from quartermaster.drivers.apple.wire.declarative.documents import clean, text
from quartermaster.drivers.apple.wire.declarative.status import ABSENT, DeclarationState, Report
from quartermaster.mdm import posture
from quartermaster.mdm.abilities import Reported, Standing
from quartermaster.mdm.driver import Context
from quartermaster.mdm.posture import Fact

NOT_HAD = "Error.ConfigurationNotSupported"
Found = Iterator[tuple[str, Any]]
Reader = Callable[[Any, Context], Found]


def read(body: bytes, context: Context, known: Mapping[str, Fact], at: datetime) -> Reported:
    """What a report says of a device; what it was not asked for is not taken up (G-1)."""
    report = status.parse(body)
    asked = set(subscribed(context))
    found: dict[str, Fact] = {}
    for name, reader in _READERS.items():
        value = report.item(name)
        if value is not ABSENT and name in asked:
            found |= {key: Fact(item, name, at) for key, item in reader(value, context)}
    found |= _software(report, context, known, at)
    capable = status.capabilities(report)
    if capable is not None:
        names = sorted(capable.declarations | capable.items)
        found[posture.SUPPORTED] = Fact(names, "management.client-capabilities", at)
    states = status.declaration_states(report)
    if states is None:
        return Reported(found)
    source = "management.declarations"
    standing = {item.identifier: item.token for item in states if _stands(item)}
    found[posture.DECLARED] = Fact(standing, source, at)
    if refused := _refused(states, context, known):
        found[posture.REFUSED] = Fact(refused, source, at)
    return Reported(found, tuple(_standing(item) for item in states))


def _stands(item: DeclarationState) -> bool:
    return item.active and item.valid == status.VALID


def _standing(item: DeclarationState) -> Standing:
    reasons = tuple(in_words(reason) for reason in item.reasons)
    return Standing(
        item.identifier, item.section.value, item.token, item.active, item.valid, reasons
    )


def _refused(
    states: tuple[DeclarationState, ...], context: Context, known: Mapping[str, Fact]
) -> dict[str, str]:
    """The kinds that this version of the system says it does not have, with earlier sayings."""
    fact = known.get(posture.REFUSED)
    before = fact.value if fact is not None and isinstance(fact.value, dict) else {}
    kinds = dict(before)
    for item in states:
        kind = KINDS.get(item.identifier)
        if kind and any(reason.code == NOT_HAD for reason in item.reasons):
            kinds[kind] = context.os_version
    return {} if kinds == before else kinds


def _flag(key: str) -> Reader:
    def reader(value: Any, _context: Context) -> Found:
        if isinstance(value, bool):
            yield key, value

    return reader


def _word(key: str) -> Reader:
    def reader(value: Any, _context: Context) -> Found:
        if isinstance(value, str) and value:
            yield key, clean(value)

    return reader


def _passcode_present(value: Any, context: Context) -> Found:
    """With a passcode, an iPhone or iPad is encrypted; every one that reports this is able to."""
    if isinstance(value, bool):
        yield posture.PASSCODE_PRESENT, value
        if context.platform != "macos":
            yield posture.ENCRYPTION, value


def _pending(value: Any, _context: Context) -> Found:
    if isinstance(value, dict):
        yield posture.UPDATE_PENDING, text(value, "os-version")


def _failure(value: Any, _context: Context) -> Found:
    if isinstance(value, dict):
        yield posture.UPDATE_FAILURE, text(value, "reason")


_READERS: Mapping[str, Reader] = {
    "passcode.is-compliant": _flag(posture.PASSCODE_COMPLIANT),
    "passcode.is-present": _passcode_present,
    "diskmanagement.filevault.enabled": _flag(posture.ENCRYPTION),
    "device.operating-system.version": _word(posture.OS_VERSION),
    "device.operating-system.build-version": _word(posture.OS_BUILD),
    "device.operating-system.family": _word(posture.OS_FAMILY),
    "device.model.marketing-name": _word(posture.DEVICE_MODEL),
    "device.identifier.serial-number": _word(posture.DEVICE_SERIAL),
    "softwareupdate.install-state": _word(posture.UPDATE_STATE),
    "softwareupdate.pending-version": _pending,
    "softwareupdate.failure-reason": _failure,
}


def _software(
    report: Report, context: Context, known: Mapping[str, Fact], at: datetime
) -> dict[str, Fact]:
    """The City's applications: a part of the list where the report is no full one."""
    told = report.item("mdm.app")
    if not isinstance(told, list) or "mdm.app" not in subscribed(context):
        return {}
    fact = known.get(posture.MANAGED_SOFTWARE)
    kept: dict[str, dict[str, str]] = {}
    if fact is not None and isinstance(fact.value, list) and not report.full:
        kept = {row["identifier"]: row for row in fact.value}
    for item in status.dictionaries(told):
        identifier = text(item, "identifier")
        if item.get("_removed") is True:
            kept.pop(identifier, None)
        elif identifier and len(kept) < status.MOST_LISTED:
            kept[identifier] = {
                "identifier": identifier,
                "name": text(item, "name"),
                "version": text(item, "short-version") or text(item, "version"),
                "state": text(item, "state"),
            }
    rows = [kept[key] for key in sorted(kept)]
    return {posture.MANAGED_SOFTWARE: Fact(rows, "mdm.app", at)}
