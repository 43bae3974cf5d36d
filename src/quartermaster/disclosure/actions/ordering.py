"""Asking for a release, and making what was asked for: a row each, a worker's turn, a notice."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from quartermaster.disclosure.actions.moving import working
from quartermaster.disclosure.actions.packaging import make_package, require_decided, settle
from quartermaster.disclosure.actions.telling import tell_custodians
from quartermaster.disclosure.models import PackageWork
from quartermaster.disclosure.permits import REQUEST_KEEP, REQUEST_WORK
from quartermaster.disclosure.rules.package_work import (
    CLAIM,
    LONGEST_PROBLEM,
    MOST_ATTEMPTS,
    PackageState,
    Step,
    next_try,
)
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, HouseError, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.queries import actor_for

MAKE = "quartermaster.disclosure.package_tasks.make"
AGAIN = "It could not be put together. Ask for it again, or ask the help desk to look."
log = structlog.get_logger(__name__)


def order_package(*, request_id: UUID, actor: Actor, at: datetime) -> PackageWork:
    """Ask for a release; asked again while it is put together, it is the same one (G-5).

    Raises:
        NotReady: a file is not decided of, or a second person has not looked yet.
    """
    require(actor, REQUEST_WORK)
    if actor.person_id is None:
        raise Refused("A person asks for a release, and is told when it is ready.")
    with act(actor, at) as doing:
        request = working(request_id)
        waiting = request.package_works.filter(state=PackageState.WAITING).first()
        if waiting is not None:
            return waiting
        require_decided(list(request.items.all()))
        work = PackageWork.objects.create(
            request=request, asked_at=at, asked_by_id=actor.person_id, due_at=at
        )
        doing.record("disclosure.package.ordered", work, request=request.number)
        doing.wake_up(MAKE)
    return work


def make_ordered(*, actor: Actor, at: datetime, limit: int = 20) -> int:
    """Put together what was asked for; how many were taken (G-5)."""
    require(actor, REQUEST_KEEP)
    taken = 0
    while taken < limit and (work := _claim(at)) is not None:
        taken += 1
        if work.attempts > MOST_ATTEMPTS:  # workers ended in the middle of it
            _give_up(work, AGAIN, actor, at)
            continue
        asking = actor_for(work.asked_by, at)  # with what they may now
        try:
            make_package(request_id=work.request_id, work=work, actor=asking, at=at)
        except HouseError as problem:
            _give_up(work, str(problem), actor, at)
        except Exception:
            log.exception("disclosure.package-failed", work=str(work.id))
            _again(work, actor, at)
    return taken


def _claim(at: datetime) -> PackageWork | None:
    """One that is due and that no other worker has, for as long as it may take."""
    with transaction.atomic():
        rows = PackageWork.objects.select_for_update(skip_locked=True, of=("self",))
        free = Q(locked_until=None) | Q(locked_until__lte=at)
        due = rows.filter(free, state=PackageState.WAITING, due_at__lte=at)
        work = due.select_related("request", "asked_by").order_by("due_at", "id").first()
        if work is None:
            return None
        work.attempts += 1
        work.locked_until, work.step = at + CLAIM, Step.QUEUED.value
        work.save(update_fields=["attempts", "locked_until", "step"])
    return work


def _give_up(work: PackageWork, why: str, actor: Actor, at: datetime) -> None:
    with act(actor, at) as doing:
        try:
            settle(work, "give up", at, problem=why[:LONGEST_PROBLEM])
        except Conflict:
            return  # another worker made it in the meantime
        doing.record("disclosure.package.failed", work, request=work.request.number)
        tell_custodians(work.request, "not-ready", doing, only=work.asked_by)


def _again(work: PackageWork, actor: Actor, at: datetime) -> None:
    """Later once more, some times; then whoever asked is told."""
    due = next_try(work.attempts, at)
    if due is None:
        _give_up(work, AGAIN, actor, at)
    else:
        rows = PackageWork.objects.filter(id=work.id, state=PackageState.WAITING)
        rows.update(due_at=due, locked_until=None, step=Step.QUEUED.value)
