"""The plan of a rule: which devices it would act on now, and why not on others (G-10, C-1).

The plan that people read and the acts that the house prepares come of the same lines.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.compliance import automatic
from quartermaster.compliance.automatic import Standing
from quartermaster.compliance.models import (
    ActionRule,
    AutomaticAct,
    Evaluation,
    Extension,
    Finding,
    RuleVersion,
)
from quartermaster.compliance.rules.automatic import (
    DESTROYS,
    ON_PERSONAL,
    ONCE,
    Action,
    ActState,
    Terms,
    Told,
    effects_of,
    may_at_once,
    ripe_at,
)
from quartermaster.compliance.rules.extensions import ExtensionState
from quartermaster.compliance.rules.findings import notice_key
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import enforced
from quartermaster.kernel.worded import values
from quartermaster.mdm import holds
from quartermaster.mdm.abilities import CanDestroy
from quartermaster.mdm.driver import Context, driver_named
from quartermaster.mdm.models import DestructiveTarget, Enrolment
from quartermaster.mdm.queries import contexts_of
from quartermaster.mdm.rules.destruction import Kind, TargetState
from quartermaster.mdm.states import EnrolmentState
from quartermaster.mdm.verbs import VERBS
from quartermaster.notify.queries import delivered_at

CHUNK = 200
MOST_SHOWN = 500
MOST_READ = 5000
LOCK = "lock"
KINDS = {Action.REMOVAL: Kind.REMOVAL, Action.WIPE: Kind.WIPE}


@dataclass(frozen=True)
class Line:
    """One finding in a plan. Empty ``why_not``: the rule acts on it."""

    finding: Finding
    ripe_at: datetime | None
    delivered_at: datetime | None
    at_once: bool
    why_not: str

    @property
    def device(self) -> Device:
        return self.finding.device


@dataclass(frozen=True)
class Plan:
    """What a rule would do at an instant, and whether it would be stopped before it is done."""

    rule: ActionRule
    version: RuleVersion
    at: datetime
    acts: tuple[Line, ...]
    skipped: tuple[Line, ...]
    more: bool
    standing: Standing
    jump: str

    @property
    def effects(self) -> Sequence[str]:
        return effects_of(Action(self.version.action))

    @property
    def devices(self) -> int:
        return len({line.finding.device_id for line in self.acts})

    @property
    def stops_after(self) -> int | None:
        """After how many devices the limit would stop it; None where it would not."""
        new = {line.finding.device_id for line in self.acts} - self.standing.spent
        return self.standing.left if len(new) > self.standing.left else None

    @property
    def digest(self) -> str:
        """Another plan has another digest, so that a person agrees to what they saw."""
        said = [self.version.digest, *sorted(str(line.finding.id) for line in self.acts)]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def plan_of(rule: ActionRule, version: RuleVersion, at: datetime, most: int = MOST_SHOWN) -> Plan:
    """What a rule, as this version says it, would act on now, and what it passes over."""
    terms = automatic.terms_of(version)
    rows = automatic.in_scope(terms).order_by("cure_until", "id")
    found = list(islice(lines(rows, rule, terms, at), most + 1))
    shown = found[:most]
    acts = tuple(line for line in shown if not line.why_not)
    standing = automatic.standing_of(rule, terms, at)
    return Plan(
        rule=rule,
        version=version,
        at=at,
        acts=acts,
        skipped=tuple(line for line in shown if line.why_not),
        more=len(found) > most,
        standing=standing,
        jump=automatic.jump_of(rule, [line.finding for line in acts], standing.fleet),
    )


def lines(rows: QuerySet[Finding], rule: ActionRule, terms: Terms, at: datetime) -> Iterator[Line]:
    """The lines of a plan in the order of the findings, some hundreds read at a time.

    What is done to a device once is planned for its first finding alone.
    """
    taken: set[object] = set()
    waiting = rows.iterator(chunk_size=CHUNK)
    read = 0
    while read < MOST_READ and (some := list(islice(waiting, CHUNK))):
        read += len(some)
        book = _Book(some, rule, terms, at)
        for finding in some:
            line = book.line(finding)
            if not line.why_not and terms.action is not Action.RESTRICT:
                if finding.device_id in taken:
                    line = Line(finding, None, None, line.at_once, "Another finding leads to it.")
                taken.add(finding.device_id)
            yield line


def line_for(finding: Finding, rule: ActionRule, terms: Terms, at: datetime) -> Line:
    """The line of one finding, looked up alone; what the rule did to it already does not count."""
    return _Book([finding], rule, terms, at, again=True).line(finding)


class _Book:
    """What has to be known of some findings, in a bounded number of queries."""

    def __init__(
        self,
        findings: Sequence[Finding],
        rule: ActionRule,
        terms: Terms,
        at: datetime,
        *,
        again: bool = False,
    ) -> None:
        self.terms, self.at = terms, at
        devices = {item.device_id: item.device for item in findings}
        live = Enrolment.objects.filter(device_id__in=devices, state=EnrolmentState.ENROLLED)
        self.enrolments = {item.device_id: item for item in live}
        self.states = {
            (device, check): state
            for device, check, state in Evaluation.objects.filter(
                device_id__in=devices
            ).values_list("device_id", "check_name", "state")
        }
        self.delivered = delivered_at(_key(item) for item in findings)
        self.contexts = contexts_of(devices.values()) if _asks_driver(terms) else {}
        self.asked = _asked_for(devices) if terms.action in DESTROYS else set()
        done = AutomaticAct.objects.filter(rule=rule, state__in=values(ONCE))
        settled = done.exclude(state=ActState.DUE.value)  # what waits for its turn is still to do
        self.done = (
            {}
            if again
            else dict(settled.filter(finding__in=findings).values_list("finding", "state"))
        )
        asked = Extension.objects.filter(finding__in=findings, state=ExtensionState.ASKED.value)
        self.more_time = set(asked.values_list("finding_id", flat=True))
        self.done_to: dict[UUID, set[UUID]] = defaultdict(set)
        if terms.action is not Action.RESTRICT:
            still = done.filter(device_id__in=devices, finding__closed_at=None)
            for device_id, finding_id in still.values_list("device_id", "finding_id"):
                self.done_to[device_id].add(finding_id)

    def line(self, finding: Finding) -> Line:
        delivered = self.delivered.get(_key(finding))
        told = Told(
            severity=Severity(finding.severity),
            noticed_at=finding.noticed_at,
            cure_until=finding.cure_until,
            delivered_at=delivered,
        )
        ripe, at_once = ripe_at(told, self.terms), may_at_once(finding.severity, self.terms)
        why = next(filter(None, self._reasons(finding, ripe)), "")
        return Line(finding, ripe, delivered, at_once, why)

    def _reasons(self, finding: Finding, ripe: datetime | None) -> Iterable[str]:
        device = finding.device
        yield _already(self.done.get(finding.id))
        if self.done_to.get(finding.device_id, set()) - {finding.id}:
            yield "It was done already for another finding on this device."
        if finding.holder_id is None:
            yield "Nobody holds it, or the house has to put it right: no person was told."
        elif finding.holder_id != device.holder_id:
            yield "Another person has it now, who was told nothing."
        if not enforced(device):
            yield "The department is excluded from the policy (S-3)."
        if device.ownership == "personal" and self.terms.action not in ON_PERSONAL:
            yield "A personal device: only what the City gave is ever taken back from it."
        yield _not_failing(self.states.get((finding.device_id, finding.check_name)))
        yield self._too_early(finding, ripe)
        if held := holds.hold_on(device, self.at):
            yield f"On hold: {held}"
        yield from self._of_enrolment(device)

    def _too_early(self, finding: Finding, ripe: datetime | None) -> str:
        if finding.noticed_at is None:
            return "The holder was not told yet."
        if finding.id in self.more_time:
            return "The holder asked for more time, and nobody has decided."
        if ripe is None:
            return "The notice to the holder was not delivered yet."
        if ripe > self.at:
            return "The holder still has time to put it right."
        return ""

    def _of_enrolment(self, device: Device) -> Iterable[str]:
        enrolment = self.enrolments.get(device.id)
        if enrolment is None:
            yield "The device is not enrolled."
            return
        if self.terms.action is Action.LOCK:
            since = self.at - timedelta(hours=VERBS[LOCK].hours)
            if enrolment.last_seen_at is None or enrolment.last_seen_at < since:
                yield "Not heard from lately; it is looked at again when it is back."
        if device.id in self.asked:
            yield "It waits for such a request already."
        if _asks_driver(self.terms):
            yield why_not_possible(enrolment, self.terms.action, self.contexts[device.id])


def why_not_possible(enrolment: Enrolment, action: Action, context: Context) -> str:
    """Why the platform cannot do this to a device, as a sentence; empty if it can."""
    driver = driver_named(enrolment.driver)
    if action is Action.LOCK:
        return driver.why_not(LOCK, context)
    if not isinstance(driver, CanDestroy):
        return "This platform cannot do it."
    return driver.why_not_destroy(KINDS[action], context, {})


def _asked_for(devices: Collection[UUID]) -> set[UUID]:
    """The devices for which people asked already, whatever became of a rule's proposal."""
    still = [TargetState.PENDING, TargetState.RELEASED]
    rows = DestructiveTarget.objects.filter(enrolment__device__in=devices, state__in=still)
    return set(rows.values_list("enrolment__device_id", flat=True))


def _asks_driver(terms: Terms) -> bool:
    return terms.action is not Action.RESTRICT


def _key(finding: Finding) -> str:
    holder = finding.holder_id
    return notice_key(finding.id, "notice", holder) if holder is not None else ""


def _already(state: str | None) -> str:
    return f"This rule acted on it already: {ActState(state).label.lower()}." if state else ""


def _not_failing(state: str | None) -> str:
    if state == State.FAIL:
        return ""
    if state == State.EXCEPTED:
        return "An exemption covers it."
    return "By the newest evaluation it is not known for certain that it fails."
