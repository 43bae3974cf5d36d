"""Waking on the pages: the panel of a device, the list, the button, the dashboard."""

from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.credentials import note_trouble
from quartermaster.mdm.models import Command, Wake
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from quartermaster.web.cards import cards_for
from quartermaster.web.panels import panels_of
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import CommandFactory, EnrolmentFactory
from tests.factories.waking import listener

pytestmark = pytest.mark.django_db
TOPIC = new_topic()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def phone(cast):
    return listener(TOPIC, device=DeviceFactory(holder=cast.ana))[0]


def slept(enrolment, **more):
    return Wake.objects.create(enrolment=enrolment, **{"asked_at": now(), **more})


def panel(request, enrolment):
    found = [p.html for p in panels_of("device", request, enrolment.device) if p.title == "Waking"]
    return found[0] if found else None


def test_nothing_waited(asking, cast, phone):
    assert "nothing waited for it" in panel(asking(cast.ida), phone)


def test_the_last_wake_and_its_silence_are_said(asking, cast, phone, at):
    slept(
        phone,
        outcome="delivered",
        tried_at=at,
        woken_at=at,
        attempts=3,
        due_at=at + timedelta(days=1),
    )
    phone.last_seen_at = at - MINUTE
    phone.save()
    shown = panel(asking(cast.ida), phone)
    assert "Delivered" in shown
    assert "It has not called since, though woken 3 times." in shown
    assert "it is woken again" in shown
    phone.last_seen_at = at + MINUTE
    phone.save()
    assert "not called since" not in panel(asking(cast.ida), phone)


def test_one_that_answered_is_not_called_silent_though_its_call_was_not_noted(
    asking, cast, phone, at
):
    """When a device calls is noted at most every half minute."""
    slept(phone, outcome="delivered", tried_at=at, woken_at=at, attempts=1)
    phone.last_seen_at = at - 10 * MINUTE
    phone.save()
    assert "not called since" in panel(asking(cast.ida), phone)
    CommandFactory(enrolment=phone, state="acknowledged", answered_at=at + MINUTE)
    assert "not called since" not in panel(asking(cast.ida), phone)
    Command.objects.all().delete()
    phone.last_seen_at = at - timedelta(seconds=10)
    phone.save()
    assert "not called since" not in panel(asking(cast.ida), phone)


def test_one_that_is_left_alone_is_said_to_be(asking, cast, phone, at):
    slept(phone, outcome="delivered", tried_at=at, woken_at=at, attempts=20)
    assert "left alone until there is something new" in panel(asking(cast.ida), phone)


def test_one_that_cannot_be_woken_has_its_reason_and_no_button(asking, cast, phone, at):
    slept(phone, outcome="gone", cannot_since=at, said="The device does not listen any more.")
    shown = panel(asking(cast.ida), phone)
    assert "Cannot be woken" in shown
    assert "The device does not listen any more." in shown
    assert "Wake now" not in shown


def test_the_button_is_for_itmd_alone(asking, cast, phone):
    assert "Wake now" in panel(asking(cast.ida), phone)
    assert "Wake now" not in panel(asking(cast.ana), phone)
    assert panel(asking(cast.rex), phone) is None


def test_a_device_that_never_enrolled_has_no_panel(asking, cast):
    ended = EnrolmentFactory(device=DeviceFactory(holder=cast.ana), state="ended", ended_at=now())
    assert panel(asking(cast.ida), ended) is None


@pytest.mark.clause("G-10")
def test_wake_now_asks_and_says_so(logged_in, cast, phone):
    client = logged_in(cast.ida)
    answer = client.post(reverse("mdm:wake", kwargs={"key": phone.pk}), follow=True)
    assert f"{phone.device.asset_tag} is being woken." in answer.content.decode()
    row = Wake.objects.get()
    assert (row.enrolment_id, row.anyway) == (phone.pk, True)


def test_wake_now_says_why_not(logged_in, cast, phone, at):
    slept(phone, outcome="gone", cannot_since=at, said="Gone.")
    answer = logged_in(cast.ida).post(reverse("mdm:wake", kwargs={"key": phone.pk}))
    assert answer.status_code == 409
    assert "The device cannot be woken: Gone." in answer.content.decode()


def test_the_list_shows_and_narrows_by_whether_they_can_be_woken(logged_in, cast, phone, at):
    slept(phone, outcome="gone", cannot_since=at, said="Gone.")
    other = EnrolmentFactory(device=DeviceFactory(holder=cast.cole))
    client = logged_in(cast.ida)

    def listed(**query):
        answer = client.get(reverse("mdm:enrolments"), query)
        return {row.record.pk for row in answer.context["table"].page.object_list}

    shown = client.get(reverse("mdm:enrolments")).content.decode()
    assert "Cannot be woken" in shown
    csv = b"".join(client.get(reverse("mdm:enrolments"), {"format": "csv"}).streaming_content)
    assert b",gone," in csv
    assert listed(reach="no") == {phone.pk}
    assert listed(reach="yes") == {other.pk}
    assert listed() == {phone.pk, other.pk}


def cards(asking, person):
    return {card.title: card for card in cards_for(asking(person))}


def test_the_dashboard_tells_of_devices_out_of_reach(asking, cast, phone, at):
    slept(phone, outcome="gone", cannot_since=at, said="Gone.")
    card = cards(asking, cast.ida)["Devices that cannot be woken"]
    assert (card.figure, card.address) == (1, "/enrolments/?reach=no")
    assert "Devices that cannot be woken" not in cards(asking, cast.ana)


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(("days", "tone"), [(50, "warning"), (20, "warning"), (6, "bad")])
def test_the_dashboard_counts_the_days_of_a_credential(asking, cast, at, days, tone):
    actions.import_credential(
        driver="apple",
        kind="push",
        content=Portal(made_at=at).bundle(TOPIC, at=at, lifetime=timedelta(days=days)).pem(),
        actor=system("test"),
        at=at,
    )
    card = cards(asking, cast.ida)["Days left: push certificate"]
    assert (card.figure, card.tone, card.address) == (
        days,
        tone,
        "/service-credentials/apple/push/",
    )
    assert not any(title.startswith("Days left") for title in cards(asking, cast.cole))


def test_the_dashboard_is_silent_while_there_is_time_and_speaks_of_trouble(asking, cast, at):
    made = actions.import_credential(
        driver="apple",
        kind="push",
        content=Portal(made_at=at).bundle(TOPIC, at=at).pem(),
        actor=system("test"),
        at=at,
    )
    assert not {"Days left: push certificate", "Credentials in trouble"} & set(
        cards(asking, cast.ida)
    )
    note_trouble(credential_id=made.id, trouble="Refused.", failures=1, paused_until=None)
    card = cards(asking, cast.ida)["Credentials in trouble"]
    assert (card.figure, card.sentence, card.tone) == (1, "Refused.", "bad")
