"""Users of a device are woken under their own address, for what waits for them alone."""

import secrets

import pytest

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, waking
from quartermaster.mdm.actions.channels import queue_for_user
from quartermaster.mdm.actions.checkin import PushAddress
from quartermaster.mdm.models import Command, Wake
from quartermaster.simulators.apple.services.portal import new_topic
from tests.factories.mdm import order

pytestmark = pytest.mark.django_db
HOUSE = system("test")


@pytest.fixture
def mac(pushing):
    return pushing.listener(device__platform="macos")


@pytest.fixture
def user(pushing, mac):
    """Opens a channel for a user of the Mac, who listens; the channel and its token."""

    def make(name="ana", topic="", known=True):
        token = secrets.token_bytes(32)
        channel = actions.update_user_token(
            enrolment=mac,
            user_id=name,
            short_name=name,
            address=PushAddress(topic or pushing.topic, token, b"MAGIC"),
            actor=HOUSE,
            at=now(),
        )
        if known:
            pushing.service.register(token, pushing.topic)
        return channel, token

    return make


def queue(channel):
    queue_for_user(channel=channel, orders=[order()], actor=HOUSE, at=now())


@pytest.mark.clause("G-10")
def test_a_user_for_whom_something_waits_is_woken_beside_the_device(pushing, mac, user):
    (ana, token), (_, other) = user("ana"), user("sue")
    queue(ana)
    waking.wake_due(now())
    assert token in pushing.reached
    assert other not in pushing.reached
    assert Wake.objects.get(enrolment=mac).outcome == "delivered"


def test_what_waits_for_the_device_wakes_no_user(pushing, mac, user):
    _, token = user()
    actions.queue_orders(enrolment=mac, orders=[order()], actor=HOUSE, at=now())
    waking.wake_due(now())
    assert token not in pushing.reached
    assert len(pushing.reached) == 1


def test_a_user_whose_token_is_gone_is_left_alone_until_another_comes(pushing, mac, user):
    channel, _ = user(known=False)
    queue(channel)
    waking.wake_due(now())
    channel.refresh_from_db()
    assert channel.sealed_push_token is None
    assert Wake.objects.get(enrolment=mac).cannot_since is None
    again, token = user()
    assert again == channel
    Wake.objects.update(woken_at=None, due_at=now())
    waking.wake_due(now())
    assert token in pushing.reached


def test_a_user_of_another_topic_or_who_left_is_not_woken(pushing, mac, user):
    (elsewhere, first), (gone, second) = user("ana", topic=new_topic()), user("sue")
    queue(elsewhere)
    queue(gone)
    actions.leave_user_channel(enrolment=mac, user_id="sue", actor=HOUSE, at=now())
    waking.wake_due(now())
    assert not {first, second} & set(pushing.reached)
    assert Command.objects.filter(state="queued").count() == 1
