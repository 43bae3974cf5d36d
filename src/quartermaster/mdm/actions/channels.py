"""The users of a device who have a channel of their own: they come, are told, and leave."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.abilities import ServesUsers
from quartermaster.mdm.actions.checkin import PushAddress
from quartermaster.mdm.actions.commands import queue_orders
from quartermaster.mdm.driver import Order, driver_named
from quartermaster.mdm.events import UserChannelOpened
from quartermaster.mdm.models import Command, Enrolment, UserChannel
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.states import OPEN_COMMANDS, CommandState, EnrolmentState

MOST_CHANNELS = 200  # a shared device has many users, but not without end


def place(channel: UserChannel, field: str) -> str:
    """Where a secret of a user's channel belongs, for the vault."""
    return f"mdm.user-channel/{channel.id}/{field}"


def update_user_token(
    *,
    enrolment: Enrolment,
    user_id: str,
    short_name: str,
    address: PushAddress,
    actor: Actor,
    at: datetime,
) -> UserChannel:
    """Take the push address of a user of an enrolled device; the first one opens the channel.

    Raises:
        Conflict: the device itself has not brought its token yet, or tells of too many users.
    """
    if enrolment.state != EnrolmentState.ENROLLED:
        raise Conflict("The device itself has not brought its token yet.")
    with act(actor, at) as doing:
        rows = UserChannel.objects.select_for_update().filter(enrolment=enrolment)
        found = rows.filter(user_id=user_id).first()
        if found is None and rows.count() >= MOST_CHANNELS:
            raise Conflict("This device has told of too many users.")
        channel = found or UserChannel(
            id=new_id(), enrolment=enrolment, user_id=user_id, created_at=at
        )
        channel.short_name, channel.topic = short_name, address.topic
        channel.sealed_push_token = vault.seal(address.token, place=place(channel, "push-token"))
        channel.sealed_push_magic = vault.seal(address.magic, place=place(channel, "push-magic"))
        opened = found is None or found.left_at is not None
        channel.last_seen_at, channel.left_at = at, None
        channel.save(force_insert=found is None)
        if opened:
            tag = enrolment.device.asset_tag
            doing.record("mdm.user-channel.opened", channel, device=tag)
            doing.emit(UserChannelOpened(device_id=enrolment.device_id, channel_id=channel.id))
    return channel


def leave_user_channel(*, enrolment: Enrolment, user_id: str, actor: Actor, at: datetime) -> None:
    """A user's channel is over, and what waits for it with it; the device stays enrolled."""
    with act(actor, at) as doing:
        rows = UserChannel.objects.filter(enrolment=enrolment, user_id=user_id, left_at=None)
        for channel in rows.select_for_update():
            rows.filter(id=channel.id).update(
                left_at=at, sealed_push_token=None, sealed_push_magic=None
            )
            Command.objects.filter(user_channel=channel, state__in=sorted(OPEN_COMMANDS)).update(
                state=CommandState.CANCELLED, error="The user left the device.", answered_at=at
            )
            tag = enrolment.device.asset_tag
            doing.record("mdm.user-channel.left", channel, device=tag)


def ask_user(*, channel: UserChannel, actor: Actor, at: datetime) -> list[Command]:
    """Ask a user's side of a device what the house looks at there (G-3)."""
    driver = driver_named(channel.enrolment.driver)
    if not isinstance(driver, ServesUsers):
        return []
    orders = driver.inventory_of_user(context_of(channel.enrolment.device))
    return queue_for_user(channel=channel, orders=orders, actor=actor, at=at)


def ask_users(*, enrolment: Enrolment, actor: Actor, at: datetime) -> list[Command]:
    """Ask every user of a device who has a channel, as `ask_user` does one (G-3)."""
    rows = UserChannel.objects.filter(enrolment=enrolment, left_at=None)
    here = rows.select_related("enrolment__device")
    with act(actor, at):
        return [
            command for channel in here for command in ask_user(channel=channel, actor=actor, at=at)
        ]


def queue_for_user(
    *, channel: UserChannel, orders: Iterable[Order], actor: Actor, at: datetime
) -> list[Command]:
    """Queue commands for one user of a device; the device's own channel never gets them (G-10).

    Raises:
        Conflict: the device is not enrolled, or the user has left it.
    """
    if channel.left_at is not None:
        raise Conflict("This user has left the device; nothing can be sent to them.")
    own = [
        replace(order, key=f"user/{channel.id.hex}/{order.key}" if order.key else "")
        for order in orders
    ]
    with act(actor, at):
        made = queue_orders(enrolment=channel.enrolment, orders=own, actor=actor, at=at)
        Command.objects.filter(id__in=[item.id for item in made]).update(user_channel=channel)
        for command in made:
            command.user_channel = channel
    return made
