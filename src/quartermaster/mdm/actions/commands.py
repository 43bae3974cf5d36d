"""The queue: what is sent, and what came back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Coalesce

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel import vault
from quartermaster.kernel.bulk import insert_many
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import destroys
from quartermaster.mdm.actions.learning import learn
from quartermaster.mdm.actions.waking import ask_to_wake
from quartermaster.mdm.driver import Context, Order, driver_named
from quartermaster.mdm.errors import NotReleased
from quartermaster.mdm.models import Command, DestructiveTarget, Enrolment, Orphan
from quartermaster.mdm.poll import Answered, Outcome, uuid_of
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.states import COMMAND, CommandState, EnrolmentState

COMMAND_LIFE = timedelta(days=14)
MOST_ORPHANS = 100
POSTURE_EVERY = timedelta(hours=6)
GIVEN_UP = frozenset({CommandState.CANCELLED, CommandState.EXPIRED})


def queue_orders(
    *, enrolment: Enrolment, orders: Iterable[Order], actor: Actor, at: datetime
) -> list[Command]:
    """Queue commands for a device; one that already waits for the same purpose is replaced (G-10).

    Raises:
        Conflict: the device is not enrolled.
    """
    return queue_for_many(wanted=[(enrolment, orders)], actor=actor, at=at)


def queue_for_many(
    *, wanted: Iterable[tuple[Enrolment, Iterable[Order]]], actor: Actor, at: datetime
) -> list[Command]:
    """Queue commands for many devices in a few statements, as `queue_orders` does for one (G-10).

    Raises:
        Conflict: one of the devices is not enrolled; nothing is queued for any.
    """
    plan = [(enrolment, _newest(orders)) for enrolment, orders in wanted]
    for enrolment, _ in plan:
        _require_may_send(enrolment, actor)
    with act(actor, at) as doing:
        _withdraw_replaced(plan)
        made = [_command(enrolment, order, doing) for enrolment, orders in plan for order in orders]
        insert_many(made)
        ask_to_wake([enrolment for enrolment, orders in plan if orders], doing)
        for command in made:
            device = command.enrolment.device
            doing.record("mdm.command.queued", command, kind=command.kind, device=device.asset_tag)
    return made


def _newest(orders: Iterable[Order]) -> list[Order]:
    """Of two orders with the same purpose, the later one alone."""
    kept: dict[object, Order] = {}
    for order in orders:
        kept.pop(order.key, None)
        kept[order.key or object()] = order
    return list(kept.values())


def _require_may_send(enrolment: Enrolment, actor: Actor) -> None:
    device = enrolment.device
    require(
        actor,
        permits.COMMAND_SEND,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    if enrolment.state != EnrolmentState.ENROLLED:
        raise Conflict("The device is not enrolled; nothing can be sent to it.")


def _withdraw_replaced(plan: Iterable[tuple[Enrolment, Iterable[Order]]]) -> None:
    """Cancel what waits for the same purpose: one statement for all devices with the same keys."""
    alike: dict[frozenset[str], list[UUID]] = defaultdict(list)
    for enrolment, orders in plan:
        if keys := frozenset(order.key for order in orders if order.key):
            alike[keys].append(enrolment.id)
    for keys, enrolments in alike.items():
        Command.objects.filter(
            enrolment_id__in=enrolments, key__in=keys, state=CommandState.QUEUED
        ).update(state=CommandState.CANCELLED, error="Replaced by a newer command.")


def queue_released(
    *,
    target: DestructiveTarget,
    enrolment: Enrolment,
    order: Order,
    reason: str,
    expires_at: datetime,
    doing: Act,
) -> Command:
    """Queue the one command of a released device; for `mdm.destruction` alone (G-10)."""
    command = _command(enrolment, order, doing, target)
    command.reason, command.expires_at = reason, expires_at
    command.save(force_insert=True)
    ask_to_wake([enrolment], doing)
    device = enrolment.device
    doing.record("mdm.command.queued", command, kind=command.kind, device=device.asset_tag)
    return command


def _command(
    enrolment: Enrolment, order: Order, doing: Act, target: DestructiveTarget | None = None
) -> Command:
    command_id = new_id()
    payload = order.render(command_id)
    if target is None and (order.destructive or destroys(enrolment.driver, payload)):
        raise NotReleased("This destroys, so it takes a request that two people stand for.")
    return Command(
        target=target,
        id=command_id,
        enrolment=enrolment,
        kind=order.kind,
        key=order.key,
        digest=order.digest,
        payload=vault.seal(payload, place=place_of(command_id)) if order.secret else payload,
        sealed=order.secret,
        queued_at=doing.at,
        queued_by=doing.actor.label,
        expires_at=doing.at + COMMAND_LIFE,
    )


def place_of(command_id: UUID) -> str:
    """Where a sealed payload belongs, for the vault."""
    return f"mdm.command/{command_id}/payload"


def open_payload(command_id: UUID, payload: bytes) -> bytes:
    """The bytes of a command whose payload is sealed, for the device that it is for."""
    return vault.unseal(payload, place=place_of(command_id))


def record_answer(
    *, enrolment: Enrolment, answered: Answered, actor: Actor, at: datetime
) -> Command | None:
    """Keep what a device answered, and what that says of it, in one transaction (G-3, G-10).

    An answer given twice changes nothing the second time; an answer to a command that is not in
    this device's queue, or that was given up before, is kept as an orphan. The devices' door keeps
    most answers in one statement of its own (`mdm.poll`) and comes here with the rest.
    """
    command = _command_of(enrolment, answered.command_uuid)
    if command is None:
        _keep_orphan(enrolment, answered, at)
        return None
    step = COMMAND.transitions[answered.outcome.value]
    with act(actor, at) as doing:
        moved = Command.objects.filter(id=command.id, state__in=step.sources).update(
            state=step.target,
            answer=answered.raw,
            error=answered.error[:500],
            answered_at=None if answered.outcome is Outcome.NOT_NOW else at,
            deferred_at=Coalesce("deferred_at", at)
            if answered.outcome is Outcome.NOT_NOW
            else None,
        )
        command.refresh_from_db()
        if moved and answered.outcome is not Outcome.NOT_NOW:
            learn(command, doing)
        elif command.state in GIVEN_UP:  # the device may have obeyed all the same
            _keep_orphan(enrolment, answered, at)
    return command


def _keep_orphan(enrolment: Enrolment, answered: Answered, at: datetime) -> None:
    """Keep an answer that no waiting command takes, once; a device that invents some is bounded."""
    if Orphan.objects.filter(enrolment=enrolment).count() >= MOST_ORPHANS:
        return
    about = {"command_uuid": answered.command_uuid[:100], "status": answered.outcome.value}
    if not Orphan.objects.filter(enrolment=enrolment, **about).exists():
        Orphan.objects.create(enrolment=enrolment, answer=answered.raw, received_at=at, **about)


def _command_of(enrolment: Enrolment, command_uuid: str) -> Command | None:
    wanted = uuid_of(command_uuid)
    return Command.objects.filter(id=wanted, enrolment=enrolment).first() if wanted else None


def cancel_command(*, command: Command, actor: Actor, at: datetime) -> None:
    """Withdraw a command that is not answered yet (G-10)."""
    device = command.enrolment.device
    require(
        actor,
        permits.COMMAND_SEND,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    step = COMMAND.transitions["cancel"]
    with act(actor, at) as doing:
        if not Command.objects.filter(id=command.id, state__in=step.sources).update(
            state=step.target, error=f"Cancelled by {actor.label}."
        ):
            command.refresh_from_db()
            COMMAND.target("cancel", CommandState(command.state))
        doing.record("mdm.command.cancelled", command, kind=command.kind, device=device.asset_tag)


def refresh_posture(*, enrolment: Enrolment, actor: Actor, at: datetime) -> list[Command]:
    """Ask a device for everything that its posture is made of (G-3, G-10)."""
    driver = driver_named(enrolment.driver)
    context: Context = context_of(enrolment.device)
    return queue_orders(enrolment=enrolment, orders=driver.inventory(context), actor=actor, at=at)


def expire_commands(*, actor: Actor, at: datetime) -> int:
    """Give up on commands that no device took in time (G-10)."""
    require(actor, permits.COMMAND_SEND)
    step = COMMAND.transitions["expire"]
    with act(actor, at) as doing:
        late = Command.objects.filter(state__in=step.sources, expires_at__lte=at)
        count = late.update(state=step.target, error="The device did not take it in time.")
        if count:
            doing.record_about("mdm.commands.expired", "mdm.command", "", count=count)
    return count
