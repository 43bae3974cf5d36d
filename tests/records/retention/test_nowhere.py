"""A destroyed object is nowhere: not in a table, a file, an index, nor as a row about its text."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection

from quartermaster.disclosure import actions as disclosure
from quartermaster.disclosure.models import SealedFile
from quartermaster.disclosure.rules.review import Decision
from quartermaster.files import stores
from quartermaster.files.stores import LocalStore
from quartermaster.records import schedule, texts
from quartermaster.records.actions import quarantine
from quartermaster.records.actions.quarantine.deciding import Said
from quartermaster.records.actions.searches import save_search, tell_of_new
from quartermaster.records.models import TextWork
from quartermaster.records.search import alike
from quartermaster.records.search.looking import Looked
from quartermaster.records.search.results import search
from tests.cast import AT
from tests.factories.disclosure import GROUND, collected
from tests.factories.documents import plain_pdf
from tests.factories.quarantine import kept
from tests.factories.records import announced, paul, saved
from tests.factories.retention import YEARS, approver, executed

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]
MARK = "Quetzalcoatlus"
DUE = AT + YEARS


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    """Files of each test apart."""
    settings.DATA = tmp_path / "first"
    settings.DATA.mkdir()


def rows_about(table, key):
    """How many rows refer to a row, by the column of each foreign key to its table."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.confrelid = %s::regclass",
            [table],
        )
        for one, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM {one} WHERE "{column}" = %s', [key])
            if count := cursor.fetchone()[0]:
                found[f"{one}.{column}"] = count
    return found


def everywhere(word):
    """Each table and column of the database in which a word is, whatever its kind."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relkind IN ('r', 'm', 'p') AND c.relnamespace = 'public'::regnamespace"
            " ORDER BY 1, 2"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s'
                f' OR "{column}"::text ILIKE %s',
                [f"%{word}%", f"%{word.encode().hex()}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def files_of(folder):
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def found_by(actor, word):
    return [row.record.number for row in search(actor, Looked(words=word)).results]


@pytest.fixture
def second(tmp_path):
    made = LocalStore(tmp_path / "replica")
    stores.install_replica(made)
    yield made
    stores.install_replica(None)


@pytest.fixture
def known(cast, at, second):
    """A record whose words are in its text, in the index, in mail and in a request's copies."""
    custodian = paul(cast)
    approver(cast)
    told = announced(cast, at, about=f"{MARK} announced")
    record = saved(
        cast.acting(cast.ana),
        at,
        plain_pdf(f"The {MARK} was seen at the main of Third Street."),
        about=f"{MARK} at Third Street",
        with_whom=f"{MARK} Works",
        note=f"See {MARK}",
        account=f"{MARK} chat",
        announcement_id=told.id,
    )
    schedule.read_texts(at)
    texts.refresh_stale(at)
    alike.compare_next()
    save_search(
        name="Main", words="main", chosen={}, alert=True, actor=custodian, at=at - timedelta(days=1)
    )
    tell_of_new(actor=schedule.HOUSE, at=at + timedelta(days=1))
    given = {"actor": custodian, "at": at}
    (row,) = collected(cast, at, record)
    disclosure.redact_words(item_id=row.id, words="Third Street", code=GROUND, **given)
    disclosure.decide(item_id=row.id, decision=Decision.REDACT, **given)
    disclosure.withdraw(request_id=row.request_id, reason="They wrote so", **given)
    schedule.replicate(at)
    return record


def test_what_is_destroyed_is_in_no_table_file_or_index(known, cast, tmp_path, second):
    item = known.items.get()
    kept = {item.file.digest, *SealedFile.objects.values_list("file__digest", flat=True)}
    assert len(kept) > 1
    assert TextWork.objects.get(item=item).state == "read"
    assert set(everywhere(MARK)) >= {
        "records_announcement.about",
        "records_record.about",
        "records_record.note",
        "records_recordtext.text",
    }
    assert found_by(paul(cast), MARK) == [known.number]
    assert rows_about("records_recorditem", item.id).keys() >= {
        "disclosure_requestitem.item_id",
        "records_recordtext.item_id",
        "records_textwork.item_id",
    }
    for store in (stores.current(), second):
        assert kept <= set(store.digests())

    batch = executed(cast, DUE)

    assert batch.state == "certified"
    assert everywhere(MARK) == []
    words = MARK.encode()
    assert [name for name, content in files_of(tmp_path).items() if words in content] == []
    for store in (stores.current(), second):
        assert not kept & set(store.digests())
    assert [name for name in files_of(tmp_path) if any(one in name for one in kept)] == []
    assert found_by(paul(cast), MARK) == []
    assert rows_about("records_record", known.id) == {
        "records_logentry.record_id": 1,
        "records_recorditem.record_id": 1,
    }
    assert rows_about("records_recorditem", item.id) == {"disclosure_requestitem.item_id": 1}


def test_what_is_read_again_of_a_destroyed_file_keeps_nothing(known, cast):
    """A reader that took the file before it was destroyed comes back to nothing."""
    item = known.items.get()
    executed(cast, DUE)
    schedule.read_texts(DUE + timedelta(days=30))
    texts.refresh_stale(DUE + timedelta(days=30))
    assert rows_about("records_recorditem", item.id) == {"disclosure_requestitem.item_id": 1}
    assert everywhere(MARK) == []


HOSTILE = f"<html>{MARK}</html>".encode()


def hidden(tmp_path):
    """Whether no file here has the word in clear."""
    return not [name for name, content in files_of(tmp_path).items() if MARK.encode() in content]


def test_what_was_not_taken_and_is_discarded_is_nowhere(cast, tmp_path, second):
    custodian = paul(cast)
    one = kept(cast.acting(cast.ana), AT, HOSTILE, name="letter.html")
    digest = one.file.digest
    schedule.replicate(AT)
    for store in (stores.current(), second):
        assert set(store.digests()) == {digest}
    schedule.read_texts(AT + timedelta(hours=1))
    texts.refresh_stale(AT + timedelta(hours=1))
    assert everywhere(MARK) == []  # nobody read it, sealed as it is
    assert hidden(tmp_path)
    assert found_by(custodian, MARK) == []
    quarantine.discard(refused_id=one.id, reason="No record", actor=custodian, at=AT)
    schedule.dispose(AT)
    for store in (stores.current(), second):
        assert set(store.digests()) == set()
    assert rows_about("files_storedfile", one.file_id) == {}
    one.refresh_from_db()
    assert (one.sealed_key, one.digest) == (None, sha256(HOSTILE).hexdigest())


def test_what_was_released_and_is_destroyed_later_leaves_its_digest_alone(cast, tmp_path, second):
    approver(cast)
    one = kept(cast.acting(cast.ana), AT, HOSTILE, name=f"{MARK}.html")
    said = Said(about=f"{MARK} at the main", with_whom=MARK, happened_on=AT.date())
    done = quarantine.release(refused_id=one.id, of=said, actor=paul(cast), at=AT)
    record, digest = done.record, one.file.digest
    schedule.read_texts(AT + timedelta(hours=1))
    texts.refresh_stale(AT + timedelta(hours=1))
    assert found_by(paul(cast), MARK) == [record.number]  # by what the custodian said of it
    assert set(everywhere(MARK)) >= {"notify_message.text", "records_refusedfile.name"}
    executed(cast, DUE)
    assert everywhere(MARK) == []
    assert digest not in stores.current().digests()
    one.refresh_from_db()
    assert (one.name, one.record, one.state) == ("Destroyed", None, "released")
    assert hidden(tmp_path)
