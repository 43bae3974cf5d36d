"""Waking what is due: claimed in batches, handed to the driver, and its answers recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from quartermaster.kernel import vault
from quartermaster.mdm.abilities import Sleeper, WakesDevices, Woken, waking_driver
from quartermaster.mdm.actions.checkin import place
from quartermaster.mdm.credentials import active_credential, waking_kinds
from quartermaster.mdm.models import Command, Enrolment, ServiceCredential, Wake
from quartermaster.mdm.rules.waking import Decision, Sleep, Verb, attempts_after, decide
from quartermaster.mdm.states import OPEN_COMMANDS, EnrolmentState
from quartermaster.mdm.waking_outcomes import Claim, record, set_aside
from quartermaster.mdm.waking_users import forget_gone, sleepers_of, users_to_wake

log = structlog.get_logger(__name__)

BATCH = 500
LOCK = timedelta(minutes=3)  # longer than a driver may take over a batch
MOST_BATCHES = 200


def wake_due(at: datetime) -> int:
    """Wake every device that is due; how many were tried (G-10).

    A driver without a credential in use, or whose service is left alone for a while, keeps what is
    due: it is woken as soon as that is mended.
    """
    tried = 0
    for name, kind in waking_kinds():
        driver, credential = waking_driver(name), active_credential(name, kind)
        if driver is None or credential is None:
            continue
        for _ in range(MOST_BATCHES):
            if credential.paused_until is not None and credential.paused_until > at:
                break
            looked_at, woken = _one_batch(driver, credential, at)
            tried += woken
            if looked_at < BATCH:
                break
            credential.refresh_from_db()
    return tried


def _one_batch(
    driver: WakesDevices, credential: ServiceCredential, at: datetime
) -> tuple[int, int]:
    """How many were due, and how many of them the driver was asked to wake."""
    looked_at, claims = claim(driver.name, credential.identity, at)
    if claims:
        users = users_to_wake([item.key for item in claims], credential.identity)
        sleepers = [*(item.sleeper for item in claims), *sleepers_of(users)]
        answers = _asked(driver, credential, sleepers, at)
        forget_gone(users, answers)
        record(credential, claims, answers, at)
    return looked_at, len(claims)


def _asked(
    driver: WakesDevices, credential: ServiceCredential, sleepers: Sequence[Sleeper], at: datetime
) -> Sequence[Woken]:
    try:
        return driver.wake(credential, sleepers, at)
    except Exception:
        # nothing is recorded: the claim runs out and they are tried again
        log.exception("mdm.waking-failed", driver=driver.name, devices=len(sleepers))
        return ()


@dataclass
class _Sorted:
    """What a look at the due rows leads to."""

    claims: list[Claim]
    rest: list[UUID]
    later: dict[datetime, list[UUID]]
    elsewhere: list[Wake]


def claim(driver: str, identity: str, at: datetime) -> tuple[int, list[Claim]]:
    """Take what is due for this worker alone; how many rows were looked at, and the claims."""
    with transaction.atomic():
        rows = _due(driver, at)
        found = _sort(rows, identity, at)
        Wake.objects.filter(pk__in=found.rest).update(due_at=None, anyway=False, attempts=0)
        for due_at, keys in found.later.items():
            Wake.objects.filter(pk__in=keys).update(due_at=due_at)
        Wake.objects.filter(pk__in=[item.key for item in found.claims]).update(
            locked_until=at + LOCK, tried_at=at
        )
    set_aside(found.elsewhere, identity, at)
    return len(rows), found.claims


def _due(driver: str, at: datetime) -> list[Wake]:
    open_ones = Command.objects.filter(
        enrolment_id=OuterRef("enrolment_id"), state__in=sorted(OPEN_COMMANDS), expires_at__gt=at
    )
    return list(
        Wake.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("enrolment__device")
        .annotate(has_commands=Exists(open_ones))
        .filter(due_at__lte=at, cannot_since=None, enrolment__driver=driver)
        .exclude(locked_until__gt=at)
        .order_by("due_at", "pk")[:BATCH]
    )


def _sort(rows: Iterable[Wake], identity: str, at: datetime) -> _Sorted:
    found = _Sorted([], [], {}, [])
    for row in rows:
        sleep = sleep_of(row)
        decision = decide(sleep, at)
        if decision.verb is Verb.WAKE and row.enrolment.topic != identity:
            found.elsewhere.append(row)
        elif decision.verb is Verb.WAKE:
            found.claims.append(_claim_of(row, sleep, at))
        else:
            _put_off(found, row, decision)
    return found


def _put_off(found: _Sorted, row: Wake, decision: Decision) -> None:
    if decision.due_at is None:
        found.rest.append(row.pk)
    else:
        found.later.setdefault(decision.due_at, []).append(row.pk)


def sleep_of(row: Wake) -> Sleep:
    """A row of `_due` in the terms of the rule."""
    enrolment = row.enrolment
    can_come = enrolment.state == EnrolmentState.ENROLLED and bool(enrolment.sealed_push_token)
    seen = enrolment.last_seen_at
    wished = row.anyway and (seen is None or seen < row.asked_at)
    return Sleep(
        asked_at=row.asked_at,
        waiting=can_come and (bool(getattr(row, "has_commands", False)) or wished),
        woken_at=row.woken_at,
        seen_at=seen,
        attempts=row.attempts,
    )


def _claim_of(row: Wake, sleep: Sleep, at: datetime) -> Claim:
    enrolment = row.enrolment
    return Claim(
        key=row.pk,
        locked_until=at + LOCK,
        attempts=attempts_after(sleep),
        failures=row.failures,
        token_at=enrolment.token_at,
        token_since=enrolment.token_at or enrolment.enrolled_at or enrolment.created_at,
        device_id=enrolment.device_id,
        device=enrolment.device.asset_tag,
        sleeper=Sleeper(
            key=row.pk,
            topic=enrolment.topic,
            token=_opened(enrolment, "push-token", enrolment.sealed_push_token),
            magic=_opened(enrolment, "push-magic", enrolment.sealed_push_magic),
        ),
    )


def _opened(enrolment: Enrolment, field: str, sealed: object) -> bytes:
    return vault.unseal(bytes(sealed or b""), place=place(enrolment, field))  # type: ignore[call-overload]
