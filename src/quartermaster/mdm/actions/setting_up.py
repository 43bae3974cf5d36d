"""A device that waits in its set-up: what it gets first, and that it is let go in any case."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm.actions.commands import queue_orders
from quartermaster.mdm.actions.escrow import keep_secret
from quartermaster.mdm.makers import automating_driver
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.states import OPEN_COMMANDS, EnrolmentState

HOUSE = system("device set-up")
LONGEST_WAIT = timedelta(minutes=10)
ASKING = "ask:"  # the keys of questions begin so; a device need not wait for them
RELEASE = "set-up:release"
BATCH = 200


def queue_set_up(*, enrolment: Enrolment, actor: Actor, at: datetime) -> list[Command]:
    """Queue what a waiting device gets beyond the requirements; note that all is queued (G-10)."""
    driver = automating_driver(enrolment.driver)
    if driver is None or enrolment.awaits_since is None:
        return []
    with act(actor, at):
        made = driver.set_up(context_of(enrolment.device))
        for kind, value in made.keep.items():
            keep_secret(device_id=enrolment.device_id, kind=kind, value=value, actor=actor, at=at)
        commands = queue_orders(enrolment=enrolment, orders=made.orders, actor=actor, at=at)
        Enrolment.objects.filter(id=enrolment.id).update(set_up_at=at)
    return commands


def release_due(at: datetime) -> int:
    """Let devices go on that have answered all they were to get, or waited too long (G-10).

    How many were let go. A device must never hang in its set-up: what failed is found afterwards.
    """
    unanswered = Command.objects.filter(
        enrolment=OuterRef("pk"), state__in=sorted(OPEN_COMMANDS)
    ).exclude(key__startswith=ASKING)
    ready = Q(set_up_at__isnull=False) & ~Exists(unanswered)
    late = Q(awaits_since__lte=at - LONGEST_WAIT)
    waiting = Enrolment.objects.filter(
        ready | late, state=EnrolmentState.ENROLLED, awaits_since__isnull=False
    )
    keys = list(waiting.order_by("awaits_since").values_list("id", flat=True)[:BATCH])
    return sum(_release(key, at) for key in keys)


def _release(key: UUID, at: datetime) -> bool:
    with act(HOUSE, at) as doing:
        rows = Enrolment.objects.select_for_update(skip_locked=True, of=("self",))
        enrolment = rows.select_related("device").filter(id=key, awaits_since__isnull=False).first()
        driver = automating_driver(enrolment.driver) if enrolment else None
        if enrolment is None or driver is None or enrolment.state != EnrolmentState.ENROLLED:
            return False
        waited = enrolment.awaits_since
        assert waited is not None
        Enrolment.objects.filter(id=key).update(awaits_since=None)
        queue_orders(enrolment=enrolment, orders=[driver.release()], actor=HOUSE, at=at)
        doing.record(
            "mdm.device.released",
            enrolment,
            device=enrolment.device.asset_tag,
            in_time=waited > at - LONGEST_WAIT,
        )
    return True
