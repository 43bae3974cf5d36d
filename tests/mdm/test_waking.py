"""Waking from the queued command to the recorded outcome, against a local push service."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.kernel import events
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, waking
from quartermaster.mdm.actions.checkin import PushAddress
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.events import DeviceCannotBeWoken
from quartermaster.mdm.models import Command, Enrolment, ServiceCredential, Wake
from quartermaster.mdm.rules.waking import HOLD, SETTLE, pause
from quartermaster.notify.models import Message
from quartermaster.simulators.apple.services.apns_rules import Refusal
from quartermaster.simulators.apple.services.portal import new_topic
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory, order

pytestmark = pytest.mark.django_db
HOUSE = system("test")
MINUTE = timedelta(minutes=1)


def queue(*enrolments, at=None, **more):
    wanted = [(item, [order(**more)]) for item in enrolments]
    return actions.queue_for_many(wanted=wanted, actor=HOUSE, at=at or now())


def wake_of(enrolment):
    return Wake.objects.get(enrolment=enrolment)


def seen(enrolment, at):
    Enrolment.objects.filter(id=enrolment.id).update(last_seen_at=at)


def answered(enrolment, at):
    """The device came and worked off everything."""
    seen(enrolment, at)
    Command.objects.filter(enrolment=enrolment).update(state="acknowledged", answered_at=at)


def token_of(enrolment):
    return waking._opened(enrolment, "push-token", enrolment.sealed_push_token)


def bring_token(enrolment, token, at):
    actions.update_token(
        enrolment=enrolment,
        external_id=enrolment.external_id,
        address=PushAddress(enrolment.topic, token, b"MAGIC"),
        actor=HOUSE,
        at=at,
    )


@pytest.mark.clause("G-10")
def test_a_queued_command_wakes_its_device_once_however_many_there_are(pushing):
    phone, other = pushing.listener(), pushing.listener()
    at = now()
    queue(phone, at=at)
    queue(phone, kind="DeviceInformation", at=at)
    assert waking.wake_due(at) == 1
    assert pushing.reached == [token_of(phone)]
    row = wake_of(phone)
    assert (row.outcome, row.woken_at, row.attempts, row.locked_until) == ("delivered", at, 1, None)
    assert row.due_at == at + pause(1)
    assert not Wake.objects.filter(enrolment=other).exists()


def test_nothing_is_asked_for_a_device_whose_command_could_not_be_queued(pushing):
    ended = EnrolmentFactory(state="ended", ended_at=now())
    with pytest.raises(Exception, match="not enrolled"):
        queue(pushing.listener(), ended)
    assert not Wake.objects.exists()


def test_configure_refresh_and_perform_ask_too(pushing):
    phones = [pushing.listener(device__platform="ios") for _ in range(2)]
    at = now()
    actions.refresh_posture(enrolment=phones[0], actor=HOUSE, at=at)
    actions.perform(
        enrolment=phones[1], verb="lock", arguments={}, reason="Left in a bus", actor=HOUSE, at=at
    )
    assert {row.enrolment_id for row in Wake.objects.filter(due_at=at)} == {p.id for p in phones}


def test_a_device_that_talks_to_us_is_left_alone_and_woken_if_it_left_work(pushing):
    phone, at = pushing.listener(), now()
    seen(phone, at)
    queue(phone, at=at)
    assert waking.wake_due(at) == 0
    assert wake_of(phone).due_at == at + SETTLE
    assert waking.wake_due(at + SETTLE) == 1


def test_what_was_fetched_meanwhile_wakes_nobody(pushing):
    phone, at = pushing.listener(), now()
    seen(phone, at)
    queue(phone, at=at)
    waking.wake_due(at)
    answered(phone, at)
    assert waking.wake_due(at + SETTLE) == 0
    assert (wake_of(phone).due_at, pushing.reached) == (None, [])


@pytest.mark.clause("G-10")
def test_a_device_that_does_not_answer_is_woken_again_and_rests_once_it_came(pushing):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    assert [waking.wake_due(at + n * MINUTE) for n in range(6)] == [1, 0, 0, 0, 0, 1]
    row = wake_of(phone)
    assert (row.attempts, row.due_at) == (2, at + 5 * MINUTE + pause(2))
    answered(phone, at + 6 * MINUTE)
    assert waking.wake_due(row.due_at) == 0
    row.refresh_from_db()
    assert (row.due_at, row.attempts, row.outcome) == (None, 0, "delivered")


def test_news_for_a_silent_device_comes_with_the_next_wake_that_is_allowed(pushing):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    waking.wake_due(at)
    queue(phone, kind="DeviceLock", at=at + timedelta(seconds=10))
    assert waking.wake_due(at + timedelta(seconds=10)) == 0
    assert waking.wake_due(at + HOLD) == 1


def test_many_go_in_one_batch_over_one_connection(pushing):
    phones = [pushing.listener() for _ in range(40)]
    queue(*phones)
    assert waking.wake_due(now()) == 40
    assert pushing.service.connections == 1
    assert Wake.objects.filter(outcome="delivered", locked_until=None).count() == 40


@pytest.mark.clause("G-10")
def test_a_token_that_is_gone_marks_the_device_until_a_new_one_comes(pushing):
    phone, at = pushing.listener(), now()
    pushing.service.forget(token_of(phone), at)
    queue(phone, at=at)
    waking.wake_due(at)
    row = wake_of(phone)
    assert (row.outcome, row.cannot_since, row.locked_until) == ("gone", at, None)
    assert "does not listen any more" in row.said
    (told,) = Entry.objects.filter(tag="mdm.device.cannot-be-woken")
    assert told.data["device"] == phone.device.asset_tag
    for n in range(1, 30):
        queue(phone, kind=f"Kind{n}", at=at + n * MINUTE)
        assert waking.wake_due(at + timedelta(days=n)) == 0
    assert pushing.service.refusals == ["Unregistered"]
    later = at + timedelta(days=30)
    pushing.service.register(b"n" * 32, pushing.topic)
    bring_token(phone, b"n" * 32, later)
    assert (wake_of(phone).cannot_since, wake_of(phone).outcome) == (None, "")
    queue(phone, kind="Late", at=later)
    waking.wake_due(later + SETTLE)
    assert pushing.reached == [b"n" * 32]


def test_an_event_tells_the_rooms_above_of_it(pushing, monkeypatch):
    heard = []
    hears = {"tests": lambda event, _at: heard.append(event)}
    monkeypatch.setitem(events._HANDLERS, DeviceCannotBeWoken.tag, hears)
    phone, at = pushing.listener(), now()
    pushing.service.forget(token_of(phone), at)
    queue(phone, at=at)
    waking.wake_due(at)
    outbox.deliver_due(at)
    assert heard == [DeviceCannotBeWoken(phone.device_id, phone.id, wake_of(phone).said)]


def test_an_old_refusal_does_not_condemn_a_newer_token(pushing):
    """Apple says since when a token is none; what came later is another one."""
    phone, at = pushing.listener(token_at=now()), now()
    pushing.service.forget(token_of(phone), at - timedelta(days=1))
    queue(phone, at=at)
    waking.wake_due(at)
    row = wake_of(phone)
    assert (row.outcome, row.cannot_since, row.failures) == ("busy", None, 1)
    assert row.due_at == at + timedelta(seconds=30)


def test_a_token_that_came_while_the_old_one_was_tried_is_kept(pushing):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    _, claims = waking.claim("apple", pushing.topic, at)
    bring_token(phone, b"n" * 32, at)
    pushing.service.tokens.clear()  # Apple knows the old one no more: BadDeviceToken
    asked = [item.sleeper for item in claims]
    from quartermaster.mdm.abilities import waking_driver
    from quartermaster.mdm.waking_outcomes import record

    answers = waking_driver("apple").wake(pushing.credential, asked, at)
    record(pushing.credential, claims, answers, at)
    row = wake_of(phone)
    assert (row.cannot_since, row.outcome) == (None, "busy")
    pushing.service.register(b"n" * 32, pushing.topic)
    waking.wake_due(row.due_at)
    assert pushing.reached == [b"n" * 32]


@pytest.mark.parametrize("reason", ["BadDeviceToken", "DeviceTokenNotForTopic"])
def test_a_token_that_apple_does_not_know_is_gone(pushing, reason):
    phone, at = pushing.listener(), now()
    pushing.service.faults.append(Refusal(400, reason))
    queue(phone, at=at)
    waking.wake_due(at)
    assert (wake_of(phone).outcome, wake_of(phone).cannot_since) == ("gone", at)


@pytest.mark.clause("G-10")
def test_a_busy_service_is_tried_later_and_later_and_no_sooner_than_it_asks(pushing):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    due = []
    for _ in range(3):
        pushing.service.faults.append(Refusal(429, "TooManyRequests"))
        waking.wake_due(at)
        due.append(wake_of(phone).due_at - at)
        at = wake_of(phone).due_at
    assert due == [timedelta(seconds=30), MINUTE, 2 * MINUTE]
    pushing.service.faults.append(Refusal(503, "ServiceUnavailable", retry_after="3600"))
    waking.wake_due(at)
    assert wake_of(phone).due_at == at + timedelta(hours=1)
    at = wake_of(phone).due_at
    waking.wake_due(at)
    row = wake_of(phone)
    assert (row.outcome, row.failures, row.attempts) == ("delivered", 0, 1)


def admin_mail():
    return list(Message.objects.order_by("created_at").values_list("recipient", "subject"))


@pytest.mark.clause("G-10")
def test_a_refused_certificate_is_one_trouble_and_one_notice_for_all_devices(pushing, cast):
    phones, at = [pushing.listener() for _ in range(5)], now()
    queue(*phones, at=at)
    pushing.service.faults += [Refusal(403, "BadCertificate")] * 5
    waking.wake_due(at)
    credential = ServiceCredential.objects.get(id=pushing.credential.id)
    assert credential.trouble == "Apple does not take our push certificate."
    assert credential.paused_until == at + timedelta(seconds=30)
    assert Wake.objects.filter(outcome="", due_at=at, locked_until=None).count() == 5
    assert admin_mail() == [("ida@city.example", "Push certificate: the service does not take it")]
    text = Message.objects.get().text
    assert "Devices that depend on it: 5." in text
    assert "/service-credentials/apple/push/" in text
    assert waking.wake_due(at + timedelta(seconds=29)) == 0
    pushing.service.faults += [Refusal(403, "BadCertificate")] * 5
    waking.wake_due(at + timedelta(seconds=30))
    assert len(admin_mail()) == 1
    later = at + timedelta(minutes=5)
    assert waking.wake_due(later) == 5
    credential.refresh_from_db()
    assert (credential.trouble, credential.failures, credential.paused_until) == ("", 0, None)
    assert set(pushing.reached) == {token_of(phone) for phone in phones}


def test_a_certificate_that_ran_out_stops_waking_and_says_so(pushing, cast):
    at = pushing.credential.expires_at + timedelta(days=1)
    phone = pushing.listener()
    queue(phone, at=at)
    waking.wake_due(at)
    credential = ServiceCredential.objects.get(id=pushing.credential.id)
    assert credential.trouble.startswith("Our push certificate ran out on ")
    assert wake_of(phone).due_at == at
    assert len(admin_mail()) == 1


def test_a_service_out_of_reach_is_told_only_when_it_stays_so(pushing, cast, settings):
    settings.APPLE_PUSH_URL = "https://127.0.0.1:9"
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    for _ in range(4):
        waking.wake_due(at)
        at = ServiceCredential.objects.get(id=pushing.credential.id).paused_until
    assert admin_mail() == []
    waking.wake_due(at)
    assert len(admin_mail()) == 1
    assert wake_of(phone).outcome == ""


def test_a_device_of_another_topic_is_set_aside_until_its_certificate_is_there(pushing):
    topic, at = new_topic(), now()
    phone = pushing.listener()
    Enrolment.objects.filter(id=phone.id).update(topic=topic)
    queue(phone, at=at)
    assert waking.wake_due(at) == 0
    row = wake_of(phone)
    assert (row.outcome, row.cannot_since) == ("elsewhere", at)
    assert row.said == f"It listens to {topic}; our certificate is {pushing.topic}."
    assert pushing.service.connections == 0
    actions.import_credential(
        driver="apple",
        kind="push",
        content=pushing.service.portal.bundle(topic).pem(),
        confirmed=True,
        actor=HOUSE,
        at=at,
    )
    pushing.service.register(token_of(phone), topic)
    outbox.deliver_due(at)
    assert wake_of(phone).cannot_since is None
    assert waking.wake_due(at) == 1
    assert wake_of(phone).outcome == "delivered"


def test_without_a_certificate_what_is_due_waits(pushing):
    actions.retire_credential(credential=pushing.credential, actor=HOUSE, at=now())
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    assert waking.wake_due(at) == 0
    assert wake_of(phone).due_at == at


@pytest.mark.clause("G-10")
def test_a_worker_that_dies_between_claim_and_outcome_lets_go(pushing):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    looked_at, claims = waking.claim("apple", pushing.topic, at)
    assert (looked_at, len(claims)) == (1, 1)
    assert waking.wake_due(at + MINUTE) == 0
    assert waking.wake_due(at + waking.LOCK) == 1
    assert wake_of(phone).outcome == "delivered"


def test_an_outcome_that_comes_too_late_changes_nothing(pushing):
    from quartermaster.mdm.abilities import Sent, Woken
    from quartermaster.mdm.waking_outcomes import record

    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    _, old = waking.claim("apple", pushing.topic, at)
    later = at + waking.LOCK
    _, new = waking.claim("apple", pushing.topic, later)
    for sent in (Sent.DELIVERED, Sent.GONE, Sent.BUSY, Sent.REFUSED):
        record(pushing.credential, old, [Woken(phone.id, sent, "Late.")], at)
        row = wake_of(phone)
        assert (row.outcome, row.locked_until) == ("", new[0].locked_until)
    record(pushing.credential, new, [Woken(phone.id, Sent.DELIVERED)], later)
    assert wake_of(phone).woken_at == later


def test_news_during_a_wake_leads_to_another_look_soon(pushing):
    from quartermaster.mdm.abilities import Sent, Woken
    from quartermaster.mdm.waking_outcomes import record

    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    _, claims = waking.claim("apple", pushing.topic, at)
    queue(phone, kind="DeviceLock", at=at + timedelta(seconds=1))
    record(pushing.credential, claims, [Woken(phone.id, Sent.DELIVERED)], at)
    assert wake_of(phone).due_at == at + SETTLE


def test_a_driver_that_fails_records_nothing_and_is_tried_again(pushing, monkeypatch):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    sealed = ServiceCredential.objects.get(id=pushing.credential.id).sealed_secret
    ServiceCredential.objects.update(sealed_secret=b"not what was sealed")
    waking.wake_due(at)
    assert (wake_of(phone).outcome, wake_of(phone).locked_until) == ("", at + waking.LOCK)
    ServiceCredential.objects.update(sealed_secret=sealed)
    assert waking.wake_due(at + waking.LOCK) == 1


def test_an_enrolment_that_ended_or_begins_anew_is_not_woken(pushing):
    phone, other, at = pushing.listener(), pushing.listener(), now()
    queue(phone, other, at=at)
    actions.end_enrolment(enrolment=phone, reason="Sold", actor=HOUSE, at=at)
    Enrolment.objects.filter(id=other.id).update(sealed_push_token=None)
    assert waking.wake_due(at) == 0
    assert not Wake.objects.exclude(due_at=None).exists()


def test_expired_commands_wake_nobody(pushing):
    phone, at = pushing.listener(), now()
    queue(phone, at=at)
    assert waking.wake_due(at + timedelta(days=15)) == 0


class TestWakeNow:
    """A person's wish."""

    def test_a_device_for_which_nothing_waits_is_woken_and_it_is_written_down(self, pushing, cast):
        phone, at = pushing.listener(), now()
        actions.wake_now(enrolment=phone, actor=cast.acting(cast.ida), at=at)
        assert waking.wake_due(at) == 1
        assert Entry.objects.get(tag="mdm.device.wake-asked").actor_label == "Ida Lindqvist"
        seen(phone, at + MINUTE)
        assert waking.wake_due(at + pause(1)) == 0
        assert (wake_of(phone).due_at, wake_of(phone).anyway) == (None, False)

    def test_one_that_does_not_come_is_woken_again_all_the_same(self, pushing):
        phone, at = pushing.listener(), now()
        actions.wake_now(enrolment=phone, actor=HOUSE, at=at)
        waking.wake_due(at)
        assert waking.wake_due(at + pause(1)) == 1

    def test_one_that_cannot_be_woken_says_why(self, pushing):
        phone, at = pushing.listener(), now()
        pushing.service.forget(token_of(phone), at)
        queue(phone, at=at)
        waking.wake_due(at)
        with pytest.raises(NotPossible, match="does not listen any more"):
            actions.wake_now(enrolment=phone, actor=HOUSE, at=at)
        with pytest.raises(NotPossible, match="calls by itself"):
            actions.wake_now(enrolment=EnrolmentFactory(), actor=HOUSE, at=at)
        ended = EnrolmentFactory(state="ended", ended_at=at)
        with pytest.raises(NotPossible, match="not enrolled"):
            actions.wake_now(enrolment=ended, actor=HOUSE, at=at)

    @pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
    def test_only_itmd_wakes_devices(self, pushing, cast, who):
        phone = pushing.listener(device=DeviceFactory(holder=cast.ana))
        with pytest.raises(Refused):
            actions.wake_now(enrolment=phone, actor=cast.acting(getattr(cast, who)), at=now())
        assert not Wake.objects.exists()


def test_an_act_that_fails_asks_for_nothing(pushing):
    phone = pushing.listener()
    with pytest.raises(ZeroDivisionError), act(HOUSE, now()) as doing:
        actions.ask_to_wake([phone], doing)
        raise ZeroDivisionError
    assert not Wake.objects.exists()
