"""ITMD is told of credentials that run out: at each step once, and by whom that step is reached."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.warnings import tell_of_trouble, warn_of_expiry
from quartermaster.mdm.models import CredentialWarning
from quartermaster.notify.models import Message
from quartermaster.org.models import RoleAssignment
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.cast import AT, LONG_AGO
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory

pytestmark = pytest.mark.django_db
HOUSE = system("test")
PORTAL = Portal(made_at=AT)
TOPIC = new_topic()
DAY = timedelta(days=1)


@pytest.fixture
def push(cast):
    return actions.import_credential(
        driver="apple",
        kind="push",
        content=PORTAL.bundle(TOPIC, at=AT).pem(),
        actor=HOUSE,
        at=AT,
    )


def warn(at):
    return warn_of_expiry(actor=HOUSE, at=at)


@pytest.mark.clause("G-10")
def test_each_step_is_told_once_however_often_it_is_looked(push):
    told = []
    for hours in range(-70 * 24, 5 * 24, 6):
        at = push.expires_at + timedelta(hours=hours)
        if warn(at):
            told.append(hours / 24)
    assert told == [-60, -30, -14, -7, -3, -1, 0]
    days = CredentialWarning.objects.order_by("told_at").values_list("days", flat=True)
    assert list(days) == [60, 30, 14, 7, 3, 1, 0]
    subjects = Message.objects.order_by("created_at").values_list("subject", flat=True)
    assert list(subjects) == [
        "Push certificate: it runs out in 60 days",
        "Push certificate: it runs out in 30 days",
        "Push certificate: it runs out in 14 days",
        "Push certificate: it runs out in 7 days",
        "Push certificate: it runs out in 3 days",
        "Push certificate: it runs out in 1 day",
        "Push certificate: it ran out today",
    ]


def test_a_house_that_slept_tells_the_tightest_step_alone(push):
    assert warn(push.expires_at - 5 * DAY) == 1
    assert list(CredentialWarning.objects.values_list("days", flat=True)) == [7]


@pytest.mark.clause("G-10")
def test_the_mail_says_what_lapses_whom_it_strikes_and_the_steps(push, cast):
    for _ in range(3):
        EnrolmentFactory(device=DeviceFactory(holder=cast.ana), topic=TOPIC)
    warn(push.expires_at - 30 * DAY)
    message = Message.objects.get()
    assert (message.recipient, message.recipient_name) == ("ida@city.example", "Ida Lindqvist")
    for part in (
        "no Apple device can be woken any more",
        "Devices that depend on it: 3.",
        TOPIC,
        "1. Make a request here and download it.",
        "4. Download the certificate and upload it here.",
        "/service-credentials/apple/push/",
    ):
        assert part in message.text
    assert "{" not in message.text


def test_every_administrator_is_told_and_nobody_else(push, cast):
    RoleAssignment.objects.create(person=cast.sue, role="itmd_admin", granted_at=LONG_AGO)
    RoleAssignment.objects.create(person=cast.rex, role="itmd_helpdesk", granted_at=LONG_AGO)
    warn(push.expires_at - DAY)
    assert set(Message.objects.values_list("recipient", flat=True)) == {
        "ida@city.example",
        "sue@city.example",
    }


def test_without_an_administrator_it_is_told_as_soon_as_there_is_one(push):
    RoleAssignment.objects.update(ended_at=AT)
    at = push.expires_at - 14 * DAY
    assert warn(at) == 0
    assert not CredentialWarning.objects.exists()
    RoleAssignment.objects.update(ended_at=None)
    assert warn(at) == 1


def test_a_renewed_or_retired_credential_warns_no_more(push):
    at = push.expires_at - 20 * DAY
    actions.import_credential(
        driver="apple",
        kind="push",
        content=PORTAL.bundle(TOPIC, at=at).pem(),
        actor=HOUSE,
        at=at,
    )
    assert warn(at) == 0


def test_a_step_cannot_be_told_twice(push):
    CredentialWarning.objects.create(credential=push, days=7, told_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialWarning.objects.create(credential=push, days=7, told_at=AT)


def test_trouble_is_told_once_a_day_and_again_where_it_is_another(push):
    for said, at in (("No.", AT), ("No.", AT), ("Never.", AT), ("No.", AT + DAY)):
        tell_of_trouble(credential=push, said=said, actor=HOUSE, at=at)
    texts = [message.text for message in Message.objects.order_by("created_at")]
    assert [("No." in text, "Never." in text) for text in texts] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_people_do_not_tell_of_it(push, cast):
    with pytest.raises(Refused):
        warn_of_expiry(actor=cast.acting(cast.rex), at=AT)
    with pytest.raises(Refused):
        tell_of_trouble(credential=push, said="No.", actor=cast.acting(cast.sue), at=AT)
