"""Reminders: sent when due, once, and only while the acknowledgement is missing."""

from datetime import timedelta

import pytest

from quartermaster.kernel.errors import Refused
from quartermaster.notify.models import Message
from quartermaster.policy import tasks
from quartermaster.policy.actions import acknowledgements, reminders
from quartermaster.policy.models import Outcome, Reminder
from tests.factories.policy import HOUSE, SECOND, TODAY, adopted


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def kinds(person, outcome=Outcome.SENT):
    return list(
        Reminder.objects.filter(request__person=person, outcome=outcome).values_list(
            "kind", flat=True
        )
    )


@pytest.mark.clause("S-2")
def test_first_notice_goes_out_at_adoption_once(cast, at):
    adopted()
    assert reminders.send_due(actor=HOUSE, at=at) == 5
    assert reminders.send_due(actor=HOUSE, at=at) == 0
    assert Message.objects.count() == 5
    message = Message.objects.get(recipient=cast.ana.email)
    assert message.subject == "Please read and acknowledge: Mobile Device Management Policy"
    assert "Please read it and confirm by December 8, 2026:" in message.text
    assert "/policy/acknowledge/" in message.text
    assert "What changed" not in message.text
    assert kinds(cast.ana) == ["first"]


@pytest.mark.clause("S-2")
def test_reminders_follow_until_acknowledged_and_overdue_week_by_week(cast, at):
    version = adopted()
    reminders.send_due(actor=HOUSE, at=at)
    acknowledgements.acknowledge(
        version_id=version.id,
        text_digest=version.text_digest,
        actor=cast.acting(cast.rex),
        at=at + DAY,
    )
    for day in range(30):
        reminders.send_due(actor=HOUSE, at=at + day * DAY)
    assert kinds(cast.ana) == ["first", "repeat", "repeat", "overdue", "overdue", "overdue"]
    assert kinds(cast.rex) == ["first"]
    assert kinds(cast.rex, Outcome.NEEDLESS) == ["repeat", "repeat", "overdue"]


def test_a_worker_that_was_away_sends_the_last_one_only(cast, at):
    adopted()
    assert reminders.send_due(actor=HOUSE, at=at + 14 * DAY) == 5
    assert kinds(cast.ana) == ["overdue"]
    assert kinds(cast.ana, Outcome.NEEDLESS) == ["first", "repeat", "repeat"]


@pytest.mark.clause("P-1")
def test_a_version_that_is_over_is_not_asked_for_any_more(cast, at):
    adopted()
    reminders.send_due(actor=HOUSE, at=at)
    adopted(SECOND, in_force_on=TODAY + DAY, at=at + DAY)
    reminders.send_due(actor=HOUSE, at=at + 20 * DAY)
    sent = Reminder.objects.filter(request__person=cast.ana, outcome=Outcome.SENT)
    assert list(sent.values_list("request__version__number", "kind")) == [
        (1, "first"),
        (2, "overdue"),
    ]


def test_one_that_fails_waits_and_holds_up_no_other(cast, at, monkeypatch):
    adopted()
    sending = reminders.send

    def fail_for_ana(**facts):
        if facts["to"] == cast.ana.email:
            raise ConnectionError("no way")
        return sending(**facts)

    monkeypatch.setattr(reminders, "send", fail_for_ana)
    assert reminders.send_due(actor=HOUSE, at=at) == 4
    waiting = Reminder.objects.get(request__person=cast.ana, kind="first")
    assert (waiting.attempts, waiting.due_at > at, waiting.outcome) == (1, True, Outcome.WAITING)
    monkeypatch.setattr(reminders, "send", sending)
    assert reminders.send_due(actor=HOUSE, at=waiting.due_at) == 1


def test_only_the_house_and_administrators_remind(cast, at):
    with pytest.raises(Refused):
        reminders.send_due(actor=cast.acting(cast.rex), at=at)


@pytest.mark.clause("P-1")
def test_the_letter_says_what_changed_in_plain_text(cast, at):
    adopted()
    cast.ana.family_name = "O'Hara & Sons"
    cast.ana.save()
    adopted(SECOND, in_force_on=TODAY + DAY, at=at + DAY)
    reminders.send_due(actor=HOUSE, at=at + 30 * DAY)
    message = Message.objects.get(recipient=cast.ana.email)
    assert message.subject == "Overdue: please acknowledge: Mobile Device Management Policy"
    assert message.text.startswith("Ana O'Hara & Sons,")


def test_what_changed_is_listed_by_clause(cast, at):
    adopted()
    adopted(SECOND, in_force_on=TODAY + DAY, at=at + DAY)
    reminders.send_due(actor=HOUSE, at=at + DAY)
    message = Message.objects.get(recipient=cast.ana.email, text__contains="version 2")
    assert "- G-3 Passcode and compromised devices" in message.text


def test_the_clock_reminds(cast, at, monkeypatch):
    adopted()
    monkeypatch.setattr(tasks, "now", lambda: at)
    tasks.remind(0)
    assert kinds(cast.ana) == ["first"]
