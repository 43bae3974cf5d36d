"""Files in quarantine: taken away, released, discarded; by the custodian, and by the clock."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from quartermaster.audit.models import Entry
from quartermaster.disclosure import actions as disclosure
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import current
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.notify.models import Message
from quartermaster.org.models import Person, Standing
from quartermaster.records.actions import capture, holds, inbox, quarantine
from quartermaster.records.actions.quarantine.deciding import Said
from quartermaster.records.errors import RecordDamaged
from quartermaster.records.models import Record, RecordItem, RefusedFile
from quartermaster.records.rules.capture import Residue
from quartermaster.records.schedule import HOUSE, read_texts, take_steps
from tests.factories.disclosure import acknowledged
from tests.factories.inbox import letter, taken
from tests.factories.quarantine import PROGRAM, kept
from tests.factories.records import WHY, custodian, held, paul

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
SAID = Said(about="The drawing tool of Pipe Works", with_whom="Kim", happened_on=date(2026, 11, 20))
DAYS = timedelta(days=90)


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


def read(one, actor, at):
    _, pieces = quarantine.read_refused(refused_id=one.id, actor=actor, at=at)
    return b"".join(pieces)


def letters(person):
    rows = Message.objects.filter(recipient=person.email, template="records/quarantine/decided")
    return [one.subject + one.text for one in rows]


@pytest.mark.clause("G-2")
def test_the_custodian_alone_takes_it_away_and_that_is_on_record(cast, ana, at):
    one = kept(ana, at)
    assert read(one, paul(cast), at) == PROGRAM
    entry = Entry.objects.get(tag="records.refused.read")
    assert (entry.actor_label, entry.subject_id) == (paul(cast).label, str(one.id))
    for name in ("ana", "rex", "ida", "cole", "sue"):
        given = {"refused_id": one.id, "actor": cast.acting(getattr(cast, name)), "at": at}
        with pytest.raises(Refused):
            quarantine.read_refused(**given)
        with pytest.raises(Refused):
            quarantine.release(of=SAID, **given)
        with pytest.raises(Refused):
            quarantine.discard(reason="No record", **given)
    with pytest.raises(Refused):
        quarantine.discard_due(actor=ana, at=at)


def test_released_it_is_a_record_of_its_author_unopened(cast, ana, at):
    one = kept(ana, at)
    kept_file = one.file
    done = quarantine.release(refused_id=one.id, of=SAID, actor=paul(cast), at=at)
    record = done.record
    assert (done.state, done.sealed_key, done.file) == ("released", None, None)
    assert (done.decided_by, done.decided_at) == (custodian(cast), at)
    assert (record.author, record.about, record.with_whom) == (cast.ana, SAID.about, "Kim")
    assert record.note == (
        f"Released by {paul(cast).label}; it was not taken because: It is a Windows program, and"
        " programs are not records."
    )
    assert (record.residue, record.residue_by) == (Residue.STAYS, date(2026, 12, 1))
    item = record.items.get()
    assert (item.name, item.media_type) == ("invoice.exe", "application/octet-stream")
    assert item.file == kept_file  # sealed once: it is not opened to be released
    _, pieces = capture.read_item(item_id=item.id, actor=ana, at=at)
    assert b"".join(pieces) == PROGRAM
    assert any(record.number in said for said in letters(cast.ana))
    read_texts(at + timedelta(hours=1))
    item.text_work.refresh_from_db()
    assert (item.text_work.state, item.texts.count()) == ("none", 0)
    with pytest.raises(Conflict):
        quarantine.discard(refused_id=one.id, reason="No record", actor=paul(cast), at=at)
    with pytest.raises(NotFound):
        read(one, paul(cast), at)


def test_what_is_said_of_it_is_whole_and_nothing_is_half_done(cast, ana, at):
    one = kept(ana, at)
    with pytest.raises(InvalidInput):
        quarantine.release(
            refused_id=one.id, of=Said(" ", "Kim", SAID.happened_on), actor=paul(cast), at=at
        )
    one.refresh_from_db()
    assert one.state == "waiting"
    assert not Record.objects.exists()
    assert not RecordItem.objects.exists()


def test_of_an_author_who_left_it_is_the_custodians_record(cast, ana, at):
    one = kept(ana, at)
    Person.objects.filter(id=cast.ana.id).update(
        standing=Standing.SEPARATED, separated_on=at.date()
    )
    done = quarantine.release(refused_id=one.id, of=SAID, actor=paul(cast), at=at)
    assert done.record.author == custodian(cast)
    assert done.record.note.endswith(f"{cast.ana.name} sent it.")
    assert letters(cast.ana) == []


def test_discarded_it_is_gone_and_its_author_knows_why(
    cast, ana, at, django_capture_on_commit_callbacks
):
    one = kept(ana, at)
    with django_capture_on_commit_callbacks(execute=True):
        quarantine.discard(refused_id=one.id, reason="An advertisement", actor=paul(cast), at=at)
    one.refresh_from_db()
    assert (one.state, one.reason) == ("discarded", "An advertisement")
    assert (one.sealed_key, one.file, one.decided_by) == (None, None, custodian(cast))
    assert list(current().digests()) == []
    assert StoredFile.objects.get().removed_at == at
    assert ["An advertisement" in said for said in letters(cast.ana)] == [True]
    assert Entry.objects.get(tag="records.refused.discarded").data["digest"] == one.digest
    with pytest.raises(NotFound):
        read(one, paul(cast), at)
    with pytest.raises(Conflict):
        quarantine.release(refused_id=one.id, of=SAID, actor=paul(cast), at=at)
    again = kept(ana, at + timedelta(days=1))
    assert again.id != one.id


def test_a_reason_is_asked(cast, ana, at):
    one = kept(ana, at)
    with pytest.raises(InvalidInput):
        quarantine.discard(refused_id=one.id, reason=" ", actor=paul(cast), at=at)


def test_what_nobody_decides_about_goes_by_the_clock(cast, ana, at):
    one, later = kept(ana, at), kept(ana, at + timedelta(days=1), PROGRAM + b"2")
    take_steps(at + DAYS - timedelta(minutes=1))
    assert RefusedFile.objects.filter(state="waiting").count() == 2
    take_steps(at + DAYS)
    one.refresh_from_db()
    later.refresh_from_db()
    assert (one.state, later.state) == ("discarded", "waiting")
    assert (one.reason, one.decided_by) == ("Nobody decided about it within 90 days.", None)
    assert len(letters(cast.ana)) == 1


@pytest.mark.clause("G-2")
def test_under_a_hold_nothing_is_discarded_until_it_is_released(cast, ana, at):
    one, other = kept(ana, at), kept(cast.acting(cast.rex), at)
    hold = held(cast, at, cast.ana)
    with pytest.raises(Conflict, match="under a legal hold"):
        quarantine.discard(refused_id=one.id, reason="No record", actor=paul(cast), at=at)
    assert quarantine.discard_due(actor=HOUSE, at=at + DAYS) == 1
    assert set(RefusedFile.objects.filter(state="waiting")) == {one}
    other.refresh_from_db()
    assert other.state == "discarded"
    after = at + DAYS
    done = quarantine.release(
        refused_id=kept(ana, at, PROGRAM + b"2").id, of=SAID, actor=paul(cast), at=at
    )
    assert done.record.residue == Residue.HELD
    holds.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=after)
    assert quarantine.discard_due(actor=HOUSE, at=after) == 1


@pytest.mark.clause("C-2")
def test_the_clock_discards_nothing_that_an_open_request_may_reach(cast, ana, at):
    """Nobody looked at it yet; the custodian may, and say that it is no record."""
    one, later = kept(ana, at), kept(ana, at + timedelta(days=40), PROGRAM + b"2")
    since = (at + timedelta(days=30)).date()
    request = acknowledged(cast, at + timedelta(days=41), since=since)
    long_after = at + 3 * DAYS
    assert quarantine.discard_due(actor=HOUSE, at=long_after) == 1  # the one that came before it
    assert set(RefusedFile.objects.filter(state="waiting")) == {later}
    one.refresh_from_db()
    assert one.state == "discarded"
    disclosure.withdraw(request_id=request.id, reason=WHY, actor=paul(cast), at=long_after)
    assert quarantine.discard_due(actor=HOUSE, at=long_after) == 1


@pytest.mark.clause("G-2")
def test_mail_of_somebody_under_a_hold_is_not_discarded_either(cast, at, settings):
    mail = taken(letter(results=""), at)
    assert mail.person == cast.ana
    hold = held(cast, at, cast.ana)
    given = {"mail_id": mail.id, "reason": "An advertisement", "actor": paul(cast), "at": at}
    with pytest.raises(Conflict, match="under a legal hold"):
        inbox.discard(**given)
    holds.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at)
    assert inbox.discard(**given).state == "discarded"
    stranger = taken(letter(sender="who@else.example", results=""), at)
    assert inbox.discard(**{**given, "mail_id": stranger.id}).state == "discarded"


def test_what_is_damaged_in_the_store_is_said_to_be_so(cast, ana, at):
    one = kept(ana, at)
    current().delete(one.file.digest)
    with pytest.raises(RecordDamaged):
        read(one, paul(cast), at)


def test_there_is_none(cast, at):
    given = {"refused_id": uuid4(), "actor": paul(cast), "at": at}
    for verb, more in (
        (quarantine.read_refused, {}),
        (quarantine.release, {"of": SAID}),
        (quarantine.discard, {"reason": "No record"}),
    ):
        with pytest.raises(NotFound):
            verb(**given, **more)
