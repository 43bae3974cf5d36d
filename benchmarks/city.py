"""A city with as many devices as wanted, each enrolled and reported, for the benchmarks."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from quartermaster.inventory.models import Device
    from quartermaster.org.models import Department

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEPARTMENTS = 20
AT_FAULT = 10  # one in so many has no passcode
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
    from django.db import connection, transaction

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
        with transaction.atomic():  # in which a device and its custody agree
            ids += _devices(range(start, min(start + AT_ONCE, count)), departments)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return ids


def _devices(numbers: range, departments: list["Department"]) -> list["UUID"]:
    from quartermaster.inventory.custody import follow_all
    from quartermaster.inventory.models import Device
    from quartermaster.jobs.acts import Act
    from quartermaster.kernel.bulk import insert_many
    from quartermaster.kernel.permits import system
    from quartermaster.mdm.models import Certificate, Enrolment, Invitation, StoredFact
    from quartermaster.mdm.tokens import token_hash
    from quartermaster.org.models import Person

    people = insert_many(
        [
            Person(
                number=f"P{number}",
                given_name="Ana",
                family_name=f"Reyes{number}",
                email=f"p{number}@city.example",
                department=departments[number % DEPARTMENTS],
            )
            for number in numbers
        ]
    )
    devices = insert_many(
        [
            Device(
                asset_tag=f"PH-{number:06}",
                device_class="smartphone" if _platform(number) == "ios" else "laptop",
                platform=_platform(number),
                department=person.department,
                holder=person,
                status="assigned",
            )
            for number, person in zip(numbers, people, strict=True)
        ]
    )
    invitations = insert_many(
        [
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
        ]
    )
    enrolments = insert_many(
        [
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
        ]
    )
    insert_many(
        [
            Certificate(
                enrolment=item,
                fingerprint=token_hash(f"c{item.external_id}"),
                serial="1f",
                issued_at=AT - 2 * HOUR,
                expires_at=AT + timedelta(days=300),
            )
            for item in enrolments
        ]
    )
    insert_many(
        [
            StoredFact(device=device, key=key, value=value, source="benchmark", observed_at=AT)
            for number, device in zip(numbers, devices, strict=True)
            for key, value in _facts(number).items()
        ]
    )
    follow_all(devices, Act(system("benchmark"), AT - 2 * HOUR), "benchmark")
    _apply(devices)
    return [device.id for device in devices]


def _apply(devices: list["Device"]) -> None:
    """What is declared stands on every device, as it would say."""
    from quartermaster.kernel.bulk import insert_many
    from quartermaster.mdm import posture as keys
    from quartermaster.mdm.fleets import Compiler
    from quartermaster.mdm.known import managed_now
    from quartermaster.mdm.models import StoredFact
    from quartermaster.policy.queries import rulebook

    book = rulebook()
    made = {place: book.effective(place, "city") for place in book.places}
    asked = {item.id: made[item.department_id] for item in devices}
    wanted = Compiler(AT).wanted(devices, asked, managed_now(list(asked)))
    rows = []
    for device_id, carried in wanted.items():
        declared = {carried.payload_of[name]: token for name, token in carried.declared.items()}
        profiles = sorted({*carried.payload_of.values()} - {*declared})
        for key, value in ((keys.DECLARED, declared), (keys.PROFILES, profiles)):
            fact = StoredFact(device_id=device_id, key=key, value=value, source="benchmark")
            fact.observed_at = AT
            rows.append(fact)
    insert_many(rows)


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
