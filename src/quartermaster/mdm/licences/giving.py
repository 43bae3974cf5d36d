"""Asking the service for licences and giving them back, and what became of it.

A row is claimed in a transaction of its own before the service is asked, so that two workers never
ask for the same; a worker that dies leaves a claim that lapses, and asking twice gives one licence.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quartermaster.jobs.acts import act
from quartermaster.mdm.licences.pools import HOUSE
from quartermaster.mdm.licences.shortage import note_enough, note_shortage
from quartermaster.mdm.licences.steps import among, hold, step
from quartermaster.mdm.licensing import (
    Failure,
    Given,
    LicenceService,
    Limits,
    Progress,
    Rejected,
    ServiceTrouble,
    Why,
)
from quartermaster.mdm.models import (
    DeviceSoftware,
    Licence,
    LicenceEvent,
    LicencePool,
    LicenceUser,
)
from quartermaster.mdm.rules import software as rules
from quartermaster.mdm.software_states import (
    SOFTWARE_LIVE,
    LicenceState,
    LicenceUserState,
    SoftwareState,
)
from quartermaster.mdm.states import EnrolmentState
from quartermaster.org.models import Standing

CLAIM_LIFE = timedelta(minutes=5)
FIRST_POLL = timedelta(seconds=30)
LONGEST_POLL = timedelta(minutes=10)
SHORT = timedelta(minutes=15)
MOST_POLLS = 200
BATCHES = 50
GIVE, TAKE_BACK, FORGET = "give", "take back", "forget"
UNSAID = "Apple's service never said what became of it."
NONE_LEFT = "No licence is left: all {} are in use."


def give_wanted(service: LicenceService, driver: str, limits: Limits, at: datetime) -> None:
    """Ask for the licences that are wanted, as many as there are (G-4)."""
    for pool in _with(driver, LicenceState.WANTED, at):
        for _ in range(BATCHES):
            claimed = _claim_wanted(pool, limits, at)
            if not claimed:
                break
            _ask(service.give, GIVE, pool, claimed, "want again", at)


def take_back_unneeded(service: LicenceService, driver: str, limits: Limits, at: datetime) -> None:
    """Give back what nothing needs any longer: of devices that left, of applications dropped."""
    with act(HOUSE, at) as doing:
        count = step(_unneeded(driver, _HELD), "give back", at, due_at=at)
        step(_unneeded(driver, _NOT_YET), "free", at, reason="Nothing needs it any longer.")
        if count:
            doing.record_about("mdm.licences.released", "mdm.licence", "", count=count)
    for pool in _with(driver, LicenceState.RETURNING, at):
        for _ in range(BATCHES):
            claimed = _claim(pool, LicenceState.RETURNING, "ask back", limits, at)
            if not claimed:
                break
            _ask(service.take_back, TAKE_BACK, pool, claimed, "try to give back", at)


def _with(driver: str, state: LicenceState, at: datetime) -> Sequence[LicencePool]:
    rows = Licence.objects.filter(pool=OuterRef("id"), state=state, due_at__lte=at)
    return list(LicencePool.objects.filter(Exists(rows), driver=driver, gone_at=None))


_HELD = (LicenceState.HELD,)
_NOT_YET = (LicenceState.WANTED, LicenceState.FAILED)


def _unneeded(driver: str, states: Sequence[LicenceState]) -> QuerySet[Licence]:
    live = DeviceSoftware.objects.filter(
        software__store_id=OuterRef("pool__store_id"),
        software__licensed=True,
        enrolment__state=EnrolmentState.ENROLLED,
        state__in=sorted(SOFTWARE_LIVE | {SoftwareState.REMOVING}),
    )
    for_device = live.filter(device=OuterRef("device_id"))
    for_person = live.filter(
        enrolment__person=OuterRef("user__person_id"),
        enrolment__person__standing=Standing.ACTIVE,
        device__ownership="personal",
    )
    return Licence.objects.filter(
        pool__driver=driver, pool__revocable=True, ours=True, state__in=states
    ).filter(~Q(Q(user=None) & Exists(for_device)) & ~Q(Q(user__isnull=False) & Exists(for_person)))


def _claim_wanted(pool: LicencePool, limits: Limits, at: datetime) -> list[Licence]:
    """Claim as many as are available; what is left over waits, and is seen to be short."""
    with transaction.atomic():
        pool = LicencePool.objects.select_for_update().get(id=pool.id)
        asked = pool.licences.filter(state=LicenceState.ASKED).count()
        left = limits.serials if pool.unlimited else max(pool.available - asked, 0)
        claimed = _claim(pool, LicenceState.WANTED, "ask", limits, at, most=left)
        rest = _due(pool, LicenceState.WANTED, at)
        if left <= len(claimed) and rest.exists() and not pool.unlimited:
            sentence = NONE_LEFT.format(pool.total)
            rest.update(reason=sentence, due_at=at + SHORT)
            note_shortage(pool, HOUSE, at)
        elif claimed:
            note_enough(pool)
    return claimed


def _claim(
    pool: LicencePool,
    state: LicenceState,
    verb: str,
    limits: Limits,
    at: datetime,
    most: int = 100_000,
) -> list[Licence]:
    """Rows of one kind (devices or people), so many as may be asked for at once."""
    with transaction.atomic():
        rows = _due(pool, state, at).select_related("user").order_by("changed_at", "id")
        rows = rows.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.filter(user=None)[: min(limits.serials, most)])
        if not found:
            found = list(rows.filter(user__isnull=False)[: min(limits.references, most)])
        keys = [row.id for row in found]
        step(among(keys), verb, at, due_at=at + CLAIM_LIFE, attempts=F("attempts") + 1)
    return found


def _due(pool: LicencePool, state: LicenceState, at: datetime) -> QuerySet[Licence]:
    """Rows to ask for: of people only those whom the service knows by an account."""
    known = Q(user=None) | Q(user__state=LicenceUserState.ASSOCIATED)
    return Licence.objects.filter(known, pool=pool, state=state, due_at__lte=at)


def _ask(
    ask: Callable[[Sequence[Given]], str],
    kind: str,
    pool: LicencePool,
    claimed: Sequence[Licence],
    undo: str,
    at: datetime,
) -> None:
    keys = [row.id for row in claimed]
    try:
        name = ask([_given(pool, row) for row in claimed])
    except Rejected as problem:  # of this product; others may still be asked for
        fail(keys, Failure(Why.OTHER, problem.message), at)
        return
    except ServiceTrouble as problem:
        step(among(keys), undo, at, due_at=at + SHORT, reason=problem.message[:500])
        raise
    with act(HOUSE, at) as doing:
        event = make_event(pool.driver, name, kind, len(keys), at)
        among(keys).update(event=event, due_at=None)
        doing.record("mdm.licences.asked", pool, what=kind, count=len(keys), product=pool.store_id)


def _given(pool: LicencePool, row: Licence) -> Given:
    reference = row.user.reference if row.user else ""
    return Given(pool.store_id, pool.pricing, row.serial, reference)


def make_event(driver: str, name: str, kind: str, count: int, at: datetime) -> LicenceEvent:
    """Note something that the service does in its own time, and when to ask how far it is."""
    event, _ = LicenceEvent.objects.get_or_create(
        external_id=name,
        defaults={
            "driver": driver,
            "kind": kind,
            "requested": count,
            "asked_at": at,
            "due_at": at + FIRST_POLL,
        },
    )
    return event


def let_claims_lapse(driver: str, at: datetime) -> None:
    """What a worker claimed and died with is to be asked for again."""
    rows = Licence.objects.filter(pool__driver=driver, event=None, due_at__lte=at)
    step(rows.filter(state=LicenceState.ASKED), "want again", at, due_at=at)
    step(rows.filter(state=LicenceState.RETURN_ASKED), "try to give back", at, due_at=at)


def poll_events(service: LicenceService, driver: str, at: datetime) -> bool:
    """Ask how far things are; whether the service left something unsaid that its list must tell."""
    unsaid = False
    for event in LicenceEvent.objects.filter(driver=driver, due_at__lte=at).order_by("due_at"):
        try:
            progress = service.progress(event.external_id)
        except Rejected:  # it does not know it (any longer)
            unsaid |= _give_up(event, at)
            continue
        if progress.over:
            unsaid |= end_event(event, progress, at)
        elif event.polls >= MOST_POLLS:
            unsaid |= _give_up(event, at)
        else:
            pause = min(FIRST_POLL * 2 ** min(event.polls, 10), LONGEST_POLL)
            LicenceEvent.objects.filter(id=event.id).update(polls=F("polls") + 1, due_at=at + pause)
    return unsaid


def _give_up(event: LicenceEvent, at: datetime) -> bool:
    """Nobody will say what became of it: nothing is taken for done, and the list decides."""
    end_event(event, Progress(over=True, failures=(Failure(Why.OTHER, UNSAID),)), at)
    return True


def end_event(event: LicenceEvent, progress: Progress, at: datetime) -> bool:
    """Take over what became of it; whether the service did not say for whom it failed."""
    unnamed = False
    with act(HOUSE, at) as doing:
        ended = LicenceEvent.objects.filter(id=event.id, state="pending").update(
            state="failed" if progress.failures else "complete", ended_at=at, due_at=None
        )
        if not ended:
            return False
        for failure in progress.failures:
            named = bool(failure.serials or failure.references)
            unnamed |= not named
            fail(_of(event, failure) if named else _all_of(event), failure, at)
        hold(Licence.objects.filter(event=event, state=LicenceState.ASKED), at)
        step(Licence.objects.filter(event=event, state=LicenceState.RETURN_ASKED), "free", at)
        if event.kind == FORGET:
            _end_forgetting(event, progress, at)
        else:
            _end_people(event, progress, at)
        doing.record(
            "mdm.licences.answered", event, what=event.kind, failures=len(progress.failures)
        )
    return unnamed


def _all_of(event: LicenceEvent) -> list[UUID]:
    return list(Licence.objects.filter(event=event).values_list("id", flat=True))


def _of(event: LicenceEvent, failure: Failure) -> list[UUID]:
    rows = Licence.objects.filter(event=event)
    named = Q(serial__in=failure.serials) & ~Q(serial="") | Q(
        user__reference__in=failure.references
    )
    return list(rows.filter(named).values_list("id", flat=True))


def fail(keys: Sequence[UUID], failure: Failure, at: datetime) -> None:
    """What was not given is wanted still, or failed; what was not taken back is tried again."""
    rows = among(keys)
    reason = failure.sentence[:500]
    step(rows, "try to give back", at, due_at=at + SHORT, reason=reason)
    if failure.why in {Why.OTHER, Why.USER_EXISTS}:
        for row in rows.filter(state=LicenceState.ASKED):
            due = rules.again_at(row.attempts, at)
            step(among([row.id]), "fail", at, due_at=due, reason=reason)
        return
    if failure.why is Why.SHORTAGE:
        for pool in LicencePool.objects.filter(licences__in=keys).distinct():
            note_shortage(pool, HOUSE, at)
    else:
        LicenceUser.objects.filter(licences__in=keys).exclude(
            state=LicenceUserState.RETIRED
        ).update(state=LicenceUserState.WANTED, known=False, due_at=at)
    step(rows, "want again", at, due_at=at + SHORT, reason=reason)


def want_failed_again(driver: str, at: datetime) -> None:
    """Ask again for what failed, in its time."""
    rows = Licence.objects.filter(pool__driver=driver, state=LicenceState.FAILED, due_at__lte=at)
    step(rows, "want again", at, due_at=at)


_IS_KNOWN = {Why.USER_EXISTS: True, Why.NO_USER: False}


def _end_people(event: LicenceEvent, progress: Progress, at: datetime) -> None:
    """People of whom the service was told: known now, or not and why."""
    rows = LicenceUser.objects.filter(event=event, state=LicenceUserState.ASKED)
    for failure in progress.failures:
        named = rows.filter(reference__in=failure.references) if failure.references else rows
        for user in named:
            user.state, user.reason = LicenceUserState.FAILED, failure.sentence[:500]
            user.due_at = rules.again_at(user.attempts, at)
            # one that the service knows already is to be changed, not made; and the other way
            user.known = _IS_KNOWN.get(failure.why, user.known)
            user.changed_at, user.event = at, None
            user.save()
    rows.update(
        state=LicenceUserState.ASSOCIATED,
        known=True,
        reason="",
        attempts=0,
        due_at=None,
        event=None,
        changed_at=at,
    )


def _end_forgetting(event: LicenceEvent, progress: Progress, at: datetime) -> None:
    """People whom the service was to forget: gone, or to be tried again. Not known is gone, too."""
    rows = LicenceUser.objects.filter(event=event, state=LicenceUserState.RETIRED)
    for failure in progress.failures:
        if failure.why is Why.NO_USER:
            continue
        named = rows.filter(reference__in=failure.references) if failure.references else rows
        for user in named:
            user.reason, user.event = failure.sentence[:500], None
            user.due_at, user.changed_at = rules.again_at(user.attempts, at), at
            user.save()
    rows.update(known=False, reason="", attempts=0, due_at=None, event=None, changed_at=at)
