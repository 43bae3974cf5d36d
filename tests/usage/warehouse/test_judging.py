"""Judged text by text in memory, or row by row in the engine: the same rows, words and order."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.warehouse import batching, coding, columns, ingest, sorting, spilling
from quartermaster.usage.warehouse.staging import Fate, Statement
from quartermaster.usage.warehouse_errors import FileUnreadable
from tests.usage.warehouse import making
from tests.usage.warehouse.making import OCTOBER, call

SPACED = ("", " ", "\u00a0", "\t")

numbers = st.sampled_from(
    ["414-555-0101", "4145550101", "(414) 555-0102", "+14145550103", "1-414-555-0104", "555", ""]
)
days = st.sampled_from(["10/05/2026", "10/06/26", "2026-10-07", "31/31/2026", "", "10/05/1926"])
times = st.sampled_from(["2:30 PM", "14:30", "14:30:05", "half past", "", "2:30PM"])
parties = st.sampled_from(["(262) 555-0199", "UNAVAILABLE", "", "Ünterwegs", "x" * 50])
minutes = st.sampled_from(["1.5", "2", "", "many", "0.025", "1,024", "99999999999999"])
charges = st.sampled_from(["$0.25", "(1.00)", "", "$1.234", "1.00 CR", "$"])
accounts = st.sampled_from(["342-0001", "3420001", "999-0001", "", "Total", "total charges"])
places = st.sampled_from(["Racine, WI", "Two\nlines", "Paris, FR", "", '"quoted"', "=1+1"])


@st.composite
def rows(draw):
    if draw(st.integers(0, 9)) == 0:
        return [""] * 10
    row = call(
        account=draw(accounts),
        number=draw(numbers),
        day=draw(days),
        time=draw(times),
        other=draw(parties),
        way=draw(st.sampled_from(["Outgoing", "INCOMING call", "?", ""])),
        minutes=draw(minutes),
        feature=draw(st.sampled_from(["", "Extended Roaming"])),
        to=draw(places),
        charge=draw(charges),
    )
    place = draw(st.integers(0, 9))
    row[place] = draw(st.sampled_from(SPACED)) + row[place] + draw(st.sampled_from(SPACED))
    beyond = draw(st.sampled_from([0, 0, 0, 0, 1, 2]))
    return [*row, "surplus"][:11] if beyond == 1 else row[:8] if beyond else row


def told(way, statement, work):
    with way(statement, work) as taking:
        batches = [coding.coded_batch(batch) for batch in taking.batches]
        kept = pa.Table.from_batches(batches, columns.CODED).cast(columns.ARROW)
        counts = {fate: taking.counts[fate] for fate in Fate}
        return counts, taking.refusals, kept.to_pylist()


def both(file, cycle=OCTOBER):
    with TemporaryDirectory() as folder:
        statement = Statement(file, cycle)
        return tuple(told(way, statement, Path(folder)) for way in (batching.taken, spilling.taken))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows(), max_size=30))
@example([call(account="Total", number="")])
@example([[*call(), "surplus"], call()])
def test_both_ways_give_the_same_rows_counts_and_reasons(tmp_path, several):
    fast, thorough = both(making.written(tmp_path, making.VOICE, making.VOICE_HEADINGS, several))
    assert fast == thorough
    assert sum(fast[0].values()) == len(several)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            numbers,
            st.sampled_from(["2026-10-05 14:30", "10/05/2026 2:30 PM", "", "today"]),
            st.sampled_from(["12.5 MB", "1 GB", "3kb", "", "lots"]),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_both_ways_agree_on_data(tmp_path, several):
    file = making.written(
        tmp_path, making.DATA, ["Number", "When", "Used"], [list(row) for row in several]
    )
    fast, thorough = both(file)
    assert fast == thorough


def test_parts_follow_one_another_as_they_lie_in_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(batching, "ROWS_AT_ONCE", 2048)
    monkeypatch.setattr(batching, "BATCH", 2048)
    several = [
        call(
            number=f"414-555-{n % 7:04d}" if n % 500 else "none",
            time=f"{1 + n % 9}:00 PM",
            other=f"(262) 555-{n % 9999:04d}",
            to=f"Place {n}",
        )
        for n in range(6000)
    ]
    fast, thorough = both(making.voice(tmp_path, *several))
    assert fast == thorough
    assert (fast[0][Fate.TAKEN], fast[0][Fate.REFUSED]) == (5988, 12)
    assert [refusal.row for refusal in fast[1]] == [1 + 500 * n for n in range(12)]


def test_cells_beyond_the_first_refusals_are_counted_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(batching, "MOST_REFUSALS", 3)
    fast, _ = both(making.voice(tmp_path, *[call(number="none")] * 5))
    assert (fast[0][Fate.REFUSED], [refusal.row for refusal in fast[1]]) == (5, [1, 2, 3])


def test_lines_and_times_too_far_apart_for_one_number_are_sorted_by_both():
    at = pa.array([2**62, -(2**62), 0, 0], pa.int64())
    numbers = pa.array(["+2", "+2", "+1", "+2"]).dictionary_encode()
    assert sorting.order(numbers, at).to_pylist() == [2, 1, 3, 0]


def test_a_file_without_room_in_memory_is_taken_in_alike(tmp_path, settings):
    several = [call(), call(number="none"), call(account="999-0001"), call(time="1:00 PM")]
    file = making.voice(tmp_path, *several)
    ways = []
    for settings.USAGE_MEMORY_MB in (64, 0):
        ways.append(ingest.way(file.path))
    assert ways == [batching.taken, spilling.taken]
    settings.USAGE_MEMORY_MB = 64
    fast, thorough = both(file)
    assert fast == thorough
    assert [fast[0][fate] for fate in Fate] == [2, 1, 1, 0]


@pytest.mark.parametrize("way", [batching.taken, spilling.taken])
def test_a_line_without_end_is_no_text_of_rows(tmp_path, way):
    file = making.voice(tmp_path)
    with file.path.open("ab") as more:
        more.write(b'"' + b"x" * 1_000_000)
    with pytest.raises(FileUnreadable), way(Statement(file, OCTOBER), tmp_path):
        pass


def test_rows_of_another_cycle_are_left(tmp_path):
    other = Cycle("Verizon", "999-0001", OCTOBER.from_on, OCTOBER.until_on)
    file = making.voice(tmp_path, call(), call(account="999-0001"), call(account="999-0001"))
    (mine, _), (theirs, _) = both(file), both(file, other)
    assert (mine[0][Fate.TAKEN], theirs[0][Fate.TAKEN]) == (1, 2)
    assert (mine[0][Fate.ELSEWHERE], theirs[0][Fate.ELSEWHERE]) == (2, 1)
