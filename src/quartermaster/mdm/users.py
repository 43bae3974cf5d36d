"""Reads of the users of a device who have a channel of their own."""

from collections.abc import Mapping

from django.db.models import QuerySet

from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.models import Command, Enrolment, UserChannel
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.states import CommandState


def users_of(enrolment: Enrolment) -> QuerySet[UserChannel]:
    """The users of a device who have a channel of their own now, the latest to come first."""
    rows = UserChannel.objects.filter(enrolment=enrolment, left_at=None)
    return rows.select_related("enrolment").order_by("-last_seen_at", "id")


def said_by_user(channel: UserChannel) -> Mapping[str, Fact]:
    """What a user's side answered last; it says nothing of the device."""
    answered = Command.objects.filter(user_channel=channel, state=CommandState.ACKNOWLEDGED)
    last = answered.exclude(answer=None).order_by("-answered_at").first()
    if last is None or last.answered_at is None:
        return {}
    driver = driver_named(channel.enrolment.driver)
    return driver.facts(last.kind, bytes(last.answer or b""), last.answered_at)
