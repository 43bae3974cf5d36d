"""Asking that devices be woken. The waking itself is done by `quartermaster.mdm.waking`."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import waking_driver
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Enrolment, Wake
from quartermaster.mdm.states import EnrolmentState

# one statement, however many devices there are
_ASK = """
INSERT INTO mdm_wake (enrolment_id, due_at, asked_at, anyway, attempts, failures, outcome, said)
SELECT unnest(%(keys)s::uuid[]), %(at)s, %(at)s, %(anyway)s, 0, 0, '', ''
ON CONFLICT (enrolment_id) DO UPDATE SET due_at = EXCLUDED.due_at, asked_at = EXCLUDED.asked_at,
    anyway = mdm_wake.anyway OR EXCLUDED.anyway
"""
WAKE = "quartermaster.mdm.tasks.wake"


def ask_to_wake(enrolments: Iterable[Enrolment], doing: Act, *, anyway: bool = False) -> None:
    """Note, within an act, that there is something new for these devices.

    However much there is, it makes one wake. ``anyway``: wake them even though no command waits.
    """
    asked = {item.id: item.driver for item in enrolments}
    able = {name for name in set(asked.values()) if waking_driver(name) is not None}
    # always in one order, so that two acts cannot block each other
    keys = sorted(key for key, name in asked.items() if name in able)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ASK, {"keys": keys, "at": doing.at, "anyway": anyway})
    doing.wake_up(WAKE)


def can_be_woken_again(enrolment_ids: Sequence[UUID]) -> int:
    """A new token came, or the right certificate: what was asked for meanwhile is due."""
    rows = Wake.objects.filter(enrolment_id__in=enrolment_ids, cannot_since__isnull=False)
    return rows.update(cannot_since=None, outcome="", said="", failures=0, attempts=0)


def wake_now(*, enrolment: Enrolment, actor: Actor, at: datetime) -> None:
    """Wake a device by a person's wish, though nothing waits for it (G-10).

    Raises:
        NotPossible: it is not enrolled, or cannot be woken; the sentence says why.
    """
    device = enrolment.device
    require(
        actor,
        permits.COMMAND_SEND,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    if enrolment.state != EnrolmentState.ENROLLED:
        raise NotPossible("The device is not enrolled; it would not know whom to call.")
    if waking_driver(enrolment.driver) is None or not enrolment.sealed_push_token:
        raise NotPossible("This device cannot be woken; it calls by itself.")
    known = Wake.objects.filter(enrolment=enrolment, cannot_since__isnull=False).first()
    if known is not None:
        raise NotPossible(
            f"The device cannot be woken: {known.said} It can be again once it calls by itself and"
            " brings a new push token."
        )
    with act(actor, at) as doing:
        ask_to_wake([enrolment], doing, anyway=True)
        doing.record("mdm.device.wake-asked", enrolment, device=device.asset_tag)
