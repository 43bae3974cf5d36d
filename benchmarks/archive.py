"""Searching an archive of a million records, and saving records, on a database of its own.

``python -m benchmarks.archive --records 1000000`` (or ``make bench-archive``) makes an archive of
made-up words in the proportions of a language (COPY), asks a fixed set of questions as the records
custodian and as an employee, and saves some records through the real acts beside writing the same
bytes to plain files. The method is told in docs/benchmarks.md.
"""

import hashlib
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple
from uuid import UUID, uuid4

import typer

from benchmarks.house import installation, timed

if TYPE_CHECKING:
    from quartermaster.kernel.permits import Actor

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
FIRST, DAYS = date(2019, 1, 1), 2880
DEPARTMENTS, PEOPLE, FIRMS = 20, 2000, 5000
VOCABULARY = 60_000
AT_ONCE = 20_000
GOAL = 200  # milliseconds
SOURCES = ("message", "chat", "voice", "mail", "photo", "social", "document", "other")
OFTEN = (10, 30, 3, 25, 12, 2, 15, 3)
_SYLLABLES = [a + b for a in "bcdfglmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ol")]


class Words:
    """Made-up words: the n-th is met about 1/n as often as the first."""

    def __init__(self, seed: int, count: int) -> None:
        self.count = count
        self.dice = random.Random(seed)  # noqa: S311 (made-up words)
        made = dict.fromkeys(self._word() for _ in range(3 * VOCABULARY))
        self.all = list(made)[:VOCABULARY]
        self.weights = list(accumulate(1 / (place + 2.7) for place in range(len(self.all))))

    def _word(self) -> str:
        return "".join(self.dice.choices(_SYLLABLES, k=self.dice.choice((2, 2, 3, 3, 4))))

    def some(self, count: int) -> list[str]:
        return self.dice.choices(self.all, cum_weights=self.weights, k=count)


class Asked(NamedTuple):
    """A question; how long its answers took by the clock and of the processor, in milliseconds."""

    name: str
    found: str
    times: list[float]
    processor: list[float]


def people(words: Words) -> list[UUID]:
    """A city of twenty departments and two thousand people."""
    from quartermaster.org.models import Department, Person

    places = Department.objects.bulk_create(
        Department(code=f"D{number}", name=f"Department {number}") for number in range(DEPARTMENTS)
    )
    rows = Person.objects.bulk_create(
        Person(
            number=f"P{number}",
            given_name=words.dice.choice(words.all[:3000]).title(),
            family_name=words.dice.choice(words.all[:9000]).title(),
            email=f"p{number}@city.example",
            department=places[number % DEPARTMENTS],
        )
        for number in range(PEOPLE)
    )
    return [row.id for row in rows]


def populate(count: int, seed: int = 7) -> tuple[Words, list[UUID]]:
    """An archive of so many records, each with one text, gathered as the house gathers."""
    words = Words(seed, count)
    authors = people(words)
    with index_made_last():
        for start in range(0, count, AT_ONCE):
            _batch(words, authors, range(start, min(start + AT_ONCE, count)))
    vacuum()
    return words, authors


@contextmanager
def index_made_last() -> Iterator[None]:
    """The index of words is made of all rows at once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'records_entry_searched'")
        (made,) = cursor.fetchone()
        cursor.execute("DROP INDEX records_entry_searched")
        yield
        cursor.execute(made)


def vacuum() -> None:
    """As the database would by itself, later."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _batch(words: Words, authors: list[UUID], numbers: range) -> None:
    from django.db import connection

    from quartermaster.kernel.ids import new_id
    from quartermaster.records.texts import refresh

    keys = [new_id() for _ in numbers]
    with connection.cursor() as cursor:
        columns = (
            "id, number, key, author_id, about, with_whom, happened_on, source, account, note,"
            " names, saved_at, digest, residue, residue_said_at, residue_reminders"
        )
        with cursor.copy(f"COPY records_record ({columns}) FROM STDIN") as copy:
            for key, number in zip(keys, numbers, strict=True):
                copy.write_row(_record(words, authors, key, number))
        with cursor.copy(
            "COPY records_recordtext (id, record_id, position, kind, text, phones, cut) FROM STDIN"
        ) as copy:
            for key in keys:
                copy.write_row((new_id(), key, 0, "message", *_text(words), False))
    for start in range(0, len(keys), 1000):
        refresh(keys[start : start + 1000], AT)


