"""Every page that has no argument, as an administrator sees it, in a city of many devices.

``python -m benchmarks.pages --devices 100000`` (or ``make bench-pages``) makes a city on an
embedded PostgreSQL of its own, evaluates it once, and asks for each page by Django's test client:
the time is that of the server alone. The method is told in docs/benchmarks.md.
"""

from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from benchmarks.city import AT, DOOR, populate
from benchmarks.house import installation, timed

if TYPE_CHECKING:
    from django.test import Client
    from django.urls import URLPattern, URLResolver

TIMES = 3
GOAL = 100  # milliseconds
OK = 200


class Page(NamedTuple):
    """How long a page took: in all, and of it in the database; how many statements."""

    address: str
    milliseconds: float
    database: float
    statements: int


def administrator() -> "Client":
    """Somebody of ITMD, logged in."""
    from django.test import Client

    from quartermaster.org.models import Person, RoleAssignment, User

    person = Person.objects.order_by("number").first()
    assert person is not None
    RoleAssignment.objects.create(person=person, role="itmd_admin", granted_at=AT)
    user = User.objects.create(email=person.email, person=person)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def addresses() -> list[str]:
    """Every page of people's door that needs no argument."""
    from django.urls import get_resolver

    return sorted(set(_walk(get_resolver().url_patterns, "/")))


def _walk(entries: "list[URLPattern | URLResolver]", before: str) -> Iterator[str]:
    for entry in entries:
        here = f"{before}{entry.pattern}"
        if "<" in here or "(" in here:
            continue
        inner = getattr(entry, "url_patterns", None)
        if inner is None:
            yield here.replace("^", "").replace("$", "")
        else:
            yield from _walk(inner, here)


def measure(client: "Client") -> list[Page]:
    """The pages that answer with something to look at, the slowest first."""
    found = [page for address in addresses() if (page := _one(client, address)) is not None]
    return sorted(found, key=lambda page: -page.milliseconds)


def _one(client: "Client", address: str) -> Page | None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> int:
        return client.get(address).status_code

    if ask() != OK:  # a page that only takes a form, or leads elsewhere
        return None
    took = [1000 * timed(ask).seconds for _ in range(TIMES)]
    with CaptureQueriesContext(connection) as asked:
        ask()
    database = 1000 * sum(float(query["time"]) for query in asked.captured_queries)
    return Page(address, median(took), database, len(asked))


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def table(pages: list[Page], shown: int = 30) -> str:
    """The slowest as a table of Markdown, and how many are within the goal."""
    lines = ["| page | time | in the database | statements |", "|---|---|---|---|"]
    lines += [
        f"| `{page.address}` | {page.milliseconds:.0f} ms | {page.database:.0f} ms"
        f" | {page.statements} |"
        for page in pages[:shown]
    ]
    within = sum(page.milliseconds <= GOAL for page in pages)
    return "\n".join([*lines, f"\n{within} of {len(pages)} pages within {GOAL} ms."])


def main(
    devices: Annotated[int, typer.Option(min=2, help="How many devices.")] = 10_000,
) -> None:
    """Ask for every page without an argument and print the slowest."""
    with installation(devices_url=DOOR):
        from quartermaster.compliance import actions
        from quartermaster.kernel.clock import now
        from quartermaster.kernel.permits import system
        from quartermaster.reports.counting import count_fleet
        from quartermaster.reports.snapshot import take_snapshot

        ids = populate(devices)
        actions.evaluate_devices(device_ids=ids, actor=system("benchmark"), at=AT)
        take_snapshot(now())
        count_fleet(now())  # as the clock does every ten minutes
        _analyse()  # as the database does by itself within a minute
        typer.echo(table(measure(administrator())))


if __name__ == "__main__":
    typer.run(main)
