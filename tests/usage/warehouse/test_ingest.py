"""A file of usage detail comes into the warehouse row by row, or is refused with its reason."""

from datetime import UTC, date, datetime
from functools import cache

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.usage.models import DetailFile, UsageCycle
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.profiles import Column
from quartermaster.usage.rules.words import value_of
from quartermaster.usage.warehouse import expressions, ingest, literals, questions, reading
from quartermaster.usage.warehouse_errors import FileUnreadable
from tests.usage.warehouse import making
from tests.usage.warehouse.making import OCTOBER, call

pytestmark = pytest.mark.django_db
HOUSE = system("test")


def taken(file, at, cycle=OCTOBER):
    found = ingest.ingest(file=file, cycle=cycle, actor=HOUSE, at=at)
    with reading.opened([found.file]) as table:
        rows = table.rows(questions.DETAIL.order_by(["number", "at", "other"]))
    return found, rows


def test_a_call_is_read_whole(tmp_path, at):
    found, rows = taken(making.voice(tmp_path), at)
    assert (found.taken, found.refused, found.elsewhere, found.ignored) == (1, 0, 0, 0)
    (row,) = rows
    row.pop("cycle_from")
    assert row == {
        "kind": "voice",
        "number": "+14145550101",
        "at": datetime(2026, 10, 5, 19, 30, tzinfo=UTC),  # half past two in Chicago
        "other": "+12625550199",
        "direction": "out",
        "seconds": 90,
        "messages": 0,
        "kilobytes": 0,
        "origin": "",
        "destination": "Racine, WI",
        "roaming": False,
        "international": False,
        "service": "",
        "cents": 25,
    }


def test_rows_are_refused_one_by_one_with_number_and_reason(tmp_path, at):
    rows = [
        call(),
        call(number="555-0101"),
        call(day="31/31/2026"),
        call(time="half past"),
        call(minutes="many"),
        call(charge="$1.234"),
        [*call(), "surplus"],
        call(number=""),
    ]
    found, kept = taken(making.voice(tmp_path, *rows), at)
    assert (found.taken, found.refused, len(kept)) == (1, 7, 1)
    assert [(item.row, item.reason) for item in found.refusals] == [
        (2, "No number of the line: written like “000-0000”."),
        (3, "No day and time: written like “00/00/0000 0:00 aa”."),
        (4, "No day and time: written like “00/00/0000 aaaa aaaa”."),
        (5, "No length: written like “aaaa”."),
        (6, "No charge: written like “$0.000”."),
        (7, "It has more cells than there are headings."),
        (8, "No number of the line: written like “”."),
    ]
    assert found.refusals[0].cells == tuple(call(number="555-0101"))


@pytest.mark.clause("G-9")
def test_of_a_row_that_is_shifted_no_reason_says_whom_or_where(tmp_path, at):
    shifted = [*call(other="Göteborg Town 9", minutes="")[:5], *call()[4:-1]]
    found, _ = taken(making.voice(tmp_path, call(), shifted), at)
    assert [item.reason for item in found.refusals] == ["No length: written like “aaaaaaaa”."]


def test_rows_of_another_account_are_left_and_totals_and_empty_rows_ignored(tmp_path, at):
    rows = [
        call(),
        call(account="999-0001"),
        call(account="3420001"),  # the same without the dash
        ["Total", *[""] * 9],
        [""] * 10,
        call(account=""),
    ]
    found, _ = taken(making.voice(tmp_path, *rows), at)
    assert (found.taken, found.elsewhere, found.ignored, found.refused) == (3, 1, 2, 0)


def test_several_cycles_in_one_cell_are_told_apart(tmp_path, at):
    span = Column(field="cycle_span", aliases=("Cycle",))
    layout = making.MESSAGE.model_copy(update={"columns": (*making.MESSAGE.columns, span)})
    cycles = ["10/01/2026 - 10/31/2026", "9/1/2026 to 9/30/2026", "10/01/26 through 10/31/26", "?"]
    rows = [["414-555-0101", "2026-10-05 14:30", "", cycle] for cycle in cycles]
    file = making.written(tmp_path, layout, ["Number", "When", "Party", "Cycle"], rows)
    september = Cycle("Verizon", "342-0001", date(2026, 9, 1), date(2026, 9, 30))
    october, _ = taken(file, at)
    before, _ = taken(file, at, september)
    assert (october.taken, october.elsewhere) == (3, 1)
    assert (before.taken, before.elsewhere) == (2, 2)  # what says nothing is whoever's it is said


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("$1,234.50", 123450),
        ("(0.25)", -25),
        ("-3.2", -320),
        ("1.00 CR", -100),
        ("", 0),
        ("0.500", 50),
        ("$.05", 5),
    ],
)
def test_amounts_are_exact(tmp_path, at, cell, expected):
    _, rows = taken(making.voice(tmp_path, call(charge=cell)), at)
    assert [row["cents"] for row in rows] == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.5 MB", 12800),
        ("1 GB", 1048576),
        ("3kb", 3),
        ("511 B", 0),
        ("512 bytes", 1),
        ("0.00048828125 MB", 1),  # half a kilobyte
        ("1,024 KB", 1024),
        ("", 0),
    ],
)
def test_volumes_are_rounded_half_up(tmp_path, at, cell, expected):
    file = making.written(
        tmp_path,
        making.DATA,
        ["Number", "When", "Used"],
        [["+1 414 555 0101", "2026-10-05 14:30", cell]],
    )
    _, rows = taken(file, at)
    assert [(row["kind"], row["kilobytes"], row["other"]) for row in rows] == [
        ("data", expected, "")
    ]


