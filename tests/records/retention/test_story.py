"""From the schedule to the certificate: what is due goes when two people say so, and is nowhere."""

import json
import subprocess
import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from quartermaster.files.queries import read_file, verify
from quartermaster.files.stores import current
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.org.errors import ProofNeeded
from quartermaster.records import archive, schedule
from quartermaster.records.actions import capture, disposal, retention
from quartermaster.records.actions.archive import audit_archive
from quartermaster.records.actions.retention import keeping
from quartermaster.records.models import (
    ArchiveFault,
    DisposalBatch,
    DisposalEntry,
    Record,
    Retained,
    RetentionReached,
)
from quartermaster.records.rules.retention import Disposition, Period, Trigger
from quartermaster.records.texts import keep_text
from tests.cast import AT
from tests.factories.records import WHY, announced, held, paul, saved
from tests.factories.retention import (
    WAIT,
    YEARS,
    approved,
    approver,
    batches,
    ben,
    changed,
    drafted,
    executed,
    in_force,
    proof,
    retained,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]
MARK = "Quetzalcoatlus"
SCRIPT = Path(__file__).resolve().parents[3] / "tools" / "verify_archive.py"
DUE = AT + YEARS
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    """Files and checkpoints of each test apart."""
    settings.DATA = tmp_path


@pytest.fixture
def marked(cast, at):
    """A record of Ana's with one word in everything that people say of it and in its file."""
    paul(cast), approver(cast)
    told = announced(cast, at, about=f"{MARK} announced")
    content = f"The {MARK} was seen at the main.".encode()
    record = saved(
        cast.acting(cast.ana),
        at,
        content,
        about=f"{MARK} at Third Street",
        with_whom=f"{MARK} Works",
        note=f"See {MARK}",
        account=f"{MARK} chat",
        announcement_id=told.id,
    )
    item = record.items.get()
    return record, item, content


