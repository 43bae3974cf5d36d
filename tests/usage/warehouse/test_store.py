"""What lies on the disk: encrypted, whole or not at all, one file in force for cycle and source."""

import os
import time
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import system
from quartermaster.usage.models import DetailFile, UsageCycle
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.warehouse import engine, ingest, keeping, keys, questions, reading, store
from quartermaster.usage.warehouse.tidying import tidy
from quartermaster.usage.warehouse_errors import DetailDamaged
from tests.usage.warehouse import making
from tests.usage.warehouse.making import OCTOBER, call

pytestmark = pytest.mark.django_db
HOUSE = system("test")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


def put(file, at, cycle=OCTOBER):
    return ingest.ingest(file=file, cycle=cycle, actor=HOUSE, at=at).file


def all_rows(files):
    with reading.opened(files) as opened:
        return opened.rows(questions.DETAIL.order_by(["number", "at", "other"]))


@pytest.mark.clause("G-9")
def test_no_number_name_or_heading_can_be_read_from_the_bytes(tmp_path, at):
    kept = put(making.voice(tmp_path, call(), call(to="Kalamazoo")), at)
    path = store.path_of(kept.place)
    content = path.read_bytes()
    for word in (b"4145550101", b"2625550199", b"Kalamazoo", b"number", b"destination"):
        assert word not in content
    assert content[:4] == b"PARE"  # Parquet with an encrypted footer
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(OSError, match=r"decrypt|encrypt"):
        pq.read_table(path)


def test_each_file_has_a_key_of_its_own_and_a_cycle_s_opens_nothing_elsewhere(tmp_path, at):
    first = put(making.voice(tmp_path), at)
    november = Cycle("Verizon", "342-0001", date(2026, 11, 1), date(2026, 11, 30))
    second = put(making.voice(tmp_path), at, november)
    assert keys.file_key(first.cycle, first.place) != keys.file_key(first.cycle, second.place)
    first.cycle.sealed_key = second.cycle.sealed_key
    with pytest.raises(vault.SecretUnreadable):
        keys.file_key(first.cycle, first.place)


@pytest.mark.clause("G-9")
def test_with_its_key_destroyed_a_copy_of_the_file_is_of_no_use(tmp_path, at):
    kept = put(making.voice(tmp_path), at)
    UsageCycle.objects.update(sealed_key=None, disposed_at=at)
    kept.cycle.refresh_from_db()
    with pytest.raises(Exception, match="destroyed"):
        all_rows([kept])
    with pytest.raises(Conflict, match="destroyed"):
        put(making.voice(tmp_path), at)


def test_a_corrected_file_takes_the_place_of_the_earlier_one(tmp_path, at):
    first = put(making.voice(tmp_path, call(), call(time="3:00 PM")), at)
    second = put(making.voice(tmp_path, call(minutes="2")), at)
    assert reading.in_force([second.cycle]) == [second]
    assert [row["seconds"] for row in all_rows([second])] == [120]
    first.refresh_from_db()
    assert first.superseded_at == at
    assert store.path_of(first.place).exists()  # somebody may still be reading it
    assert tidy(actor=HOUSE, at=at + timedelta(hours=2)) == 1
    assert not store.path_of(first.place).exists()
    assert store.path_of(second.place).exists()


def test_sources_of_a_cycle_stand_beside_one_another(tmp_path, at):
    voice = put(making.voice(tmp_path), at)
    texts = making.written(
        tmp_path,
        making.MESSAGE,
        ["Number", "When", "Party"],
        [["4145550101", "2026-10-05 08:00", "INFO"]],
    )
    message = put(texts, at)
    kinds = [row["kind"] for row in all_rows(reading.in_force([voice.cycle]))]
    assert (kinds, message.source) == (["message", "voice"], "message")


def test_a_crash_while_writing_leaves_no_half(tmp_path, at):
    row = keeping.cycle_row(OCTOBER, HOUSE, at)

    def batches():
        yield pa.RecordBatch.from_pylist([], schema=store.columns.ARROW)
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        store.write(row, batches())
    assert [path for path in store.root().rglob("*") if path.is_file()] == []


def test_what_a_crash_left_is_swept_after_a_day_and_nothing_else(tmp_path, at):
    kept = put(making.voice(tmp_path), at)
    stray, fresh = (store.path_of(f"verizon/2026-10-01/{n}.part") for n in "ab")
    for path in (stray, fresh):
        path.write_bytes(b"half")
    long_ago = time.time() - 2 * 86_400
    os.utime(stray, (long_ago, long_ago))
    os.utime(store.path_of(kept.place), (long_ago, long_ago))
    assert tidy(actor=HOUSE, at=at) == 1
    assert [path.exists() for path in (stray, fresh, store.path_of(kept.place))] == [
        False,
        True,
        True,
    ]


@pytest.mark.parametrize("harm", ["gone", "cut", "changed"])
def test_damage_is_said_and_not_passed_over(tmp_path, at, harm):
    kept = put(making.voice(tmp_path), at)
    path = store.path_of(kept.place)
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
    with pytest.raises(DetailDamaged):
        all_rows([kept])


def test_rows_lie_sorted_in_groups_that_a_line_s_history_skips(tmp_path, at):
    rows = [
        call(number=f"414555{n % 50:04d}", time=f"{n % 12 + 1}:{n % 60:02d} PM") for n in range(400)
    ]
    kept = put(making.voice(tmp_path, *rows), at)
    key = keys.opening(keys.file_key(kept.cycle, kept.place))
    data = pq.ParquetFile(store.path_of(kept.place), decryption_properties=key)
    assert [item.column_index for item in data.metadata.row_group(0).sorting_columns] == [1, 2]
    table = data.read(["number", "at"]).to_pylist()
    assert table == sorted(table, key=lambda row: (row["number"], row["at"]))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/quartermaster-out.csv'",
        "ATTACH '/tmp/quartermaster.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '900GB'",
        "SELECT * FROM tmp_path",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
    ],
)
def test_the_engine_touches_no_file_net_or_frame(tmp_path, statement):
    with (
        engine.opened(tmp_path / "work") as connection,
        pytest.raises(duckdb.Error),
    ):
        connection.execute(statement)


def test_the_engine_is_bounded(tmp_path, settings):
    settings.USAGE_MEMORY_MB, settings.USAGE_THREADS = 64, 1
    with engine.opened(tmp_path / "work") as connection:
        rows = connection.sql(
            "SELECT name, value FROM duckdb_settings() WHERE name IN"
            " ('threads', 'autoinstall_known_extensions', 'autoload_known_extensions',"
            " 'enable_external_access', 'lock_configuration') ORDER BY name"
        ).fetchall()
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.sql("SELECT list(i) FROM range(100000000) r(i)").fetchall()
    assert rows == [
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("enable_external_access", "false"),
        ("lock_configuration", "true"),
        ("threads", "1"),
    ]
    assert list((tmp_path / "work").iterdir()) == []


def test_the_same_file_twice_is_in_force_once(tmp_path, at):
    first, second = put(making.voice(tmp_path), at), put(making.voice(tmp_path), at)
    assert DetailFile.objects.filter(superseded_at=None).get() == second
    assert first.cycle == second.cycle
