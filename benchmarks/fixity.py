"""Records: how many are saved a second, and how fast they are audited beside plain SHA-256.

``python -m benchmarks.fixity --records 200 --megabytes 4`` (or ``make bench-fixity``) saves records
of one file each and then reads every file again, in turns: as the nightly audit does (the sealed
bytes by their digest, opened, the content by its digest), and SHA-256 alone on the same files.
"""

import hashlib
import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from benchmarks.house import Timed, installation, timed

if TYPE_CHECKING:
    from quartermaster.kernel.permits import Actor

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
MEGABYTE = 1024 * 1024
ROUNDS = 5


def author() -> "Actor":
    """Somebody who saves records."""
    from quartermaster.org.models import Department, Person
    from quartermaster.org.queries import actor_for

    place = Department.objects.create(code="BENCH", name="Benchmark")
    person = Person.objects.create(
        number="1", given_name="Ana", family_name="Bench", email="a@b.example", department=place
    )
    return actor_for(person, AT)


def save(count: int, size: int, actor: "Actor") -> int:
    """Save so many records of a file of so many bytes, each through the actions of the pages."""
    from quartermaster.records.actions import capture
    from quartermaster.records.rules.capture import Details, Source

    said = Details("A picture", "Pipe Works", AT.date() - timedelta(days=1), Source.PHOTO)
    for _ in range(count):
        content = b"\x89PNG\r\n\x1a\n" + os.urandom(size)
        item = capture.receive_item(
            content=BytesIO(content),
            name="a.png",
            declared="image/png",
            key=uuid4(),
            actor=actor,
            at=AT,
        )
        capture.save_record(details=said, items=[item.key], key=uuid4(), actor=actor, at=AT)
    return count


def audit() -> int:
    """Every file as the audit compares it; how many bytes are in the store."""
    from quartermaster.records.fixity import check_file
    from quartermaster.records.models import RecordItem

    octets = 0
    for item in RecordItem.objects.select_related("record", "file"):
        fault = check_file(item)
        if fault is not None:
            raise RuntimeError(fault.said)
        octets += item.file.size
    return octets


def plain() -> int:
    """SHA-256 of the same files in the store, and nothing else."""
    from quartermaster.files.models import StoredFile
    from quartermaster.files.stores import chunks_of, current

    octets = 0
    for row in StoredFile.objects.all():
        sha = hashlib.sha256()
        with current().open(row.digest) as handle:
            for chunk in chunks_of(handle):
                sha.update(chunk)
        if sha.hexdigest() != row.digest:
            raise RuntimeError(row.digest)
        octets += row.size
    return octets


def measure(rounds: int = ROUNDS) -> list[tuple[Timed, Timed]]:
    """The audit and plain SHA-256 in turns."""
    return [(timed(audit), timed(plain)) for _ in range(rounds)]


def table(saved: Timed, turns: list[tuple[Timed, Timed]]) -> str:
    """The figures as Markdown."""
    rate = saved.count / saved.seconds
    told = f"Saved: {saved.count:,} records in {saved.seconds:.1f} s, {rate:.1f} a second;"
    told += f" processor here {saved.ours:.1f} s, in the database {saved.database:.1f} s."
    lines = [
        told,
        "",
        "| what | GB a second | processor, s a GB |",
        "|---|---|---|",
    ]
    for name, place in (("audit of the files", 0), ("plain SHA-256", 1)):
        runs = [turn[place] for turn in turns]
        speed = median(run.count / 1e9 / run.seconds for run in runs)
        work = median(run.ours / (run.count / 1e9) for run in runs)
        lines.append(f"| {name} | {speed:.2f} | {work:.2f} |")
    ratio = median(ours.seconds / other.seconds for ours, other in turns)
    work = median(ours.ours / max(other.ours, 1e-9) for ours, other in turns)
    lines.append(f"\nThe audit takes {ratio:.2f} times as long, {work:.2f} times the processor.")
    return "\n".join(lines)


def main(
    records: Annotated[int, typer.Option(min=1, help="How many records.")] = 200,
    megabytes: Annotated[int, typer.Option(min=1, max=50, help="How large each file is.")] = 4,
) -> None:
    """Save records and audit them beside plain SHA-256; print the table."""
    with installation():
        actor = author()
        saved = timed(lambda: save(records, megabytes * MEGABYTE, actor))
        typer.echo(table(saved, measure()))


if __name__ == "__main__":
    typer.run(main)
