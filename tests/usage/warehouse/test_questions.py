"""What the warehouse answers, and that another engine answers the same."""

import os
from datetime import UTC, date, datetime

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import spark_cluster
from quartermaster.kernel.permits import system
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.warehouse import exporting, ingest, questions, reading
from tests.usage.warehouse import making
from tests.usage.warehouse.making import OCTOBER, call

pytestmark = pytest.mark.django_db
HOUSE = system("test")
NOVEMBER = Cycle("Verizon", "342-0001", date(2026, 11, 1), date(2026, 11, 30))
CUSTODY = pa.table(
    {
        "number": ["+14145550101", "+14145550101", "+14145550102"],
        "since": [date(2026, 1, 1), date(2026, 10, 16), date(2026, 1, 1)],
        "until": [date(2026, 10, 16), date(9999, 1, 1), date(9999, 1, 1)],
        "department": ["WATER", "LIB", "LIB"],
    }
)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture
def files(tmp_path, at):
    """Two lines in two cycles: one changed hands in October, both made calls at midnight."""
    first, second = "414-555-0101", "414-555-0102"
    october = [
        call(number=first, day="10/15/2026", time="11:59 PM", minutes="1"),
        call(number=first, day="10/16/2026", time="12:00 AM", minutes="2", feature="Roaming"),
        call(number=second, day="10/16/2026", minutes="4", to="Canada", charge="$1.00"),
    ]
    november = [call(number=first, day="11/02/2026", minutes="8")]
    return [
        ingest.ingest(
            file=making.voice(tmp_path, *rows, name=f"{cycle.from_on}.csv"),
            cycle=cycle,
            actor=HOUSE,
            at=at,
        ).file
        for cycle, rows in ((OCTOBER, october), (NOVEMBER, november))
    ]


SPAN = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
EVERY = (
    questions.totals().order_by(["cycle_from", "number"]),
    questions.daily(["+14145550101"]).order_by(["cycle_from", "number", "day"]),
    questions.by_department(),
    questions.history("+14145550101", *SPAN),
)


def ours(files):
    with reading.opened(files, beside={"custody": CUSTODY}) as opened:
        return [opened.rows(one) for one in EVERY]


@pytest.mark.clause("G-9")
def test_sums_of_lines_and_of_departments_by_custody_of_the_day(files):
    totals, by_day, departments, history = ours(files)
    assert [(row["number"][-4:], row["seconds"], row["rows"]) for row in totals] == [
        ("0101", 180, 2),
        ("0102", 240, 1),
        ("0101", 480, 1),
    ]
    assert [(row["number"][-4:], row["day"], row["seconds"]) for row in by_day] == [
        ("0101", date(2026, 10, 15), 60),
        ("0101", date(2026, 10, 16), 120),
        ("0101", date(2026, 11, 2), 480),
    ]
    assert [
        (row["cycle_from"].month, row["department"], row["lines"], row["seconds"], row["cents"])
        for row in departments
    ] == [(10, "LIB", 2, 360, 125), (10, "WATER", 1, 60, 25), (11, "LIB", 1, 480, 25)]
    october = [row for row in departments if row["cycle_from"].month == 10]
    assert [(row["roaming_seconds"], row["international_seconds"]) for row in october] == [
        (120, 240),
        (0, 0),
    ]
    assert [row["seconds"] for row in history] == [60, 120, 480]


def test_no_files_are_no_rows():
    assert ours([]) == [[], [], [], []]


def test_a_number_in_a_question_is_a_value(files):
    with reading.opened(files) as opened:
        assert opened.rows(questions.history("' OR 1=1 --", *SPAN)) == []
        assert opened.rows(questions.daily(["'; DROP VIEW detail; --"])) == []


def test_the_export_goes_with_its_block(files):
    with exporting.plain(files) as folder:
        rows = pq.read_table(folder).num_rows
        assert folder.stat().st_mode & 0o077 == 0
    assert (rows, folder.exists()) == (4, False)


@pytest.mark.interop
def test_spark_gives_the_same_answers(files, tmp_path, settings):
    if not spark_cluster.is_there():
        if os.environ.get("QUARTERMASTER_REQUIRE_INTEROP") == "1":
            pytest.fail(spark_cluster.WHY)
        pytest.skip(spark_cluster.WHY)
    pq.write_table(CUSTODY, tmp_path / "custody.parquet")
    with exporting.plain(files) as folder:
        told = spark_cluster.answers(
            [str(ibis.to_sql(one, dialect="pyspark")) for one in EVERY],
            detail=folder,
            custody=tmp_path / "custody.parquet",
            zone=settings.TIME_ZONE,
            work=tmp_path,
        )
    plain = [
        [{name: value_of(value) for name, value in row.items()} for row in rows]
        for rows in ours(files)
    ]
    assert [len(rows) for rows in told.answers] == [3, 3, 3, 3]
    assert told.answers == plain


def value_of(value):
    """As JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
