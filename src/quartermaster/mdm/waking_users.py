"""Waking the users of a device: each has an address of their own, beside the device's."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from quartermaster.kernel import vault
from quartermaster.mdm.abilities import Sent, Sleeper, Woken
from quartermaster.mdm.actions.channels import place
from quartermaster.mdm.models import Command, UserChannel
from quartermaster.mdm.states import OPEN_COMMANDS

MOST = 1000


def users_to_wake(enrolment_ids: Sequence[UUID], identity: str) -> list[UserChannel]:
    """The users of these devices for whom something waits, as far as they can be woken."""
    open_ones = Command.objects.filter(
        user_channel_id=OuterRef("pk"), state__in=sorted(OPEN_COMMANDS)
    )
    rows = UserChannel.objects.filter(
        Exists(open_ones),
        enrolment_id__in=enrolment_ids,
        left_at=None,
        topic=identity,
        sealed_push_token__isnull=False,
    )
    return list(rows.order_by("pk")[:MOST])


def sleepers_of(channels: Iterable[UserChannel]) -> list[Sleeper]:
    return [
        Sleeper(
            key=channel.id,
            topic=channel.topic,
            token=_opened(channel, "push-token", channel.sealed_push_token),
            magic=_opened(channel, "push-magic", channel.sealed_push_magic),
        )
        for channel in channels
    ]


def _opened(channel: UserChannel, field: str, sealed: bytes | memoryview | None) -> bytes:
    return vault.unseal(bytes(sealed or b""), place=place(channel, field))


def forget_gone(channels: Sequence[UserChannel], answers: Iterable[Woken]) -> int:
    """Forget the tokens that are none any more, unless the user brought another one meanwhile."""
    known: Mapping[UUID, UserChannel] = {channel.id: channel for channel in channels}
    gone = [known[item.key] for item in answers if item.sent is Sent.GONE and item.key in known]
    return sum(
        UserChannel.objects.filter(
            id=channel.id, sealed_push_token=channel.sealed_push_token
        ).update(sealed_push_token=None)
        for channel in gone
    )
