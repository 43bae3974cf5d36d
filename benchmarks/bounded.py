"""What the pages ask that must not grow with the fleet, as it is asked and as it was.

``python -m benchmarks.bounded --devices 20000`` makes a city on an embedded PostgreSQL of its own
and asks in turns; the time is that of the database's own process. See docs/benchmarks.md.
"""

import os
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Annotated

import typer

from benchmarks.city import AT, DOOR, populate
from benchmarks.house import installation

TIMES, TURNS = 20, 5
_INDICES = "compliance_finding_live_newest", "compliance_finding_newest"


def spent(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def questions() -> dict[str, tuple[Callable[[], object], bool]]:
    """What is asked, by its name, and whether without the indices."""
    from quartermaster.compliance import queries
    from quartermaster.compliance.models import Finding
    from quartermaster.kernel.clock import now
    from quartermaster.mdm.queries import certificates_lapsed, certificates_running_out
    from quartermaster.org.models import Department
    from quartermaster.reports.house_counts import COUNTED, counted

    joined = Finding.objects.select_related("device__department", "holder", "policy_version")
    live = queries.live_findings(joined.order_by("-opened_at"))
    seen = Finding.objects.order_by().values("device__department")
    at = now()

    def each_counted() -> None:
        certificates_running_out(at).count(), certificates_lapsed(at).count()
        for figure in ("enrolments", "commands", "overdue"):
            COUNTED[figure](at)

    return {
        "departments, before": (lambda: list(Department.objects.filter(id__in=seen)), False),
        "departments, after": (lambda: list(Department.objects.all()), False),
        "25 newest, before": (lambda: list(live[:25]), True),
        "25 newest, after": (lambda: list(live[:25]), False),
        "how many": (live.count, False),
        "metrics, before": (each_counted, False),
        "metrics, after": (lambda: [counted(figure, at) for figure in COUNTED], False),
    }


def measure() -> dict[str, list[float]]:
    """Milliseconds of the database for each question, turn by turn."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    asked = questions()
    found: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(TURNS):
        for name, (ask, bare) in asked.items():
            with transaction.atomic():
                if bare:
                    with connection.cursor() as cursor:
                        cursor.execute(f"DROP INDEX {', '.join(_INDICES)}")
                ask()
                began = spent(pid)
                for _ in range(TIMES):
                    ask()
                found[name].append(1000 * (spent(pid) - began) / TIMES)
                transaction.set_rollback(True)
    return found


def main(
    devices: Annotated[int, typer.Option(min=2, help="How many devices.")] = 20_000,
) -> None:
    """Ask each question in turns and print the median of its turns."""
    with installation(devices_url=DOOR):
        from django.db import connection

        from quartermaster.compliance import actions
        from quartermaster.kernel.clock import now
        from quartermaster.kernel.permits import system
        from quartermaster.reports.house_counts import count_house

        ids = populate(devices)
        actions.evaluate_devices(device_ids=ids, actor=system("benchmark"), at=AT)
        count_house(now())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, turns in measure().items():
            typer.echo(f"{name:24} {median(turns):6.1f} ms")


if __name__ == "__main__":
    typer.run(main)
