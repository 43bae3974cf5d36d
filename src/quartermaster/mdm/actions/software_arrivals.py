"""What devices say of applications: to an installation, to a removal, and in their lists."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from quartermaster.jobs.acts import Act
from quartermaster.mdm.actions.software_moves import move
from quartermaster.mdm.delivering import Arrival, Report, Reported, delivering
from quartermaster.mdm.events import PostureReported
from quartermaster.mdm.models import Command, DeviceSoftware, Origin, StoredFact
from quartermaster.mdm.posture import SOFTWARE as INSTALLED_SOFTWARE
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.rules import software as rules
from quartermaster.mdm.software_states import SoftwareState
from quartermaster.mdm.states import OPEN_COMMANDS, CommandState

UNKNOWN = "The device does not know of it any longer."
NO_REASON = "The device could not install it."
LEFT_ALONE = "It is there already; on a personal device it stays its holder's own."
_STAYS = frozenset(
    {
        SoftwareState.WANTED,
        SoftwareState.LICENSED,
        SoftwareState.SENT,
        SoftwareState.PROMPTING,
        SoftwareState.INSTALLING,
        SoftwareState.INSTALLED,
    }
)
_SENT = frozenset(
    {
        SoftwareState.SENT,
        SoftwareState.PROMPTING,
        SoftwareState.INSTALLING,
        SoftwareState.INSTALLED,
        SoftwareState.FAILED,
        SoftwareState.DECLINED,
    }
)


def take_report(command: Command, doing: Act) -> None:
    """Learn what one answered command says of software (G-4, G-10)."""
    driver = delivering(command.enrolment.driver)
    if driver is None or command.kind not in driver.software_kinds:
        return
    own = (
        DeviceSoftware.objects.select_related("software", "device")
        .select_for_update(of=("self",))
        .filter(command=command)
        .first()
    )
    if own is not None and own.state == SoftwareState.REMOVING:
        _taken_away(own, command, doing)
        return
    report = driver.software_reported(command.kind, bytes(command.answer or b""))
    if own is not None and own.state in _SENT:
        _answered(own, report, command, doing)
    elif report is not None and report.whole and command.state == CommandState.ACKNOWLEDGED:
        _listed(command, report, doing)


def _answered(row: DeviceSoftware, report: Report | None, command: Command, doing: Act) -> None:
    """The answer to an installation. Acknowledged without a state means: on its way."""
    said = next(iter(report.items), None) if report else None
    if said is None:
        if command.state == CommandState.ACKNOWLEDGED:
            said = Reported(row.software.identifier, Arrival.WAITING)
        else:
            said = Reported(row.software.identifier, Arrival.FAILED, command.error or NO_REASON)
    elif said.arrival is Arrival.FAILED and command.error:
        said = Reported(said.identifier, said.arrival, f"{said.sentence} {command.error}".strip())
    _apply(row, said, doing)


def _taken_away(row: DeviceSoftware, command: Command, doing: Act) -> None:
    """The answer to a removal. What the device refuses to remove is shown with its reason."""
    if command.state == CommandState.ACKNOWLEDGED:
        move(row, "drop", doing, reason="It was taken off the device.", wished_at=None)
    elif row.attempts < rules.MOST_ATTEMPTS:
        DeviceSoftware.objects.filter(id=row.id).update(
            command=None,
            attempts=row.attempts + 1,
            reason=command.error[:500],
            due_at=rules.again_at(row.attempts + 1, doing.at),
        )
    else:
        move(row, "drop", doing, reason=command.error or UNKNOWN, wished_at=None)


def _listed(command: Command, report: Report, doing: Act) -> None:
    """The list of what is managed: what it leaves out is managed there no longer."""
    said = {item.identifier: item for item in report.items}
    rows = list(
        DeviceSoftware.objects.select_related("software", "device", "package")
        .select_for_update(of=("self",))
        .filter(enrolment=command.enrolment, state__in=sorted(_SENT))
        .exclude(command__state__in=sorted(OPEN_COMMANDS))  # the list is older than what was sent
    )
    for row in rows:
        item = said.get(row.software.identifier)
        if item is not None:
            _apply(row, item, doing)
        elif row.state not in {SoftwareState.SENT, SoftwareState.FAILED, SoftwareState.DECLINED}:
            _apply(row, Reported(row.software.identifier, Arrival.GONE, UNKNOWN), doing)
    managed = {key for key, item in said.items() if item.arrival is Arrival.INSTALLED}
    if mark_managed(command.enrolment.device_id, managed, rows):
        doing.emit(PostureReported(device_id=command.enrolment.device_id))


def _apply(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    _APPLIED[said.arrival](row, said, doing)


def _on_its_way(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    verb = "prompt" if said.arrival is Arrival.PROMPTING else "start"
    later = rules.on_its_way_until(row.changed_at, doing.at)
    if row.state not in {SoftwareState.SENT, SoftwareState.PROMPTING, SoftwareState.INSTALLING}:
        return  # an update under way of what is there, or a word that comes too late
    if verb == {"prompting": "prompt", "installing": "start"}.get(row.state):
        DeviceSoftware.objects.filter(id=row.id).update(due_at=later, reason=said.sentence)
        return
    move(row, verb, doing, reason=said.sentence, due_at=later)


def _arrived(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    more: dict[str, object] = {
        "reason": "",
        "attempts": 0,
        "due_at": doing.at + rules.INSTALLED,
        "external_version": said.external_version or row.external_version,
    }
    if row.state == SoftwareState.INSTALLED:
        DeviceSoftware.objects.filter(id=row.id).update(**more)
        return
    move(row, "arrive", doing, installed_at=row.installed_at or doing.at, **more)


def _unmanaged(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    """It is there by its holder's own hand: take it over, but never on a personal device (G-1)."""
    if row.device.personal:
        move(row, "decline", doing, reason=LEFT_ALONE)
    elif row.take_over:
        move(row, "fail", doing, reason=said.sentence, due_at=_again_at(row, doing))
    else:
        again = {"take_over": True, "due_at": doing.at, "command": None}
        move(row, "want again", doing, reason=said.sentence, **again)