def everywhere(word):
    """Each table and column of the database in which a word is, whatever its kind."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s'
                f' OR "{column}"::text LIKE %s',
                [f"%{word}%", f"%{word.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def on_disk(folder, needle):
    return [str(one) for one in folder.rglob("*") if one.is_file() and needle in one.read_bytes()]


def faults(at):
    audit_archive(actor=schedule.HOUSE, at=at, files=100)
    return set(ArchiveFault.objects.filter(closed_at=None).values_list("kind", "subject"))


def verified(tmp_path, what, content):
    path = tmp_path / "given.json"
    path.write_bytes(content)
    found = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), what, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    return found.returncode, found.stdout


def test_a_record_is_in_the_series_of_its_kind_from_the_moment_it_is_saved(marked):
    record, _, _ = marked
    row = retained(record)
    assert (row.label, row.series, row.set_by) == (record.number, "messages-routine", "rule")
    assert (row.made_on, row.due_on) == (date(2026, 11, 24), date(2033, 11, 24))
    assert row.person_id == record.author_id


def test_what_is_destroyed_is_nowhere_and_the_certificate_says_so(marked, cast, tmp_path):
    record, item, _ = marked
    keep_text(record_id=record.id, file_id=item.id, position=0, kind="document", text=MARK)
    sealed = item.file.digest
    bytes_of_it = read_file(sealed)
    later = saved(cast.acting(cast.ana), DUE, b"Something else that stays.", happened_on=DUE.date())
    assert everywhere(MARK) != []
    assert on_disk(tmp_path, bytes_of_it) != []

    batch = executed(cast, DUE)

    assert batch.state == "certified"
    assert everywhere(MARK) == []
    assert on_disk(tmp_path, bytes_of_it) == []
    assert sealed not in set(current().digests())
    stub = Record.objects.get(id=record.id)
    assert (stub.about, stub.number, stub.digest) == ("Destroyed", record.number, record.digest)
    assert bytes(stub.items.get().sealed_key) == b""
    with pytest.raises(NotFound, match="destroyed by the retention schedule"):
        capture.read_item(item_id=item.id, actor=paul(cast), at=DUE)
    assert retained(later).standing == "kept"
    assert faults(DUE + 9 * DAY) == set()
    assert list(verify()) == []


def test_the_certificate_proves_what_and_why_to_anybody(marked, cast, tmp_path):
    record, item, _ = marked
    batch = executed(cast, DUE)
    entry = batch.entries.get()
    statement = read_file(batch.statement.digest)
    assert verified(tmp_path, "certificate", statement) == (
        0,
        f"{batch.number}: 1 destructions are in the log of 2 lines.\n",
    )
    pdf = PdfReader(BytesIO(read_file(batch.certificate.digest)))
    text = " ".join(page.extract_text() for page in pdf.pages).replace("\n", "")
    for said in (record.number, entry.number, record.digest, item.digest, "19.21", "Castellan"):
        assert said in text, said
    assert MARK not in text
    whole = "".join(f"{json.dumps(line)}\n" for line in archive.exported()).encode()
    assert verified(tmp_path, "log", whole) == (
        0,
        "2 lines, 1 of them destructions, and 1 checkpoints are sound.\n",
    )


@pytest.mark.parametrize("what", ["digest", "path", "saved", "batch", "name"])
def test_a_statement_that_was_tampered_with_does_not_verify(marked, cast, tmp_path, what):
    batch = executed(cast, DUE)
    said = json.loads(read_file(batch.statement.digest))
    thing = said["things"][0]
    leaf = json.loads(thing["destroyed"]["leaf"])
    if what == "digest":
        leaf["digest"] = "0" * 64
    elif what == "name":
        leaf["destroyed"] = "R-2026-000002"
    elif what == "path":
        thing["destroyed"]["path"][0] = "00" * 32
    elif what == "saved":
        del thing["saved"]
    else:
        said["batch"] = "DB-2034-0002"
    if what in {"digest", "name"}:
        thing["destroyed"]["leaf"] = json.dumps(leaf, sort_keys=True, separators=(",", ":"))
    status, out = verified(tmp_path, "certificate", json.dumps(said).encode())
    assert (status, out.startswith("NOT SOUND")) == (1, True)


def test_nothing_goes_without_two_people_their_passwords_and_the_wait(marked, cast):
    record, _, _ = marked
    (batch,) = batches(DUE)
    assert batches(DUE) == []
    with pytest.raises(ProofNeeded):
        disposal.approve_batch(batch_id=batch.id, proof=None, actor=paul(cast), at=DUE)
    for person in (cast.ida, cast.ana, cast.rex, approver(cast)):
        with pytest.raises(Refused):
            disposal.approve_batch(batch_id=batch.id, proof=None, actor=cast.acting(person), at=DUE)
    approved(batch, cast, DUE)
    schedule.dispose(DUE + 30 * DAY)
    own = proof(disposal.purpose_now(DisposalBatch.objects.get()), paul(cast), DUE)
    with pytest.raises(Refused, match="Somebody other"):
        disposal.approve_as_second(batch_id=batch.id, proof=own, actor=paul(cast), at=DUE)
    given = proof(disposal.purpose_now(DisposalBatch.objects.get()), ben(cast), DUE)
    disposal.approve_as_second(batch_id=batch.id, proof=given, actor=ben(cast), at=DUE)
    schedule.dispose(DUE + 6 * DAY)
    assert Record.objects.get(id=record.id).destroyed_at is None
    schedule.dispose(DUE + WAIT)
    assert Record.objects.get(id=record.id).destroyed_at == DUE + WAIT


def test_a_batch_that_is_stopped_in_its_wait_destroys_nothing_and_is_due_again(marked, cast):
    record, _, _ = marked
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    disposal.stop_batch(batch_id=batch.id, reason=WHY, actor=ben(cast), at=DUE + DAY)
    schedule.dispose(DUE + DAY)
    assert Record.objects.get(id=record.id).destroyed_at is None
    assert list(batch.entries.values_list("state", "reason")) == [
        ("kept", "The batch was stopped.")
    ]
    again = DisposalBatch.objects.exclude(id=batch.id).get()
    assert list(again.entries.values_list("retained__label", flat=True)) == [record.number]


def test_what_is_held_is_shown_as_kept_out_with_its_reason(marked, cast, at):
    record, _, _ = marked
    other = saved(cast.acting(cast.sue), at)
    held(cast, at)
    (batch,) = batches(DUE)
    rows = batch.entries.order_by("retained__label").values_list(
        "retained__label", "state", "reason"
    )
    assert list(rows) == [
        (record.number, "kept_out", "It is under a legal hold."),
        (other.number, "listed", ""),
    ]


def test_a_hold_that_is_opened_in_the_wait_keeps_what_was_approved(marked, cast):
    record, _, _ = marked
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    held(cast, DUE + DAY)
    schedule.dispose(DUE + WAIT)
    entry = batch.entries.get()
    assert (entry.state, entry.reason) == ("kept", "It is under a legal hold.")
    assert Record.objects.get(id=record.id).about.startswith(MARK)
    batch.refresh_from_db()
    assert batch.state == "certified"  # a certificate that nothing of it went


def test_a_device_under_a_hold_keeps_the_records_that_were_on_it(cast, at):
    from quartermaster.inventory import actions as inventory
    from tests.factories.destruction import devices

    paul(cast), approver(cast)
    (device,) = devices(cast, 1)
    record = saved(cast.acting(cast.ana), at, device_id=device.id)
    held(cast, at, cast.ana)
    assert schedule.dispose(at) == 0
    inventory.unassign(device_id=device.id, actor=cast.acting(cast.ida), at=at)
    from quartermaster.records.holds import held_records

    assert held_records([record.id], at) == {record.id: "It is under a legal hold."}


def test_something_that_is_kept_out_in_the_review_stays_and_the_rest_goes(marked, cast, at):
    record, _, _ = marked
    other = saved(cast.acting(cast.ana), at)
    (batch,) = batches(DUE)
    entry = batch.entries.get(retained__label=other.number)
    disposal.keep_out(entry_id=entry.id, reason=WHY, actor=paul(cast), at=DUE)
    waiting(batch, cast, DUE)
    schedule.dispose(DUE + WAIT)
    gone = dict(Record.objects.values_list("number", "destroyed_at"))
    assert (gone[record.number], gone[other.number]) == (DUE + WAIT, None)
    with pytest.raises(Conflict, match="review of this batch is over"):
        disposal.keep_out(entry_id=entry.id, reason=WHY, actor=paul(cast), at=DUE)


def test_a_schedule_that_was_changed_since_keeps_what_was_approved(marked, cast):
    record, _, _ = marked
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    draft = drafted(cast, DUE)
    changed(draft, cast, DUE, "messages-routine", period=Period(years=10))
    in_force(draft, cast, DUE)
    schedule.dispose(DUE + WAIT)
    assert batch.entries.get().reason == "It is not due any longer: the schedule was changed."
    assert retained(record).due_on == date(2036, 11, 24)


def test_what_is_transferred_waits_for_notice_and_receipt(marked, cast):
    record, _, _ = marked
    draft = drafted(cast, DUE)
    changed(draft, cast, DUE, "messages-routine", disposition=Disposition.TRANSFER)
    in_force(draft, cast, DUE)
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    schedule.dispose(DUE + 400 * DAY)
    assert Record.objects.get(id=record.id).destroyed_at is None
    disposal.confirm_transfer(
        batch_id=batch.id, receipt="WHS 2034-17", actor=paul(cast), at=DUE + 10 * DAY
    )
    with pytest.raises(Conflict):
        disposal.confirm_transfer(batch_id=batch.id, receipt="x", actor=paul(cast), at=DUE)
    schedule.dispose(DUE + 59 * DAY)
    assert Record.objects.get(id=record.id).destroyed_at is None
    schedule.dispose(DUE + 61 * DAY)
    assert Record.objects.get(id=record.id).destroyed_at == DUE + 61 * DAY


def test_what_is_kept_for_ever_is_never_due(marked, cast):
    record, _, _ = marked
    key = retained(record).id
    retention.classify(retained_id=key, series="proceedings", reason=WHY, actor=paul(cast), at=AT)
    assert retained(record).due_on is None
    assert batches(AT + 20 * YEARS) == []


def test_a_purge_that_fails_keeps_the_record_and_is_tried_again(marked, cast, monkeypatch):
    from quartermaster.records import destroying

    record, _, _ = marked
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    working = list(destroying._PURGES)

    def broken(_keys, _at):
        raise RuntimeError("the index is away")

    monkeypatch.setattr(destroying, "_PURGES", [*working, broken])
    schedule.dispose(DUE + WAIT)
    batch.refresh_from_db()
    assert (batch.state, batch.attempts, batch.entries.get().state) == ("executing", 1, "listed")
    assert Record.objects.get(id=record.id).about.startswith(MARK)
    monkeypatch.setattr(destroying, "_PURGES", working)
    schedule.dispose(DUE + WAIT + DAY)
    batch.refresh_from_db()
    assert batch.state == "certified"


TAMPERINGS = {
    "a record is changed into a stub": "UPDATE records_record SET destroyed_at = now(),"
    " about = 'Destroyed', with_whom = '', note = '', account = '', names = ''",
    "a key is taken": "UPDATE records_recorditem SET sealed_key = '', name = 'Destroyed'",
    "an announcement is emptied": "UPDATE records_announcement SET about = 'Destroyed'",
    "a batch is waved through": "UPDATE records_disposalbatch SET state = 'executing'",
    "a wait is shortened": "UPDATE records_disposalbatch SET waits_until = now()",
    "an entry is settled": "UPDATE records_disposalentry SET state = 'destroyed', number = 'D-1',"
    " settled_at = now(), digest = repeat('0', 64)",
    "something is out of retention": "DELETE FROM records_retained",
    "something is said to be destroyed": "UPDATE records_retained SET standing = 'destroyed',"
    " destroyed_at = now()",
    "the schedule is rewritten": "UPDATE records_seriesterms SET years = 0, days = 1",
    "a batch is forgotten": "DELETE FROM records_disposalbatch",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_database_itself_refuses(marked, cast, what):
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('quartermaster.destroying', %s, true)", [str(batch.entries.get().id)]
        )
        cursor.execute(TAMPERINGS[what])


def test_an_approval_that_was_written_by_hand_stops_the_batch(marked, cast):
    (batch,) = batches(DUE)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE records_disposalbatch SET state = 'waiting', approved_at = now(),"
            " second_at = now(), waits_until = %s, due_at = %s, approved_by_id = %s,"
            " second_by_id = %s, approved_proof = 'x', second_proof = 'y'",
            [DUE, DUE, cast.ida.id, cast.sue.id],
        )
        cursor.execute("SET session_replication_role = origin")
    schedule.dispose(DUE + WAIT)
    batch.refresh_from_db()
    assert (batch.state, batch.stop_reason) == ("stopped", "An approval was not given here.")


def test_what_was_destroyed_and_is_there_again_is_named(marked, cast):
    record, item, _ = marked
    bytes_of_it = read_file(item.file.digest)
    executed(cast, DUE)
    current().put([bytes_of_it], limit=10**9)
    assert faults(DUE + 9 * DAY) == {("remains", str(item.id))}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE records_record SET destroyed_at = NULL")
        cursor.execute("SET session_replication_role = origin")
    assert ("remains", record.number) in faults(DUE + 10 * DAY)


def test_events_begin_the_periods_that_wait_for_them(marked, cast, at):
    record, _, _ = marked
    key = retained(record).id
    custodian = paul(cast)
    retention.classify(retained_id=key, series="evidence", reason=WHY, actor=custodian, at=at)
    assert retained(record).due_on is None
    with pytest.raises(Conflict):
        retention.classify(
            retained_id=key,
            series="documents",
            reason=WHY,
            actor=cast.acting(cast.ana),
            at=at,
        )
    retention.note_event(
        retained_id=key, happened_on=date(2026, 11, 1), reason=WHY, actor=custodian, at=at
    )
    assert retained(record).due_on == date(2033, 11, 24)  # never from before it was made
    for series, trigger in (
        ("personnel-devices", Trigger.SEPARATED),
        ("device-custody", Trigger.DISPOSED),
    ):
        retention.classify(retained_id=key, series=series, reason=WHY, actor=custodian, at=at)
        Retained.objects.filter(id=key).update(happened_on=None)
        retention.follow(
            trigger=trigger,
            happened_on=date(2028, 2, 29),
            person_id=cast.ana.id,
            actor=schedule.HOUSE,
            at=at,
        )
        assert retained(record).due_on == date(2035, 3, 1)
    retention.follow(
        trigger=Trigger.DISPOSED,
        happened_on=None,
        person_id=cast.ana.id,
        actor=schedule.HOUSE,
        at=at,
    )
    assert retained(record).due_on is None


def test_earlier_records_are_put_under_retention_by_the_clock(marked, cast):
    record, _, _ = marked
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM records_retained")
        cursor.execute("SET session_replication_role = origin")
    assert schedule.dispose(AT) == 1
    assert retained(record).series == "messages-routine"
    assert DisposalEntry.objects.count() == 0


def test_each_earlier_record_is_looked_at_once_and_the_next_look_begins_where_it_ended(
    marked, cast, monkeypatch
):
    monkeypatch.setattr(keeping, "LOOKED_AT", 2)
    ana = cast.acting(cast.ana)
    records = [marked[0], *(saved(ana, AT + place * DAY) for place in (0, 1, 1, 2))]
    without = [retained(record).id for record in (records[0], records[3])]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM records_retained WHERE id = ANY(%s)", [without])
        cursor.execute("SET session_replication_role = origin")
    assert retention.keep_earlier_ones(actor=schedule.HOUSE, at=AT) == 2
    assert Retained.objects.count() == len(records)
    with CaptureQueriesContext(connection) as seen:
        assert retention.keep_earlier_ones(actor=schedule.HOUSE, at=AT) == 0
    looked = [one["sql"] for one in seen.captured_queries if "records_record" in one["sql"]]
    assert [("records_retained" in sql, "LIMIT 2" in sql) for sql in looked] == [(False, True)]
    later = saved(ana, AT + 3 * DAY)
    assert retention.keep_earlier_ones(actor=schedule.HOUSE, at=AT) == 0
    assert RetentionReached.objects.get().record_id == later.id