def test_words_say_direction_roaming_and_abroad(tmp_path, at):
    rows = [
        call(way="INCOMING call", feature="Extended Roaming", to="Paris, FR", time="1:00 PM"),
        call(way="?", to="Canada East", time="2:00 PM"),
    ]
    _, kept = taken(making.voice(tmp_path, *rows), at)
    said = [(row["direction"], row["roaming"], row["international"]) for row in kept]
    assert said == [("in", True, True), ("", False, True)]


def test_years_of_two_digits_and_cells_with_line_breaks(tmp_path, at):
    rows = [call(day="10/06/26", to="Two\nlines"), call(day="10/05/2026")]
    _, kept = taken(making.voice(tmp_path, *rows), at)
    assert [(row["at"].date().isoformat(), row["destination"]) for row in kept] == [
        ("2026-10-05", "Racine, WI"),
        ("2026-10-06", "Two\nlines"),
    ]


def test_a_windows_file_is_read_and_a_binary_one_is_not(tmp_path, at):
    file = making.voice(tmp_path, call(to="Montréal"), coding="windows-1252", delimiter="|")
    _, kept = taken(file, at)
    assert [row["destination"] for row in kept] == ["Montréal"]
    file.path.write_bytes(b"PK\x03\x04\x00\x00" * 100)
    with pytest.raises(FileUnreadable):
        taken(file, at)


def test_a_line_without_end_is_refused_and_leaves_nothing(tmp_path, at):
    file = making.voice(tmp_path)
    with file.path.open("ab") as more:
        more.write(b'"' + b"x" * 1_000_000)
    with pytest.raises(FileUnreadable):
        taken(file, at)
    assert not DetailFile.objects.exists()


@pytest.mark.parametrize(
    "hostile",
    [
        "'); DROP TABLE staged; --",
        "' OR ''='",
        "\\' ; COPY staged TO '/tmp/out",
        "\"; SELECT read_text('/etc/passwd'); --",
        "$$ || 1 || $$",
        "{'a': 1}",
        "%",
    ],
)
def test_words_headings_and_cells_do_not_become_statements(tmp_path, at, hostile):
    columns = [
        column.model_copy(
            update={"words": {"yes": (hostile,)}} if column.field == "roaming" else {}
        )
        for column in making.VOICE.columns
    ]
    layout = making.VOICE.model_copy(update={"columns": tuple(columns), "ignored": (hostile,)})
    rows = [call(feature=hostile, to=hostile), call(feature="else", time="3:00 PM")]
    headings = (*making.VOICE_HEADINGS, hostile)
    wide = [[*row, hostile] for row in rows]
    cycle = Cycle("Verizon", hostile, OCTOBER.from_on, OCTOBER.until_on)
    account = [[hostile, *row[1:]] for row in wide]
    found, kept = taken(making.written(tmp_path, layout, headings, wide), at)
    assert [(row["roaming"], row["destination"]) for row in kept] == [
        (True, hostile),
        (False, "Racine, WI"),
    ]
    ours, _ = taken(making.written(tmp_path, making.VOICE, headings, account), at, cycle)
    assert (found.taken, ours.taken) == (2, 2)


@cache
def engine():
    return duckdb.connect()


def says(sql):
    ((value,),) = engine().sql(f"SELECT {sql}").fetchall()
    return value


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_a_literal_says_exactly_its_text(value):
    assert says(literals.text(value)) == value


@given(
    st.text("aB%_\\*'ß ", min_size=1, max_size=8),
    st.text("aB%_\\'x ", max_size=10),
)
def test_words_match_in_sql_as_they_do_in_python(word, said):
    cell = said.strip()
    sql = expressions.word(literals.text(cell), {"yes": (word,)})
    assert says(sql) == value_of(cell, {"yes": (word,)})


def test_a_path_with_a_pattern_is_no_path(tmp_path, at):
    file = making.voice(tmp_path, name="detail-*.csv")
    with pytest.raises(ValueError, match="pattern"):
        taken(file, at)


def test_who_may_not_take_detail_in(tmp_path, cast, at):
    for person in (cast.cole, cast.sue, cast.ana, cast.rex):
        with pytest.raises(Refused):
            ingest.ingest(
                file=making.voice(tmp_path), cycle=OCTOBER, actor=cast.acting(person), at=at
            )
    assert not UsageCycle.objects.exists()
