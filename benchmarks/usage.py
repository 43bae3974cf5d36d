"""Usage detail: import, the twelve-month summary and one line's history, beside plain DuckDB.

``python -m benchmarks.usage --rows 50000000`` (or ``make bench-usage``) writes the files of a
carrier cycle by cycle, has each taken in and gives it to DuckDB alone as well, in turns; then asks
both the same. The method is told in docs/benchmarks.md.
"""

import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Annotated, Any

import duckdb
import typer

from benchmarks.house import installation

if TYPE_CHECKING:
    import pyarrow as pa

    from quartermaster.usage.models import DetailFile
    from quartermaster.usage.rules.cycles import Cycle
    from quartermaster.usage.rules.fitting import Fitted

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
ACCOUNT = "342000001-00001"
LINES, DEPARTMENTS, ASKED = 10_000, 20, 20
SHARES = {"voice": 45, "message": 35, "data": 20}  # of a hundred rows
MEMORY_MB, THREADS = 2048, 2
MILLION = 1_000_000


@dataclass
class Spent:
    """Seconds by the clock and of the processor, of two in turns."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    our_processor: float = 0.0
    their_processor: float = 0.0

    def __str__(self) -> str:
        ours, theirs = sum(self.ours), sum(self.theirs)
        return f"{ours:,.2f} s : {theirs:,.2f} s = {ours / theirs:.2f}"


def months(count: int) -> list[tuple[date, date]]:
    """Calendar months up to October 2026, the first one first."""
    found, first = [], date(2026, 10, 1)
    for _ in range(count):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        found.append((first, last))
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]


def cells(cycle: "Cycle") -> dict[str, str]:
    """SQL of the cell of each field, for row number ``i``: a carrier's way of writing."""
    days = (cycle.until_on - cycle.from_on).days + 1
    when = f"TIMESTAMP '{cycle.from_on}' + to_seconds(hash(i) % {days * 86400})"
    return {
        "account": f"'{ACCOUNT}'",
        "cycle_until": f"'{cycle.until_on:%m/%d/%Y}'",
        "cycle_from": f"'{cycle.from_on:%m/%d/%Y}'",
        "number": f"'414-555-' || lpad((i % {LINES})::VARCHAR, 4, '0')",
        "date": f"strftime({when}, '%m/%d/%Y')",
        "time": f"strftime({when}, '%I:%M%p')",
        # eight million parties: hardly any twice in a file
        "other": "'(262) ' || (200 + hash(i + 7) % 800)"
        " || '-' || lpad((hash(i + 8) % 10000)::VARCHAR, 4, '0')",
        "origin": "CASE hash(i + 1) % 3 WHEN 0 THEN 'Milwaukee, WI' ELSE 'Racine, WI' END",
        "destination": "CASE hash(i + 2) % 2 WHEN 0 THEN 'Incoming, CL' ELSE 'Madison, WI' END",
        "direction": "CASE hash(i + 2) % 2 WHEN 0 THEN 'Received' ELSE 'Sent' END",
        "seconds": "(hash(i + 3) % 40)::VARCHAR",
        "kilobytes": "(hash(i + 4) % 90000)::VARCHAR",
        "messages": "'1'",
        "service": "CASE hash(i + 5) % 50 WHEN 0 THEN 'International' ELSE 'Domestic' END",
        "roaming": "CASE hash(i + 6) % 40 WHEN 0 THEN 'Roaming' ELSE 'Home' END",
        "amount": "CASE hash(i + 6) % 40 WHEN 0 THEN '$1.25' ELSE '$0.00' END",
    }


def write(path: Path, family: str, cycle: "Cycle", rows: int) -> "Fitted":
    """A file of the carrier's, in the layout that is shipped for it."""
    from quartermaster.usage.rules.fields import Family
    from quartermaster.usage.rules.fitting import fit
    from quartermaster.usage.shipped import shipped

    profile = next(item for item in shipped() if item.key == "verizon")
    layout = profile.layout(Family(family))
    assert layout is not None
    said = cells(cycle)
    written: dict[str, str] = {}
    for column in layout.columns:
        written.setdefault(column.aliases[0], said.get(column.field, "''"))
    chosen = ", ".join(f'{sql} AS "{heading}"' for heading, sql in written.items())
    with duckdb.connect(config={"threads": THREADS}) as connection:
        connection.execute(
            f"COPY (SELECT {chosen} FROM range({rows}) r(i)) TO '{path}'"
            " (FORMAT csv, HEADER, DELIMITER '\t')"
        )
    fitted = fit(layout, list(written))
    assert fitted is not None
    return fitted


def plain_import(source: str, target: str, answers: Any) -> None:
    """What DuckDB alone takes: types found by itself, sorted, compressed, nothing judged."""
    clock, processor = time.perf_counter(), time.process_time()
    with duckdb.connect(
        config={"threads": THREADS, "memory_limit": f"{MEMORY_MB}MB"}
    ) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{source}', delim = '\t', header = true)"
            f' ORDER BY "Wireless Number", "Date", "Time") TO \'{target}\''
            " (FORMAT parquet, COMPRESSION zstd)"
        )
    spent = time.perf_counter() - clock, time.process_time() - processor
    answers.put((*spent, peak_memory()))


