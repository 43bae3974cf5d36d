"""Learning what status reports say: one by one, after the device has its reply."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import F

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.abilities import Declares, Standing
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.events import DeviceChanged, PostureReported
from quartermaster.mdm.models import DeclaredState, Enrolment, StatusReport
from quartermaster.mdm.queries import context_of, posture_of
from quartermaster.mdm.states import EnrolmentState

log = structlog.get_logger(__name__)

BATCH = 100
MOST_ATTEMPTS = 8
MOST_KEPT = 20  # of one enrolment, to look at
INVALID = "invalid"


def learn_reports_due(at: datetime, limit: int = 20) -> int:
    """Learn from the status reports that the devices' door kept; how many there were (G-3, G-10).

    Each is a transaction of its own. One that cannot be learned from is tried later and later, and
    after some attempts left with a note of why.
    """
    done = 0
    for _ in range(limit):
        due = StatusReport.objects.filter(learn_due_at__lte=at).order_by("received_at", "id")
        keys = list(due.values_list("id", flat=True)[:BATCH])
        for key in keys:
            _learn_one(key, at)
        done += len(keys)
        if len(keys) < BATCH:
            break
    return done


def _learn_one(key: UUID, at: datetime) -> None:
    label = "learning from status"
    try:
        with act(Actor(label=label), at) as doing:
            report = (
                StatusReport.objects.select_related("enrolment__device")
                .select_for_update(skip_locked=True, of=("self",))
                .filter(id=key, learn_due_at__lte=at)
                .first()
            )
            if report is not None:
                _learn(report, doing)
                StatusReport.objects.filter(id=key).update(learn_due_at=None)
                _forget_old(report.enrolment)
    except Exception as problem:
        log.exception("mdm.status-not-learned", report=str(key))
        _put_off(key, problem, at)


def _learn(report: StatusReport, doing: Act) -> None:
    enrolment = report.enrolment
    driver = driver_named(enrolment.driver)
    if enrolment.state != EnrolmentState.ENROLLED or not isinstance(driver, Declares):
        return  # what it said on its way out tells nothing of what it is now
    device = enrolment.device
    known = posture_of(device.id)
    said = driver.read_status(bytes(report.body), context_of(device), known, report.received_at)
    changed = False
    if said.facts:
        changed = keep_facts(device.id, said.facts)
        doing.emit(PostureReported(device_id=device.id))
    if said.standings is not None:
        changed |= _keep_standings(enrolment, said.standings, report.received_at, doing)
    if changed:
        doing.emit(DeviceChanged(device_id=device.id))


def _keep_standings(
    enrolment: Enrolment, told: tuple[Standing, ...], at: datetime, doing: Act
) -> bool:
    """Replace what was known of declarations by what is told now; whether anything changed."""
    rows = DeclaredState.objects.filter(enrolment=enrolment)
    if rows.filter(reported_at__gt=at).exists():
        return False  # an older report never replaces a newer one
    before = {(row.section, row.identifier): row for row in rows}
    after = {(item.section, item.key): item for item in told}
    rows.delete()
    DeclaredState.objects.bulk_create(
        DeclaredState(
            enrolment=enrolment,
            section=item.section,
            identifier=item.key,
            token=item.token,
            active=item.active,
            valid=item.valid,
            reasons=list(item.reasons),
            reported_at=at,
        )
        for item in after.values()
    )
    changed = {name for name, item in after.items() if _differs(before.get(name), item)}
    for name in sorted(changed):
        _record_refusal(enrolment, after[name], doing)
    return bool(changed) or before.keys() != after.keys()


def _differs(row: DeclaredState | None, item: Standing) -> bool:
    known = row and (row.token, row.active, row.valid, tuple(row.reasons))
    return known != (item.token, item.active, item.valid, item.reasons)


def _record_refusal(enrolment: Enrolment, item: Standing, doing: Act) -> None:
    if item.valid == INVALID:
        doing.record(
            "mdm.declaration.refused",
            enrolment,
            device=enrolment.device.asset_tag,
            declaration=item.key,
            reasons=list(item.reasons),
        )


def _forget_old(enrolment: Enrolment) -> None:
    learned = StatusReport.objects.filter(enrolment=enrolment, learn_due_at=None)
    kept = learned.order_by("-received_at", "-id").values("id")[:MOST_KEPT]
    learned.exclude(id__in=list(kept.values_list("id", flat=True))).delete()


def _put_off(key: UUID, problem: Exception, at: datetime) -> None:
    report = StatusReport.objects.get(id=key)
    attempts = report.learn_attempts + 1
    due_at = at + pause(attempts) if attempts < MOST_ATTEMPTS else None
    noted = f"The report could not be read: {type(problem).__name__}."
    StatusReport.objects.filter(id=key).update(
        learn_attempts=F("learn_attempts") + 1,
        learn_due_at=due_at,
        error=noted if due_at is None else "",
    )
