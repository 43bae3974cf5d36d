"""Text of records: kept in its place, gathered, gone with its record."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.records import destroying
from quartermaster.records.models import RecordText, SearchEntry
from quartermaster.records.rules.texts import (
    LONGEST,
    TextKind,
    folded,
    phone_lexeme,
    phones_in,
    plain_text,
)
from quartermaster.records.texts import keep_text, keep_texts, refresh_stale
from tests.factories.records import saved

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


def found(words: str) -> list[str]:
    rows = SearchEntry.objects.extra(
        where=["searched @@ websearch_to_tsquery('english', %s)"], params=[words]
    )
    return [row.record.number for row in rows]


@pytest.fixture
def record(cast, at):
    return saved(cast.acting(cast.ana), at)


def put(record, text: str, position: int = 0, **more):
    item = record.items.get().id
    given = {"file_id": item, "kind": TextKind.MESSAGE, **more}
    return keep_text(record_id=record.id, position=position, text=text, **given)


def test_a_record_is_found_by_what_was_said_of_it_at_once(record):
    entry = SearchEntry.objects.get(record=record)
    assert (entry.stale, entry.files, entry.texts) == (False, 1, 0)
    assert found("third street") == [record.number]
    assert found("screenshot") == [record.number]


def test_text_is_found_once_it_is_gathered(record, at):
    put(record, "The valve at the reservoir leaks")
    assert SearchEntry.objects.get(record=record).stale
    assert refresh_stale(at) == 1
    assert found("leaking valves") == [record.number]
    assert refresh_stale(at) == 0


def test_a_text_is_kept_once_in_its_place(record, at):
    first = put(record, "The valve leaks")
    assert put(record, "The valve leaks").id == first.id
    second = put(record, "The pump stands")
    refresh_stale(at)
    assert (second.id, RecordText.objects.count()) == (first.id, 1)
    assert (found("valve"), found("pump")) == ([], [record.number])


def test_an_empty_text_takes_its_place_away(record, at):
    put(record, "The valve leaks")
    assert put(record, " \x00 ") is None
    refresh_stale(at)
    assert (RecordText.objects.count(), found("valve")) == (0, [])


def test_all_pieces_of_a_file_are_kept_instead_of_what_was(record, at):
    put(record, "Old words", position=7)
    given = {"record_id": record.id, "file_id": record.items.get().id}
    pages = [(TextKind.PDF, text) for text in ("page one", "", "page three")]
    assert keep_texts(texts=pages, **given) == 2
    assert list(RecordText.objects.values_list("position", "text")) == [
        (0, "page one"),
        (2, "page three"),
    ]


def test_a_text_is_of_a_file_of_its_own_record(record, cast, at):
    other = saved(cast.acting(cast.sue), at)
    with pytest.raises(NotFound):
        put(record, "words", file_id=other.items.get().id)
    with pytest.raises(NotFound):
        keep_text(record_id=uuid4(), file_id=None, position=0, kind=TextKind.OCR, text="words")
    with pytest.raises(InvalidInput):
        put(record, "words", position=50_000)


def test_more_words_than_a_row_can_have_are_found_from_the_beginning(record, at):
    for position in range(10):
        start = position * 9_000
        put(record, " ".join(f"w{start + n:05}zq" for n in range(9_000)), position=position)
    refresh_stale(at)
    entry = SearchEntry.objects.get(record=record)
    assert entry.partly is True
    assert found("w00001zq") == [record.number]


def test_accents_do_not_matter(record, at):
    put(record, "Café of José Müller")
    refresh_stale(at)
    assert found("cafe jose muller") == [record.number]


def test_a_destroyed_record_leaves_no_text(record, at):
    put(record, "The valve leaks")
    destroying.purge_derived([record.id], at)
    assert (RecordText.objects.count(), SearchEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "written",
    [
        "414-286-3800",
        "(414) 286-3800",
        "+1 414 286 3800",
        "14142863800",
        "414.286.3800",
        "+1(414)286\u20113800",
    ],
)
def test_a_telephone_number_is_one_however_it_is_written(written):
    assert phone_lexeme(written) == "tel:+14142863800"
    assert phones_in(f"Call {written}, please.") == ["tel:+14142863800"]


@pytest.mark.parametrize("written", ["12", "2026-11-25", "555-0100", "no number", "1" * 30])
def test_what_is_no_telephone_number_is_none(written):
    assert phones_in(written) == []


@given(st.text())
def test_folding_keeps_every_place(text):
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_plain_text_is_bounded_and_stays_plain(text):
    plain, cut = plain_text(text)
    assert plain_text(plain) == (plain, False)
    assert len(plain) <= LONGEST
    assert "\x00" not in plain
    assert cut is False


def test_what_is_too_long_is_cut_and_says_so(record):
    row = put(record, "word " * LONGEST)
    assert (row.cut, len(row.text) <= LONGEST) == (True, True)