def peak_memory() -> int:
    """Of this process, in kilobytes; what it had before it became this program is not in it."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1])


def apart(act: Callable[..., None], *arguments: Any) -> tuple[float, float, int]:
    """Run it in a process of its own: seconds, processor seconds, peak memory in kilobytes."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=act, args=(*arguments, answers))
    process.start()
    seconds, processor, peak = answers.get()
    process.join()
    return seconds, processor, peak


def take_in(rows: int, count: int, work: Path) -> Iterator[tuple[str, Spent, int, int, int]]:
    """Each month: how many rows, in what time, and the peaks of memory so far."""
    from quartermaster.kernel.permits import system
    from quartermaster.usage.rules.cycles import Cycle
    from quartermaster.usage.warehouse import ingest
    from quartermaster.usage.warehouse.staging import Delimited

    house = system("benchmark")
    for first, last in months(count):
        cycle, spent, taken, peak = Cycle("Verizon", ACCOUNT, first, last), Spent(), 0, 0
        for family, share in SHARES.items():
            path = work / f"{family}.tsv"
            fitted = write(path, family, cycle, max(1, rows // count * share // 100))
            theirs = apart(plain_import, str(path), str(work / f"{first}-{family}.parquet"))
            clock, processor = time.perf_counter(), time.process_time()
            done = ingest.ingest(
                file=Delimited(path, fitted, "\t"), cycle=cycle, actor=house, at=AT
            )
            spent.ours.append(time.perf_counter() - clock)
            spent.our_processor += time.process_time() - processor
            spent.theirs.append(theirs[0])
            spent.their_processor += theirs[1]
            taken, peak = taken + done.taken, max(peak, theirs[2])
            path.unlink()
        ours = peak_memory()
        yield f"{first:%B %Y}", spent, taken, ours, peak


def custody() -> "pa.Table":
    """To whom each line belongs: twenty departments, every tenth line to two."""
    import pyarrow as pa

    rows: dict[str, list[Any]] = {"number": [], "since": [], "until": [], "department": []}
    for n in range(LINES):
        number = f"+1414555{n:04d}"
        cuts = [date(2000, 1, 1), *([date(2026, 6, 1)] if n % 10 == 0 else []), date(9999, 1, 1)]
        for place, (since, until) in enumerate(pairwise(cuts)):
            rows["number"].append(number)
            rows["since"].append(since)
            rows["until"].append(until)
            rows["department"].append(f"D{(n + place) % DEPARTMENTS:02d}")
    return pa.table(rows)


def plain_copies(files: "list[DetailFile]", work: Path) -> Path:
    """The same rows as the warehouse has, unencrypted, as DuckDB itself writes them."""
    from quartermaster.usage.warehouse import exporting

    target = work / "plain"
    with exporting.plain(files) as folder, duckdb.connect() as connection:
        for part in sorted(folder.iterdir()):
            (target / part.name).mkdir(parents=True)
            for number, file in enumerate(sorted(part.iterdir())):
                connection.execute(
                    f"COPY (FROM read_parquet('{file}', hive_partitioning = false)) TO"
                    f" '{target / part.name / str(number)}.parquet'"
                    " (FORMAT parquet, COMPRESSION zstd)"
                )
                file.unlink()
    return target


def ask_both(files: "list[DetailFile]", plain: Path, times: int) -> dict[str, Spent]:
    """The questions, to the warehouse and to DuckDB on plain copies, in turns."""
    import ibis

    from quartermaster.usage.warehouse import columns, questions, reading

    held = custody()
    span = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    numbers = held["number"].to_pylist()[:: max(1, len(held) // ASKED)][:ASKED]
    wide = (*columns.REPEATED, "number")
    asked: dict[str, tuple[list[Any], tuple[str, ...]]] = {
        "twelve months by department, out of the detail": (
            [questions.by_department()] * times,
            wide,
        ),
        "sums of every line and cycle": ([questions.totals()] * times, wide),
        f"one line's history, each of {len(numbers)}": (
            [questions.history(number, *span) for number in numbers],
            columns.REPEATED,
        ),
    }
    found = {}
    for title, (expressions, repeated) in asked.items():
        spent = Spent()
        for expression in expressions:
            sql = str(ibis.to_sql(expression, dialect="duckdb"))
            clock, processor = time.perf_counter(), time.process_time()
            with reading.opened(files, repeated=repeated, beside={"custody": held}) as opened:
                ours = opened.ask(expression)
            spent.ours.append(time.perf_counter() - clock)
            spent.our_processor += time.process_time() - processor
            clock, processor = time.perf_counter(), time.process_time()
            theirs = _plainly(sql, plain, held)
            spent.theirs.append(time.perf_counter() - clock)
            spent.their_processor += time.process_time() - processor
            assert ours.num_rows == theirs.num_rows > 0
        found[title] = spent
    return found


def _plainly(sql: str, plain: Path, held: "pa.Table") -> "pa.Table":
    config = {"threads": THREADS, "memory_limit": f"{MEMORY_MB}MB"}
    with duckdb.connect(config=config) as connection:
        connection.execute("SET TimeZone = 'America/Chicago'")
        connection.register("custody", held)
        connection.execute(
            f"CREATE TEMP VIEW detail AS FROM read_parquet('{plain}/*/*.parquet',"
            " hive_partitioning = true, hive_types = {'cycle_from': DATE})"
        )
        return connection.sql(sql).to_arrow_table()


def summaries() -> tuple[float, float, int]:
    """Summing every cycle up into rows, and the twelve months by department out of them."""
    from quartermaster.kernel.permits import system
    from quartermaster.usage.actions.summarising import summarise_cycle
    from quartermaster.usage.models import LineUsage, UsageCycle
    from quartermaster.usage.queries.summaries import By, summed

    house = system("benchmark")
    clock = time.perf_counter()
    for cycle in UsageCycle.objects.all():
        summarise_cycle(cycle_id=cycle.id, actor=house, at=AT)
    made = time.perf_counter() - clock
    clock = time.perf_counter()
    summed(LineUsage.objects.all(), By.DEPARTMENT, AT)
    return made, time.perf_counter() - clock, LineUsage.objects.count()


def spark(plain: Path, work: Path) -> float | None:
    """Seconds that a local cluster of two processes takes for the summary; None without Spark."""
    import ibis
    import pyarrow.parquet as pq

    from benchmarks import spark_cluster
    from quartermaster.usage.warehouse import questions

    if not spark_cluster.is_there():
        return None
    pq.write_table(custody(), work / "custody.parquet")
    sql = str(ibis.to_sql(questions.by_department(), dialect="pyspark"))
    told = spark_cluster.answers(
        [sql], detail=plain, custody=work / "custody.parquet", zone="America/Chicago", work=work
    )
    return told.seconds[0]


def measure(rows: int, count: int, times: int, with_spark: bool) -> Iterator[str]:  # noqa: FBT001
    """Everything, as lines of Markdown."""
    from quartermaster.usage.models import DetailFile

    work = Path(mkdtemp(prefix="usage-"))
    try:
        yield "| import | rows | ours : plain | a second | processor | peak memory |"
        yield "|---|---|---|---|---|---|"
        whole, taken, peaks = Spent(), 0, (0, 0)
        for month, spent, some, ours, theirs in take_in(rows, count, work):
            yield _line(month, spent, some, (ours, theirs))
            whole.ours += spent.ours
            whole.theirs += spent.theirs
            whole.our_processor += spent.our_processor
            whole.their_processor += spent.their_processor
            taken, peaks = taken + some, (max(peaks[0], ours), max(peaks[1], theirs))
        yield _line("all", whole, taken, peaks)
        for left in work.glob("*.parquet"):
            left.unlink()
        made, asked, lines = summaries()
        yield f"\nSummed up into {lines:,} rows: {made:.1f} s; by department out of them: "
        yield f"{asked * 1000:.0f} ms.\n"
        files = list(DetailFile.objects.select_related("cycle").filter(superseded_at=None))
        size = sum(file.size for file in files)
        plain = plain_copies(files, work)
        yield f"In the warehouse: {size / 1e6:,.0f} MB in {len(files)} files.\n"
        yield "| question | ours : plain, whole | median | processor |"
        yield "|---|---|---|---|"
        for title, spent in ask_both(files, plain, times).items():
            middle = f"{1000 * median(spent.ours):,.0f} : {1000 * median(spent.theirs):,.0f} ms"
            processor = f"{spent.our_processor:.1f} : {spent.their_processor:.1f} s"
            yield f"| {title} | {spent} | {middle} | {processor} |"
        if with_spark and (seconds := spark(plain, work)) is not None:
            yield f"\nSpark, two workers of this machine: by department {seconds:.1f} s."
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _line(month: str, spent: Spent, rows: int, peaks: tuple[int, int]) -> str:
    pace = f"{rows / sum(spent.ours):,.0f} : {rows / sum(spent.theirs):,.0f}"
    processor = f"{spent.our_processor:.1f} : {spent.their_processor:.1f} s"
    memory = f"{peaks[0] // 1024:,} : {peaks[1] // 1024:,} MB"
    return f"| {month} | {rows:,} | {spent} | {pace} | {processor} | {memory} |"


def main(
    rows: Annotated[int, typer.Option(min=100, help="How many rows in all.")] = 50 * MILLION,
    months: Annotated[int, typer.Option(min=1, max=24, help="In how many cycles.")] = 12,
    times: Annotated[int, typer.Option(min=1, help="How often sums are asked for.")] = 3,
    spark: Annotated[bool, typer.Option(help="Ask Spark as well.")] = True,  # noqa: FBT002
) -> None:
    """Take usage detail in, ask for it, and print the tables."""
    memory = {"usage_memory_mb": str(MEMORY_MB), "usage_threads": str(THREADS)}
    with installation(**memory):
        for line in measure(rows, months, times, spark):
            typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