def _record(words: Words, authors: list[UUID], key: UUID, number: int) -> tuple[Any, ...]:
    dice = words.dice
    # records are saved as they happen, most within days, some after months
    day = FIRST + timedelta(days=number / words.count * DAYS - min(300, dice.expovariate(1 / 15)))
    firm = words.all[(dice.randrange(FIRMS) * 11) % VOCABULARY].title()
    who = f"{firm} {dice.choice(words.all[:2000]).title()}"
    about = " ".join(words.some(dice.randrange(3, 9))).capitalize()
    kind = dice.choices(SOURCES, OFTEN)[0]
    said = AT - timedelta(minutes=number)
    return (
        *(key, f"R-2026-{number:07}", uuid4(), dice.choice(authors), about, who, day, kind),
        *("", "", "message.txt", said, f"{number:064x}", "gone", said, 0),
    )


def _text(words: Words) -> tuple[str, str]:
    count = min(400, max(4, int(words.dice.lognormvariate(3.6, 0.8))))
    told = words.some(count)
    phones = ""
    if words.dice.randrange(10) == 0:
        number = f"414{words.dice.randrange(2000000, 9999999)}"
        told.insert(count // 2, f"({number[:3]}) {number[3:6]}-{number[6:]}")
        phones = f"tel:+1{number}"
    return " ".join(told) + ".", phones


def questions(words: Words, author: UUID) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fixed set of questions, after the places of words in the order of how often they are."""
    from quartermaster.org.models import Person
    from quartermaster.records.models import RecordText
    from quartermaster.records.rules.narrowing import Narrowing

    word = words.all
    text = RecordText.objects.order_by("id").values_list("text", flat=True).first() or ""
    phrase = " ".join(text.split()[1:4])
    called = RecordText.objects.exclude(phones="").order_by("id").first()
    phone = called.phones[6:] if called else "4142863800"
    person = Person.objects.get(id=author)
    place = frozenset({person.department_id})
    yield "the commonest word", {"words": word[0]}
    yield "a common word", {"words": word[30]}
    yield "a word in a thousand", {"words": word[900]}
    yield "a rare word", {"words": word[40_000]}
    yield "two common words", {"words": f"{word[12]} {word[40]}"}
    yield "a phrase", {"words": f'"{phrase}"'}
    yield "either of two", {"words": f"{word[300]} OR {word[700]}"}
    yield "a word and not another", {"words": f"{word[50]} -{word[1]}"}
    yield "the beginning of a word", {"words": f"{word[5000][:4]}*"}
    yield "two words near each other", {"words": f"{word[20]} NEAR/5 {word[60]}"}
    yield "a telephone number", {"words": f"({phone[:3]}) {phone[3:6]} {phone[6:]}"}
    yield "a word, from one person", {"words": f"{word[30]} from:{person.number}"}
    yield "a word with a firm", {"words": f"{word[30]} with:{word[11]}"}
    yield "a word, a kind, a year", {"words": f"{word[100]} kind:mail after:2025 before:2026"}
    yield "a word in a department", {"words": word[30], "chosen": Narrowing(departments=place)}
    yield "everything", {}
    yield "everything, oldest first", {"order": "oldest"}
    yield "a common word, by day", {"words": word[30], "order": "newest"}


def ask(words: Words, authors: list[UUID], times: int) -> list[Asked]:
    """Every question so many times, as the custodian; some as an employee and far down."""
    from quartermaster.kernel.permits import Actor, RoleHeld
    from quartermaster.org.roles import EMPLOYEE, Role
    from quartermaster.records.search.looking import Looked
    from quartermaster.records.search.pages import token

    paul = Actor("Paul", authors[0], frozenset({RoleHeld(Role.CUSTODIAN)}))
    own = Actor("Ana", authors[1], frozenset({RoleHeld(EMPLOYEE)}))
    deep = token("n", FIRST + timedelta(days=DAYS // 5), UUID(int=2**127))
    found = [
        _asked(name, paul, Looked(**given), times) for name, given in questions(words, authors[2])
    ]
    common = Looked(words=words.all[30], order="newest")
    found.append(_asked("a common word, far down", paul, common, times, deep))
    found.append(_asked("everything, far down", paul, Looked(order="newest"), times, deep))
    found.append(_asked("a common word, of one's own", own, Looked(words=words.all[30]), times))
    return found


def _asked(name: str, actor: "Actor", looked: Any, times: int, after: str = "") -> Asked:
    from quartermaster.records.search.results import search

    took, number, processor = [], "", []
    told: list[Any] = []
    for _ in range(times):

        def answer() -> int:
            told[:] = [search(actor, looked, after=after)]
            return 1

        one = timed(answer)
        took.append(1000 * one.seconds)
        processor.append(1000 * one.processor)
        counted = told[0].counted
        number = f"{counted.number:,}{'+' if counted.more else ''}"
    return Asked(name, number, took, processor)


def part(times: list[float], share: float) -> float:
    """So much of the times are at most this long."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def sizes() -> dict[str, int]:
    """Bytes of the tables and the index."""
    from django.db import connection

    names = {
        "texts": "pg_table_size('records_recordtext')",
        "entries": "pg_relation_size('records_searchentry')",
        "their vectors": "pg_table_size('records_searchentry')"
        " - pg_relation_size('records_searchentry')",
        "index of words": "pg_relation_size('records_entry_searched')",
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names.values())}")
        return dict(zip(names, cursor.fetchone(), strict=True))


