"""Mail to the records' address: saved where its sender is known and proven, else set aside."""

from datetime import date

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.notify.models import Message
from quartermaster.records import destroying
from quartermaster.records.actions import capture, inbox
from quartermaster.records.errors import NotTaken
from quartermaster.records.inbox import mails_visible_to
from quartermaster.records.models import InboxMail, Record
from quartermaster.records.rules.capture import Residue
from tests.factories.inbox import HOST, letter, taken
from tests.factories.records import custodian, held, paul

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


def test_a_proven_message_of_a_known_person_is_their_record_with_a_receipt(cast, at):
    content = letter()
    mail = taken(content, at)
    record = mail.record
    assert (mail.state, record.author, record.about) == ("kept", cast.ana, "Fwd: The valve")
    assert (record.with_whom, record.source) == ("Pipe Works <pipe@example.com>", "mail")
    assert record.happened_on == date(2026, 11, 20)
    assert (record.residue, record.residue_by) == (Residue.STAYS, date(2026, 12, 1))
    item = record.items.get()
    _, pieces = capture.read_item(item_id=item.id, actor=cast.acting(cast.ana), at=at)
    assert b"".join(pieces) == content
    (receipt,) = Message.objects.filter(recipient=cast.ana.email)
    assert record.number in receipt.subject + receipt.text


def test_the_same_message_again_is_taken_once(cast, at):
    content = letter()
    assert taken(content, at).id == taken(content, at).id
    assert Record.objects.count() == 1


def test_under_a_hold_nobody_is_asked_to_delete(cast, at):
    held(cast, at, cast.ana)
    assert taken(letter(), at).record.residue == Residue.HELD


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"results": ""}, "Our host did not say who sent it."),
        ({"results": "mx.evil.example; dkim=pass header.d=city.example"}, "Our host did not say"),
        ({"results": f"{HOST}; spf=fail smtp.mailfrom=city.example"}, "did not find that city"),
        ({"results": f"{HOST}; dkim=pass header.d=evil.example"}, "did not find that city"),
        ({"results": f"{HOST}; spf=pass smtp.mailfrom=evil.example"}, "did not find that city"),
        ({"results": f"{HOST}; dmarc=pass header.from=evil.example"}, "did not find that city"),
        ({"results": f"{HOST}; dkim=pass header.d=example"}, "did not find that city"),
        ({"results": f"{HOST}; none (dkim=pass header.d=city.example)"}, "did not find"),
        ({"sender": "Who <who@city.example>"}, "Nobody who works here has this address."),
        ({"sender": "a@city.example, b@city.example"}, "It names no sender, or several."),
    ],
)
def test_what_is_not_proven_waits_for_the_custodian(cast, at, more, why):
    custodian(cast)
    mail = taken(letter(**more), at)
    assert (mail.state, mail.record) == ("quarantined", None)
    assert why in mail.reason
    assert not Record.objects.exists()
    assert b"hydrant" not in bytes(mail.sealed_content)
    (told,) = Message.objects.filter(template="records/inbox/quarantined")
    assert "hydrant" not in told.text
    assert str(mail.id) in told.text


def test_a_second_heading_of_a_stranger_below_ours_proves_nothing(at, cast):
    content = letter(results=f"{HOST}; dkim=fail header.d=city.example")
    forged = f"Authentication-Results: {HOST}; dkim=pass header.d=city.example\r\n".encode()
    at_the_end = content.replace(b"\n\n", b"\n" + forged + b"\n", 1)
    assert taken(at_the_end, at).state == "quarantined"


def test_without_a_host_of_ours_everything_waits(cast, at, settings):
    settings.INBOX_AUTHSERV = ""
    assert taken(letter(), at).state == "quarantined"


@pytest.mark.parametrize(
    "more",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example>"},
        {"sender": "records@city.example"},
    ],
)
def test_automatic_answers_and_loops_are_not_taken_and_nobody_is_told(cast, at, more):
    custodian(cast)
    mail = taken(letter(**more), at)
    assert (mail.state, mail.sealed_content, mail.record) == ("refused", None, None)
    assert not Message.objects.exists()


def test_reports_and_circles_are_not_taken(cast, at):
    assert taken(letter(), at, envelope="").state == "refused"
    circle = b"Received: from a by b\r\n" * 31 + letter()
    assert taken(circle, at).reason == "It went in a circle."


def test_too_large_is_refused(cast, at, settings):
    settings.RECORD_LARGEST_MB = 0
    with pytest.raises(NotTaken):
        taken(letter(), at)


def test_only_the_house_takes_in(cast, at):
    from quartermaster.records.rules.inbox import MailWay

    with pytest.raises(Refused):
        inbox.take_mail(content=letter(), way=MailWay.LMTP, actor=cast.acting(cast.ida), at=at)


def test_the_custodian_reads_and_releases_it_and_others_do_not(cast, at):
    content = letter(results="")
    mail = taken(content, at)
    for person in (cast.ana, cast.rex, cast.ida, cast.sue):
        actor = cast.acting(person)
        assert not mails_visible_to(actor).exists()
        with pytest.raises(Refused):
            inbox.release(mail_id=mail.id, number="1001", actor=actor, at=at)
    given = {"actor": paul(cast), "at": at}
    assert inbox.read_mail(mail_id=mail.id, **given)[1] == content
    with pytest.raises(InvalidInput):
        inbox.release(mail_id=mail.id, number="0000", **given)
    released = inbox.release(mail_id=mail.id, number=cast.ana.number, **given)
    assert (released.state, released.record.author) == ("released", cast.ana)
    assert "it waited because: Our host did not say" in released.record.note
    assert released.sealed_content is None
    with pytest.raises(Conflict):
        inbox.discard(mail_id=mail.id, reason="No record", **given)
    with pytest.raises(NotFound):
        inbox.read_mail(mail_id=mail.id, **given)
    tags = set(Entry.objects.filter(tag__startswith="records.mail").values_list("tag", flat=True))
    assert tags == {"records.mail.quarantined", "records.mail.read", "records.mail.released"}


def test_discarding_leaves_that_it_came_and_why_it_went(cast, at):
    mail = taken(letter(results=""), at)
    inbox.discard(mail_id=mail.id, reason="An advertisement", actor=paul(cast), at=at)
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.sealed_key) == ("discarded", "An advertisement", None)


def test_the_row_outlives_its_record(cast, at):
    mail = taken(letter(), at)
    destroying.purge_derived([mail.record_id], at)
    mail.refresh_from_db()
    assert (mail.state, mail.record) == ("kept", None)
    assert InboxMail.objects.count() == 1
