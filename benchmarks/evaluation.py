"""Evaluation of a fleet against every setting of the catalogue, and of one report.

``python -m benchmarks.evaluation --devices 10000`` (or ``make bench-evaluation``) makes a city on
an embedded PostgreSQL of its own and measures by the actions that the worker calls. The method is
told in docs/benchmarks.md.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from uuid import UUID

    from quartermaster.inventory.models import Device
    from quartermaster.org.models import Department

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEPARTMENTS = 20
AT_FAULT = 10  # one in so many has no passcode
REPORTS = 200
AT_ONCE = 2000
DOOR = "https://mdm.city.example"
EVERYTHING: dict[str, Any] = {
    "passcode_required": True,
    "passcode_minimum_length": 6,
    "passcode_complexity": "alphanumeric",
    "passcode_history": 5,
    "passcode_maximum_age_days": 365,
    "auto_lock_minutes": 5,
    "failed_attempts_before_erase": 10,
    "encryption_required": True,
    "minimum_os": {"ios": "18.0", "macos": "15.0"},
    "minimum_os_within_days": 14,
    "maximum_patch_age_days": 30,
    "compromised_forbidden": True,
    "blocked_software": ["com.bad.app"],
    "allowed_software": [f"com.city.app{number}" for number in range(40)],
    "required_software": ["com.city.app1"],
    "unknown_sources_forbidden": True,
    "managed_data_separation": True,
    "non_city_accounts_forbidden": True,
    "cloud_backup_forbidden": True,
    "check_in_within_hours": 72,
}


def populate(count: int) -> list["UUID"]:
    """A city of twenty departments, every fifth stricter, with so many devices that reported."""
    from quartermaster.org.models import Department
    from quartermaster.policy.models import CityRequirements, Overlay

    departments = Department.objects.bulk_create(
        Department(code=f"D{number}", name=f"Department {number}") for number in range(DEPARTMENTS)
    )
    CityRequirements.objects.bulk_create(
        CityRequirements(ownership=name, settings=EVERYTHING, changed_at=AT)
        for name in ("city", "personal")
    )
    Overlay.objects.bulk_create(
        Overlay(
            department=department,
            ownership="city",
            settings={"passcode_minimum_length": 8, "auto_lock_minutes": 2},
            changed_at=AT,
        )
        for department in departments[::5]
    )
    ids: list[UUID] = []
    for start in range(0, count, AT_ONCE):
        ids += _devices(range(start, min(start + AT_ONCE, count)), departments)
    return ids


def _devices(numbers: range, departments: list["Department"]) -> list["UUID"]:
    from quartermaster.inventory.models import Device
    from quartermaster.mdm.models import Certificate, Enrolment, Invitation, StoredFact
    from quartermaster.mdm.tokens import token_hash
    from quartermaster.org.models import Person

    people = Person.objects.bulk_create(
        Person(
            number=f"P{number}",
            given_name="Ana",
            family_name=f"Reyes{number}",
            email=f"p{number}@city.example",
            department=departments[number % DEPARTMENTS],
        )
        for number in numbers
    )
    devices = Device.objects.bulk_create(
        Device(
            asset_tag=f"PH-{number:06}",
            device_class="smartphone" if _platform(number) == "ios" else "laptop",
            platform=_platform(number),
            department=person.department,
            holder=person,
            status="assigned",
        )
        for number, person in zip(numbers, people, strict=True)
    )
    invitations = Invitation.objects.bulk_create(
        Invitation(
            device=device,
            person=device.holder,
            state="used",
            token_hash=token_hash(f"i{device.asset_tag}"),
            created_at=AT - 2 * HOUR,
            created_by="benchmark",
            expires_at=AT + HOUR,
        )
        for device in devices
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            device=device,
            person=device.holder,
            invitation=invitation,
            driver="apple",
            state="enrolled",
            external_id=device.asset_tag,
            created_at=AT - 2 * HOUR,
            enrolled_at=AT - 2 * HOUR,
            last_seen_at=AT,
        )
        for device, invitation in zip(devices, invitations, strict=True)
    )
    Certificate.objects.bulk_create(
        Certificate(
            enrolment=item,
            fingerprint=token_hash(f"c{item.external_id}"),
            serial="1f",
            issued_at=AT - 2 * HOUR,
            expires_at=AT + timedelta(days=300),
        )
        for item in enrolments
    )
    StoredFact.objects.bulk_create(
        StoredFact(device=device, key=key, value=value, source="benchmark", observed_at=AT)
        for number, device in zip(numbers, devices, strict=True)
        for key, value in _facts(number).items()
    )
    _apply(devices)
    return [device.id for device in devices]


def _apply(devices: list["Device"]) -> None:
    """What is declared stands on every device, as it would say."""
    from quartermaster.mdm import posture as keys
    from quartermaster.mdm.driver import Means
    from quartermaster.mdm.fleets import Compiler
    from quartermaster.mdm.models import StoredFact
    from quartermaster.policy.queries import rulebook

    book = rulebook()
    made = {place: book.effective(place, "city") for place in book.places}
    wanted = Compiler(AT).wanted(devices, {item.id: made[item.department_id] for item in devices})
    rows = []
    for device_id, (compiled, _) in wanted.items():
        carriers = compiled.carriers().values()
        declared = {item.key: item.token for item in carriers if item.means is Means.DECLARATION}
        profiles = sorted({item.key for item in carriers if item.means is Means.PROFILE})
        for key, value in ((keys.DECLARED, declared), (keys.PROFILES, profiles)):
            fact = StoredFact(device_id=device_id, key=key, value=value, source="benchmark")
            fact.observed_at = AT
            rows.append(fact)
    StoredFact.objects.bulk_create(rows)


def _platform(number: int) -> str:
    return "ios" if number % 5 else "macos"


def _facts(number: int) -> dict[str, Any]:
    from quartermaster.mdm import posture as keys

    software = [{"identifier": f"com.city.app{item}", "name": f"App {item}"} for item in range(40)]
    return {
        keys.PASSCODE_PRESENT: number % AT_FAULT != 0,
        keys.PASSCODE_COMPLIANT: True,
        keys.ENCRYPTION: True,
        keys.COMPROMISED: False,
        keys.OS_VERSION: "26.1",
        keys.SUPERVISED: True,
        keys.SOFTWARE: software,
    }


def measure(ids: list["UUID"]) -> dict[str, tuple[int, float]]:
    """How many were evaluated in what time, phase by phase."""
    from quartermaster.compliance import actions
    from quartermaster.kernel.permits import system
    from quartermaster.mdm import posture as keys
    from quartermaster.mdm.models import StoredFact

    house = system("benchmark")

    def whole(at: datetime) -> int:
        return actions.evaluate_devices(device_ids=ids, actor=house, at=at)

    def put_right() -> int:
        StoredFact.objects.filter(key=keys.PASSCODE_PRESENT).update(
            value=True, observed_at=AT + 2 * HOUR
        )
        return whole(AT + 2 * HOUR)

    def sweep() -> int:
        return actions.evaluate_due(actor=house, at=AT + 4 * HOUR, limit=len(ids))

    return {
        "first, every outcome new": _timed(lambda: whole(AT)),
        "nothing changed": _timed(lambda: whole(AT + HOUR)),
        "every tenth put right": _timed(put_right),
        "sweep by the clock": _timed(sweep),
    }


def reports(ids: list["UUID"]) -> list[float]:
    """Seconds that the evaluation after one report takes, one device after the other."""
    from quartermaster.compliance import actions
    from quartermaster.inventory.models import Device
    from quartermaster.kernel.permits import system

    rows = list(Device.objects.select_related("holder", "department").filter(id__in=ids[:REPORTS]))
    return [
        _timed(
            lambda device=device: len(
                actions.evaluate_device(device=device, actor=system("benchmark"), at=AT + 5 * HOUR)
            )
        )[1]
        for device in rows
    ]


def _timed(act: Callable[[], int]) -> tuple[int, float]:
    began = time.perf_counter()
    count = act()
    return count, time.perf_counter() - began


def table(phases: dict[str, tuple[int, float]], single: list[float]) -> str:
    """The figures as a table of Markdown."""
    lines = ["| phase | devices | seconds | devices a second |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {count:,} | {taken:.1f} | {count / taken:,.0f} |"
        for name, (count, taken) in phases.items()
    ]
    milliseconds = [1000 * item for item in single]
    high = quantiles(milliseconds, n=100)[-1]
    lines.append(f"\nOne report: p50 {median(milliseconds):.1f} ms, p99 {high:.1f} ms.")
    return "\n".join(lines)


def main(
    devices: Annotated[int, typer.Option(min=2, help="How many devices.")] = 10_000,
    door: Annotated[str, typer.Option(help="The address of the devices' door.")] = DOOR,
) -> None:
    """Evaluate a fleet against every setting and print the table."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "quartermaster.config.settings",
        "QUARTERMASTER_DATA": str(folder / "data"),
        "QUARTERMASTER_DEVICES_URL": door,
        "QUARTERMASTER_LOG_LEVEL": "ERROR",
    }
    from quartermaster.config import embedded

    try:
        import django

        embedded.ensure_running(folder / "data" / "postgres")
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        ids = populate(devices)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        typer.echo(table(measure(ids), reports(ids)))
        connection.close()
    finally:
        embedded.stop(folder / "data" / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    typer.run(main)
