"""Everything that the evaluation of many devices must know, in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localdate, localtime

from quartermaster.compliance.rules.applications import CLAUSE as APPLICATIONS
from quartermaster.compliance.rules.applications import applications
from quartermaster.compliance.rules.checks import Context
from quartermaster.compliance.rules.evaluate import Line, evaluate, sheet
from quartermaster.compliance.rules.outcome import Result
from quartermaster.compliance.rules.records import Asked, Record
from quartermaster.compliance.rules.support import Ends, catalogue
from quartermaster.inventory.applications import decided
from quartermaster.inventory.models import Device
from quartermaster.inventory.verdicts import Decisions
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.fleets import Carried, Compiler
from quartermaster.mdm.known import Managed, managed_now
from quartermaster.mdm.posture import Posture
from quartermaster.org.models import Person
from quartermaster.org.models import Standing as Service
from quartermaster.policy.queries import Standing, Standings, Waivers, rulebook
from quartermaster.policy.requirements import Requirements
from quartermaster.policy.requirements.rulebook import Effective, Rulebook, Waiver, relaxed
from quartermaster.records.capture import lying_on_devices
from quartermaster.records.rules.capture import Lying


@dataclass(frozen=True)
class Answer:
    """What the evaluation of a device says, and until when time alone cannot change it."""

    results: tuple[Result, ...] = ()
    until: datetime | None = None


NO_ANSWER = Answer()


@dataclass(frozen=True)
class Subject:
    """One device as `evaluate` takes it."""

    wanted: Requirements
    posture: Posture
    context: Context
    record: Record
    decisions: Decisions

    def results(self, lines: Sequence[Line] | None = None) -> tuple[Result, ...]:
        found = evaluate(self.wanted, self.posture, self.context, self.record, lines)
        if self.record.held_to is not None and APPLICATIONS not in self.record.held_to:
            return found
        return found + applications(self.decisions, self.wanted, self.posture, self.context)


class Reader:
    """Reads for one instant. What holds for many devices is looked up once and remembered."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.book = rulebook()
        self.waivers = Waivers(at)
        self.compiler = Compiler(at)
        self.support = support_ends()
        self.decisions = decided(localdate(at))
        self.acknowledged = Standings(at)
        self._effective: dict[tuple[object, ...], Effective] = {}
        self._sheets: dict[tuple[int, str], tuple[Line, ...]] = {}

    def moved_to(self, at: datetime) -> None:
        """Read for a later instant; the caller knows that nothing of what is kept has changed."""
        self.at = self.compiler.at = self.acknowledged.at = at

    def results(self, devices: Iterable[Device]) -> dict[UUID, tuple[Result, ...]]:
        """The outcomes of each device; none where it is not managed."""
        return {key: answer.results for key, answer in self.answers(devices).items()}

    def answers(self, devices: Iterable[Device]) -> dict[UUID, Answer]:
        """The same, with until when they stand."""
        rows = [device for device in devices if is_managed(device.platform)]
        return {key: self._answer(item) for key, item in self._subjects(rows).items()}

    def _answer(self, subject: Subject) -> Answer:
        # the same requirements are one object here, kept in what was made of them
        key = (id(subject.wanted), subject.context.platform)
        if key not in self._sheets:
            self._sheets[key] = sheet(subject.wanted, subject.context.platform)
        results = subject.results(self._sheets[key])
        return Answer(results, subject.context.horizon.next)

    def _subjects(self, devices: list[Device]) -> dict[UUID, Subject]:
        managed = managed_now([device.id for device in devices])
        rows = [device for device in devices if device.id in managed]
        effective = {device.id: self._effective_for(device) for device in rows}
        carried = self.compiler.wanted(rows, effective, managed)
        holders = [device.holder_id for device in rows if device.holder_id]
        asked = self.acknowledged.of(holders)
        lying = lying_on((device.holder_id, device.id) for device in rows)
        return {
            device.id: Subject(
                self.stated(device.department_id, device.ownership).requirements,
                managed[device.id].posture,
                context_for(
                    device, managed[device.id], carried[device.id], effective[device.id], self.at
                ),
                record_for(device, managed[device.id], self.book, asked, self.support, lying),
                self.decisions,
            )
            for device in rows
        }

    def stated(self, department_id: UUID, ownership: str) -> Effective:
        """What is required before exceptions: what they spare is shown as excepted."""
        return self._once((department_id, ownership), {})

    def relaxed(
        self, department_id: UUID, ownership: str, waivers: Mapping[str, Waiver]
    ) -> Effective:
        """What is required with these exceptions."""
        held = tuple(sorted((name, item.exception_id) for name, item in waivers.items()))
        return self._once((department_id, ownership, *held), waivers)

    def _effective_for(self, device: Device) -> Effective:
        waivers = self.waivers.of(device.department_id, device.holder_id, device.id)
        return self.relaxed(device.department_id, device.ownership, waivers)

    def _once(self, key: tuple[Any, ...], waivers: Mapping[str, Waiver]) -> Effective:
        if key not in self._effective:
            stated = self.book.effective(key[0], key[1])
            self._effective[key] = relaxed(stated, waivers) if waivers else stated
        return self._effective[key]


