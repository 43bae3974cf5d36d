"""Everything that the evaluation of many devices must know, in a bounded number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.compliance.rules.applications import CLAUSE as APPLICATIONS
from quartermaster.compliance.rules.applications import applications
from quartermaster.compliance.rules.checks import Context
from quartermaster.compliance.rules.evaluate import evaluate
from quartermaster.compliance.rules.outcome import Result
from quartermaster.compliance.rules.records import Asked, Record
from quartermaster.compliance.rules.support import Ends, catalogue
from quartermaster.inventory.applications import decided
from quartermaster.inventory.models import Device
from quartermaster.inventory.verdicts import Decisions
from quartermaster.mdm.driver import Compiled, Means, is_managed
from quartermaster.mdm.fleets import Compiler, Managed, managed_now
from quartermaster.mdm.posture import Posture
from quartermaster.mdm.queries import postures_of
from quartermaster.mdm.software import devices_owed_software
from quartermaster.org.models import Person
from quartermaster.org.models import Standing as Service
from quartermaster.policy.queries import Standing, Waivers, rulebook, standings
from quartermaster.policy.requirements import Requirements
from quartermaster.policy.requirements.rulebook import Effective, Rulebook, Waiver, relaxed
from quartermaster.records.capture import lying_on_devices
from quartermaster.records.rules.capture import Lying


@dataclass(frozen=True)
class Subject:
    """One device as `evaluate` takes it."""

    wanted: Requirements
    posture: Posture
    context: Context
    record: Record
    decisions: Decisions

    def results(self) -> tuple[Result, ...]:
        found = evaluate(self.wanted, self.posture, self.context, self.record)
        if self.record.held_to is not None and APPLICATIONS not in self.record.held_to:
            return found
        return found + applications(self.decisions, self.wanted, self.posture, self.context)


class Reader:
    """Reads for one instant. What holds for many devices is looked up once and remembered."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.book = rulebook()
        self._waivers = Waivers(at)
        self._compiler = Compiler(at)
        self._support = support_ends()
        self._decisions = decided(at.date())
        self._effective: dict[tuple[object, ...], Effective] = {}

    def results(self, devices: Iterable[Device]) -> dict[UUID, tuple[Result, ...]]:
        """The outcomes of each device; none where it is not managed."""
        rows = [device for device in devices if is_managed(device.platform)]
        found = self._subjects(rows)
        return {key: subject.results() for key, subject in found.items()}

    def _subjects(self, devices: list[Device]) -> dict[UUID, Subject]:
        managed = managed_now({device.id for device in devices})
        rows = [device for device in devices if device.id in managed]
        ids = [device.id for device in rows]
        effective = {device.id: self._effective_for(device) for device in rows}
        compiled = self._compiler.wanted(rows, effective)
        postures = postures_of(ids)
        owed = devices_owed_software(ids)
        asked = standings([device.holder for device in rows if device.holder], self.at)
        lying = lying_on(rows)
        return {
            device.id: Subject(
                self._stated(device).requirements,
                postures[device.id],
                context_for(
                    device,
                    managed[device.id],
                    compiled[device.id],
                    effective[device.id],
                    self.at,
                    owed=device.id in owed,
                ),
                record_for(device, managed[device.id], self.book, asked, self._support, lying),
                self._decisions,
            )
            for device in rows
        }

    def _stated(self, device: Device) -> Effective:
        """What is required before exceptions: what they spare is shown as excepted."""
        return self._once((device.department_id, device.ownership), device, {})

    def _effective_for(self, device: Device) -> Effective:
        waivers = self._waivers.of(device.department_id, device.holder_id, device.id)
        held = tuple(sorted((name, item.exception_id) for name, item in waivers.items()))
        return self._once((device.department_id, device.ownership, *held), device, waivers)

    def _once(
        self, key: tuple[object, ...], device: Device, waivers: Mapping[str, Waiver]
    ) -> Effective:
        if key not in self._effective:
            stated = self.book.effective(device.department_id, device.ownership)
            self._effective[key] = relaxed(stated, waivers) if waivers else stated
        return self._effective[key]


def support_ends() -> Ends:
    """The catalogue's word, and the City's own before it."""
    return {**catalogue(), **settings.SUPPORT_ENDS}


def context_for(
    device: Device,
    managed: Managed,
    compiled: tuple[Compiled, datetime | None],
    effective: Effective,
    at: datetime,
    *,
    owed: bool,
) -> Context:
    """What an evaluation of a device must know besides requirements, posture and record."""
    made, since = compiled
    carriers = made.carriers()
    wanted = effective.requirements
    days = wanted.minimum_os_within_days
    waiting = {name for name, item in carriers.items() if item.payload in managed.waiting}
    brought = {setting for setting, _ in made.delivered} if owed else set()
    return Context(
        at=at,
        platform=device.platform,
        personal=device.personal,
        enrolled_at=managed.enrolment.enrolled_at,
        payload_of={name: carrier.key for name, carrier in carriers.items()},
        unenforceable=dict(made.unenforceable),
        on_the_way=frozenset(waiting | brought),
        declared={
            name: carrier.token
            for name, carrier in carriers.items()
            if carrier.means is Means.DECLARATION
        },
        refusals={
            name: f"The device refused the City's declaration: {managed.refused[carrier.key]}"
            for name, carrier in carriers.items()
            if carrier.key in managed.refused
        },
        update_due_at=since + timedelta(days=days) if since and days is not None else None,
        update_since=since if wanted.maximum_patch_age_days is not None else None,
        excepted=frozenset(effective.waivers),
    )


def lying_on(devices: Iterable[Device]) -> Mapping[UUID, Lying]:
    """What is known to lie on devices of their holders' records, by device (C-2)."""
    held = {(device.holder_id, device.id) for device in devices if device.holder_id}
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