def table(asked: list[Asked]) -> str:
    """The questions in a table, and all of them together."""
    lines = ["| question | found | p50 ms | p95 ms | processor ms |", "|---|---|---|---|---|"]
    lines += [_line(one.name, one.found, one.times, one.processor) for one in asked]
    every = [took for one in asked for took in one.times]
    within = sum(took <= GOAL for took in every)
    lines.append(_line("**all**", "", every, [took for one in asked for took in one.processor]))
    lines.append("")
    lines.append(f"{within} of {len(every)} answers within {GOAL} ms.")
    return "\n".join(lines)


def _line(name: str, found: str, times: list[float], processor: list[float]) -> str:
    clock = f"{part(times, 0.5):.0f} | {part(times, 0.95):.0f}"
    return f"| {name} | {found} | {clock} | {sum(processor) / len(processor):.0f} |"


def ingest(author: UUID, count: int, size: int = 100_000) -> tuple[float, float]:
    """Seconds for so many records of one file, and for writing and hashing the same to files."""
    from quartermaster.kernel.permits import Actor, RoleHeld
    from quartermaster.org.roles import EMPLOYEE
    from quartermaster.records.actions import capture
    from quartermaster.records.rules.capture import Details, Source

    actor = Actor("Ana", author, frozenset({RoleHeld(EMPLOYEE)}))
    contents = [b"\x89PNG\r\n\x1a\n" + os.urandom(size) for _ in range(count)]

    def save() -> int:
        for place, content in enumerate(contents):
            given: dict[str, Any] = {"actor": actor, "at": AT + timedelta(seconds=place)}
            item = capture.receive_item(
                content=BytesIO(content),
                name="Picture.png",
                declared="image/png",
                key=uuid4(),
                **given,
            )
            about = Details("A picture of the main", "Pipe Works", AT.date(), Source.PHOTO)
            capture.save_record(details=about, items=[item.key], key=uuid4(), **given)
        return count

    def write() -> int:
        with tempfile.TemporaryDirectory() as folder:
            for content in contents:
                with (Path(folder) / hashlib.sha256(content).hexdigest()).open("wb") as out:
                    out.write(content)
                    out.flush()
                    os.fsync(out.fileno())
        return count

    return timed(save).seconds, timed(write).seconds


def main(
    records: Annotated[int, typer.Option(min=100)] = 1_000_000,
    times: Annotated[int, typer.Option(min=1)] = 7,
) -> None:
    """Make the archive, ask, save, and tell."""
    with installation():
        made: list[Any] = []

        def make() -> int:
            made.extend(populate(records))
            return records

        took = timed(make)
        words, authors = made
        typer.echo(f"{records:,} records made in {took.seconds:.0f} s.\n")
        typer.echo(table(ask(words, authors, times)))
        for name, size in sizes().items():
            typer.echo(f"{name}: {size / 1e6:,.0f} MB")
        ours, plain = ingest(authors[3], 200)
        typer.echo(
            f"\n{200 / ours:.0f} records saved per second, {200 / plain:.0f} plain files written"
            f" and hashed per second ({ours / plain:.1f} times as long)."
        )


if __name__ == "__main__":
    typer.run(main)
