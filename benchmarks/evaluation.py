"""Evaluation of a fleet against every setting of the catalogue, and of one report.

``python -m benchmarks.evaluation --devices 10000`` (or ``make bench-evaluation``) makes a city on
an embedded PostgreSQL of its own and measures by the actions that the worker calls. The method is
told in docs/benchmarks.md.
"""

from datetime import datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING, Annotated

import typer

from benchmarks.city import AT, DOOR, HOUR, populate
from benchmarks.house import Timed, installation, timed

if TYPE_CHECKING:
    from uuid import UUID

REPORTS = 200
DAY = 24 * HOUR


def measure(ids: list["UUID"]) -> dict[str, Timed]:
    """How many were evaluated in what time, phase by phase."""
    from quartermaster.compliance import actions
    from quartermaster.kernel.permits import system
    from quartermaster.mdm import posture as keys
    from quartermaster.mdm.models import StoredFact
    from quartermaster.policy.models import CityRequirements

    house = system("benchmark")

    def whole(at: datetime) -> int:
        return actions.evaluate_devices(device_ids=ids, actor=house, at=at)

    def put_right() -> int:
        faulty = StoredFact.objects.filter(key=keys.PASSCODE_PRESENT, value=False)
        faulty.update(value=True, observed_at=AT + 2 * HOUR)
        return whole(AT + 2 * HOUR)

    def required() -> int:
        city = CityRequirements.objects.get(ownership="city")
        CityRequirements.objects.filter(id=city.id).update(
            settings=city.settings | {"check_in_within_hours": 48}
        )
        return whole(AT + 3 * HOUR)

    def sweep() -> int:
        return actions.evaluate_due(actor=house, at=AT + 4 * HOUR, limit=len(ids))

    def next_day() -> int:
        return whole(AT + 3 * HOUR + DAY)

    return {
        "first, every outcome new": timed(lambda: whole(AT)),
        "nothing changed": timed(lambda: whole(AT + HOUR)),
        "every tenth put right": timed(put_right),
        "one requirement changed for all": timed(required),
        "sweep by the clock, nothing changed": timed(sweep),
        "all evaluated, nothing changed": timed(next_day),
    }


def reports(ids: list["UUID"]) -> list[Timed]:
    """How long the evaluation after one report takes, one device after the other."""
    from quartermaster.compliance import actions
    from quartermaster.inventory.models import Device
    from quartermaster.kernel.permits import system
    from quartermaster.mdm.models import StoredFact

    at = AT + 5 * HOUR + DAY
    rows = list(Device.objects.select_related("holder", "department").filter(id__in=ids[:REPORTS]))
    StoredFact.objects.filter(device__in=rows).update(observed_at=at)

    def one(device: Device) -> int:
        return len(actions.evaluate_device(device=device, actor=system("benchmark"), at=at))

    return [timed(lambda device=device: one(device)) for device in rows]


def table(phases: dict[str, Timed], single: list[Timed]) -> str:
    """The figures as a table of Markdown."""
    lines = [
        "| phase | devices | seconds | devices a second | processor here | in the database |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {one.count:,} | {one.seconds:.1f} | {one.count / one.seconds:,.0f}"
        f" | {one.ours:.1f} s | {one.database:.1f} s |"
        for name, one in phases.items()
    ]
    milliseconds = [1000 * item.seconds for item in single]
    high = quantiles(milliseconds, n=100)[-1]
    ours = 1000 * sum(item.ours for item in single) / len(single)
    told = f"p50 {median(milliseconds):.1f} ms, p99 {high:.1f} ms; processor {ours:.1f} ms"
    lines.append(f"\nOne report: {told}.")
    return "\n".join(lines)


def main(
    devices: Annotated[int, typer.Option(min=2, help="How many devices.")] = 10_000,
    door: Annotated[str, typer.Option(help="The address of the devices' door.")] = DOOR,
) -> None:
    """Evaluate a fleet against every setting and print the table."""
    with installation(devices_url=door):
        ids = populate(devices)
        typer.echo(table(measure(ids), reports(ids)))


if __name__ == "__main__":
    typer.run(main)