def support_ends() -> Ends:
    """The catalogue's word, and the City's own before it."""
    return {**catalogue(), **settings.SUPPORT_ENDS}


def context_for(
    device: Device, managed: Managed, carried: Carried, effective: Effective, at: datetime
) -> Context:
    """What an evaluation of a device must know besides requirements, posture and record."""
    since, wanted = carried.since, effective.requirements
    days = wanted.minimum_os_within_days
    waiting = (carried.settings_of.get(key, ()) for key in managed.waiting)
    brought = carried.brought if managed.owed_software else ()
    return Context(
        at=localtime(at),
        platform=device.platform,
        personal=device.personal,
        enrolled_at=managed.enrolled_at,
        payload_of=carried.payload_of,
        unenforceable=carried.unenforceable,
        on_the_way=frozenset().union(*waiting, brought),
        declared=carried.declared,
        refusals=_refusals(managed, carried),
        update_due_at=since + timedelta(days=days) if since and days is not None else None,
        update_since=since if wanted.maximum_patch_age_days is not None else None,
        excepted=frozenset(effective.waivers),
    )


def _refusals(managed: Managed, carried: Carried) -> Mapping[str, str]:
    return {
        name: f"The device refused the City's declaration: {managed.refused[key]}"
        for name, key in carried.payload_of.items()
        if key in managed.refused
    }


def lying_on(devices: Iterable[tuple[UUID | None, UUID]]) -> Mapping[UUID, Lying]:
    """What is known to lie on devices of their holders' records, by device (C-2)."""
    held = {(person, device) for person, device in devices if person}
    allowed = timedelta(days=settings.RECORD_TRANSFER_DAYS)
    found = lying_on_devices({person for person, _ in held if person}, allowed)
    return {
        device: lying
        for (person, device), lying in found.items()
        if device is not None and (person, device) in held
    }


def record_for(
    device: Device,
    managed: Managed,
    book: Rulebook,
    asked: Mapping[UUID, Standing],
    support: Ends,
    lying: Mapping[UUID, Lying],
) -> Record:
    """What the house has on record of a device and its holder."""
    holder = device.holder
    return Record(
        status=device.status,
        held_to=clauses_held(book, device.department_id),
        holder_department=holder.department_id if holder else None,
        departments=_kin(book, device, holder),
        separated=holder is not None and holder.standing == Service.SEPARATED,
        separated_on=holder.separated_on if holder else None,
        asked=_asked(asked.get(holder.id)) if holder else None,
        consented_at=managed.consented_at,
        certificate_until=managed.certificate_until,
        woken_at=managed.woken_at,
        cannot_be_woken_since=managed.cannot_be_woken_since,
        support_ends=support,
        lying=lying.get(device.id),
    )


def clauses_held(book: Rulebook, department_id: UUID) -> frozenset[str] | None:
    """The clauses that a department is held to; None: to all, as the policy covers it (S-3)."""
    if book.places[department_id].covered:
        return None
    for place in reversed(book.lineage(department_id)):
        terms = book.adoptions.get(place.id)
        if terms is not None and not place.covered:
            return terms.clauses
    return frozenset()


def _kin(book: Rulebook, device: Device, holder: Person | None) -> frozenset[UUID]:
    """The device's department and those above; the holder's too, where it is one below."""
    found = frozenset(place.id for place in book.lineage(device.department_id))
    if holder is None:
        return found
    above = {place.id for place in book.lineage(holder.department_id)}
    return found | {holder.department_id} if device.department_id in above else found


def _asked(standing: Standing | None) -> Asked | None:
    if standing is None:
        return None
    return Asked(
        version=f"The policy, version {standing.version.number},",
        bound=standing.bound,
        acknowledged_at=standing.acknowledged_at,
        due_at=standing.due_at,
    )
