"""Mail: once for one cause, over a real SMTP server, tried until it is certain."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.config.mail import mail_settings
from quartermaster.files import actions as files
from quartermaster.files import stores
from quartermaster.files.errors import FileTooLarge
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify import actions, delivery, queries, rules
from quartermaster.notify.models import Message
from quartermaster.notify.rules import MESSAGE, MessageState

HOUSE = system("test")
TEMPLATE = "org/notices/reset"
ANA = "ana@city.example"


def send(at, key="cause-1", **more):
    given = {
        "template": TEMPLATE,
        "to": ANA,
        "name": "Ana Reyes",
        "context": {"link": "https://q.example/x"},
        "key": key,
        "actor": HOUSE,
        "at": at,
    }
    return actions.send(**given | more)


@pytest.mark.django_db
def test_mail_arrives_with_its_headers(at, smtp_sink):
    message = send(at)
    assert delivery.deliver_due(at) == 1
    (mail,) = smtp_sink.mails
    assert mail["To"] == ANA
    assert mail["Subject"] == message.subject
    assert mail["Message-ID"] == f"<{message.id}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "https://q.example/x" in mail.get_content()
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.attempts) == ("sent", at, 1)


@pytest.mark.django_db
def test_one_cause_sends_one_mail(at, smtp_sink):
    assert send(at).id == send(at + timedelta(days=1)).id
    delivery.deliver_due(at)
    delivery.deliver_due(at + timedelta(days=2))
    assert len(smtp_sink.mails) == 1


@pytest.mark.django_db
def test_passing_refusal_is_tried_again(at, smtp_sink):
    smtp_sink.answers.append("451 4.7.1 Greylisted, try later")
    message = send(at)
    assert delivery.deliver_due(at) == 0
    message.refresh_from_db()
    assert (message.state, message.due_at) == ("queued", at + timedelta(minutes=1))
    assert delivery.deliver_due(at + timedelta(minutes=1)) == 1
    assert len(smtp_sink.mails) == 1


@pytest.mark.django_db
def test_final_refusal_ends_it_visibly(at, smtp_sink):
    smtp_sink.answers.append("550 5.1.1 No such user")
    message = send(at)
    delivery.deliver_due(at)
    message.refresh_from_db()
    assert message.state == "failed"
    assert "No such user" in message.last_error
    assert queries.count_failed() == 1
    actions.try_again(message=message, actor=HOUSE, at=at)
    assert delivery.deliver_due(at) == 1
    with pytest.raises(Conflict, match="Only a failed message"):
        actions.try_again(message=message, actor=HOUSE, at=at)


@pytest.mark.django_db
def test_server_that_is_down_is_tried_again(at, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    message = send(at)
    assert delivery.deliver_due(at) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 1)
    assert "ConnectionRefusedError" in message.last_error


@pytest.mark.django_db
def test_encryption_that_was_asked_for_is_never_left_out(at, smtp_sink, settings):
    settings.EMAIL_USE_TLS = True
    message = send(at)
    assert delivery.deliver_due(at) == 0
    message.refresh_from_db()
    assert "STARTTLS" in message.last_error
    assert smtp_sink.mails == []


@pytest.mark.django_db
def test_failed_act_sends_nothing(at, smtp_sink):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send(at)
        raise ZeroDivisionError
    assert delivery.deliver_due(at) == 0


@given(st.text(max_size=300))
def test_heading_is_one_line(text):
    line = rules.heading(text)
    assert len(line) <= 200
    assert line.splitlines() in ([], [line])


@pytest.mark.parametrize(
    ("code", "attempts", "over"),
    [(None, 1, False), (451, 11, False), (451, 12, True), (550, 1, True), (None, 12, True)],
)
def test_when_to_give_up(code, attempts, over):
    assert rules.gives_up(code, attempts) is over


def test_every_state_is_reached_and_failure_can_be_mended():
    assert MESSAGE.reachable() == set(MessageState)
    assert MESSAGE.terminal == {MessageState.SENT}


@pytest.mark.django_db
def test_database_refuses_an_undated_sent_message(at):
    message = send(at)
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.filter(id=message.id).update(state="sent")


def test_who_may_see_mail(cast, at):
    message = send(at)
    seen = {
        name: queries.messages_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "sue", "ida", "rex")
    }
    assert seen == {"ana": 0, "cole": 0, "sue": 0, "ida": 1, "rex": 0}
    with pytest.raises(Refused):
        actions.try_again(message=message, actor=cast.acting(cast.rex), at=at)


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://u%40x:p%2F@mail.example", 587, True, False),
        ("smtps://mail.example:4650", 4650, False, True),
    ],
)
def test_mail_server_out_of_an_address(address, port, tls, ssl):
    made = mail_settings(address)
    assert (made["EMAIL_PORT"], made["EMAIL_USE_TLS"], made["EMAIL_USE_SSL"]) == (port, tls, ssl)


@pytest.mark.parametrize("address", ["http://mail.example", "smtp://", "mail.example"])
def test_address_of_no_mail_server_is_refused(address):
    with pytest.raises(ValueError, match="QUARTERMASTER_SMTP_URL must be"):
        mail_settings(address)


def kept(at, name="receipt.pdf", content=b"%PDF-1.7 a receipt"):
    return files.store(content=content, media_type="", name=name, actor=HOUSE, at=at)


@pytest.mark.django_db
def test_a_kept_file_goes_with_it(at, smtp_sink):
    message = send(at, attachments=[kept(at), kept(at, "note.txt", "für Ana".encode())])
    again = send(at, attachments=[kept(at)])
    assert message.id == again.id
    delivery.deliver_due(at)
    (mail,) = smtp_sink.mails
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.iter_attachments()
    ]
    assert found == [
        ("receipt.pdf", "application/pdf", b"%PDF-1.7 a receipt"),
        ("note.txt", "text/plain", "für Ana".encode()),
    ]


@pytest.mark.django_db
def test_what_no_server_takes_is_refused_before_it_is_queued(at):
    large = kept(at, content=b"%PDF-" + b"x" * rules.LARGEST_POST)
    with pytest.raises(FileTooLarge):
        send(at, attachments=[large])
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_a_mail_whose_file_is_gone_waits_and_says_so(at, smtp_sink):
    file = kept(at)
    message = send(at, attachments=[file])
    stores.current()._place(file.digest).unlink()
    assert delivery.deliver_due(at) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 1)
    assert message.last_error.startswith("FileMissing")
    kept(at)
    assert delivery.deliver_due(at + timedelta(minutes=1)) == 1
    assert len(smtp_sink.mails) == 1