def _declined(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    if row.state in {SoftwareState.DECLINED, SoftwareState.FAILED}:
        return
    until = rules.declined_until(row.attempts, doing.at, personal=row.device.personal)
    move(row, "decline", doing, reason=said.sentence, due_at=until)


def _gone(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    if row.origin == Origin.WISH:
        move(row, "drop", doing, reason=said.sentence, wished_at=None)
        return
    until = _again_at(row, doing)
    if until is None or row.device.personal:
        move(row, "decline" if row.state in _DECLINABLE else "fail", doing, reason=said.sentence)
        return
    move(row, "want again", doing, reason=said.sentence, due_at=until, command=None)


_DECLINABLE = frozenset(
    {SoftwareState.INSTALLED, SoftwareState.INSTALLING, SoftwareState.PROMPTING}
)


def _failed(row: DeviceSoftware, said: Reported, doing: Act) -> None:
    if row.state == SoftwareState.FAILED:
        return  # known, and to be tried again in its time
    reason = said.sentence or NO_REASON
    move(row, "fail", doing, reason=reason, due_at=_again_at(row, doing))


def _again_at(row: DeviceSoftware, doing: Act) -> Any:
    return rules.again_at(row.attempts, doing.at)


_APPLIED: Mapping[Arrival, Callable[[DeviceSoftware, Reported, Act], None]] = {
    Arrival.WAITING: _on_its_way,
    Arrival.PROMPTING: _on_its_way,
    Arrival.INSTALLING: _on_its_way,
    Arrival.INSTALLED: _arrived,
    Arrival.UNMANAGED: _unmanaged,
    Arrival.DECLINED: _declined,
    Arrival.GONE: _gone,
    Arrival.FAILED: _failed,
}


def mark_managed(device_id: UUID, managed: set[str], rows: Iterable[DeviceSoftware]) -> bool:
    """Say in the list of software which of it the house looks after; whether that was news.

    What arrived since the device was last asked for the list is added to it.
    """
    fact = (
        StoredFact.objects.select_for_update()
        .filter(device_id=device_id, key=INSTALLED_SOFTWARE)
        .first()
    )
    if fact is None or not isinstance(fact.value, list):
        return False
    listed = {item.get("identifier") for item in fact.value}
    fresh = [
        {
            "identifier": row.software.identifier,
            "name": row.software.title,
            "version": row.package.version if row.package else "",
            "managed": True,
        }
        for row in rows
        if row.software.identifier in managed - listed
    ]
    value = [_marked(item, managed) for item in fact.value] + fresh
    changed = bool(value != fact.value)
    fact.value = value
    fact.save(update_fields=["value"])
    return changed


def with_managed(device_id: Any, facts: Mapping[str, Fact]) -> Mapping[str, Fact]:
    """A fresh list of software, with what is known to be managed marked so."""
    fact = facts.get(INSTALLED_SOFTWARE)
    if fact is None or not isinstance(fact.value, list):
        return facts
    # an update under way does not make it anybody else's
    rows = DeviceSoftware.objects.filter(
        device_id=device_id, installed_at__isnull=False, state__in=sorted(_STAYS)
    )
    managed = set(rows.values_list("software__identifier", flat=True))
    if not managed:
        return facts
    value = [_marked(item, managed) for item in fact.value]
    return {**facts, INSTALLED_SOFTWARE: Fact(value, fact.source, fact.observed_at)}


def _marked(item: dict[str, Any], managed: set[str]) -> dict[str, Any]:
    return {**item, "managed": item.get("identifier") in managed}
