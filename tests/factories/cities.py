"""Any city with any fleet: what may be required, excepted, reported and on record."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import system
from quartermaster.mdm import posture as keys
from quartermaster.mdm.models import DeclaredState, Enrolment, StoredFact, Wake
from quartermaster.org.models import Person
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.models import (
    Acknowledgement,
    AcknowledgementRequest,
    Adoption,
    RequirementException,
)
from quartermaster.policy.plan.proposal import read_proposal
from tests.cast import Cast
from tests.factories import mdm
from tests.factories import policy as policies
from tests.factories.custody import written
from tests.factories.software import DeviceSoftwareFactory

HOUSE = system("test")
APPS = ("com.bad.app", "com.city.mail", "com.maps")
PLATFORMS = ("ios", "ipados", "macos")
CARRIED = "org.quartermaster.policy.passcode"
DECLARED = "org.quartermaster.declared.passcode"


def demands(chance: Random) -> dict[str, Any]:
    """Some settings with values, as a proposal has them; nothing that two people must ask for."""
    everything = {
        "passcode_required": True,
        "passcode_minimum_length": chance.randint(4, 8),
        "auto_lock_minutes": chance.randint(1, 10),
        "encryption_required": True,
        "minimum_os": {name: chance.choice(["18.0", "26.1"]) for name in PLATFORMS},
        "minimum_os_within_days": chance.randint(1, 20),
        "maximum_patch_age_days": chance.randint(1, 60),
        "compromised_forbidden": True,
        "blocked_software": ["com.bad.app"],
        "required_software": ["com.city.mail"],
        "cloud_backup_forbidden": True,
        "check_in_within_hours": chance.randint(1, 400),
    }
    return {key: value for key, value in everything.items() if chance.random() < 0.6}


def require(at: datetime, **sections: Any) -> None:
    proposal = read_proposal(sections)
    apply_proposal(proposal=proposal, digest=policy.plan(proposal).digest, actor=HOUSE, at=at)


def city(chance: Random, cast: Cast, at: datetime) -> None:
    """Requirements of the city and of one department, and what another adopted."""
    before = at - timedelta(days=chance.randint(0, 40))
    require(before, city={"city": demands(chance), "personal": demands(chance)})
    if chance.random() < 0.5:
        overlay = {"city": {"passcode_minimum_length": 12, "blocked_software": ["com.maps"]}}
        require(before, overlays={"WATER": overlay})
    if chance.random() < 0.5:
        cast.library.coverage, cast.library.exclusion_reason = "excluded", "Own contracts"
        cast.library.save()
        if chance.random() < 0.5:
            Adoption.objects.create(
                department=cast.library,
                clauses=["G-3", "C-4"],
                decided_on=date(2026, 1, 1),
                decided_by=cast.rex,
                changed_at=at,
            )
    if chance.random() < 0.7:
        _acknowledged(chance, cast, at)
    if chance.random() < 0.3:
        cast.rex.standing, cast.rex.separated_on = "separated", at.date()
        cast.rex.save()


def _acknowledged(chance: Random, cast: Cast, at: datetime) -> None:
    version = policies.adopted()
    for person in (cast.ana, cast.rex, cast.sue):
        AcknowledgementRequest.objects.filter(person=person).delete()
        if chance.random() < 0.6:
            due = at + timedelta(days=chance.choice([-3, 3]))
            AcknowledgementRequest.objects.create(
                person=person, version=version, asked_at=at - timedelta(days=9), due_at=due
            )
        if chance.random() < 0.4:
            Acknowledgement.objects.create(
                person=person,
                version=version,
                text_digest=version.text_digest,
                at=at - timedelta(days=1),
                way="page",
            )


def fleet(chance: Random, cast: Cast, at: datetime, count: int) -> list[Device]:
    """Devices of any kind, most of them enrolled."""
    made = [_device(chance, cast, number) for number in range(count)]
    for device in made:
        if device.holder is not None and chance.random() < 0.9:
            _under_management(chance, device, at)
        if chance.random() < 0.4:
            _excepted(chance, cast, device, at)
    return made


def _device(chance: Random, cast: Cast, number: int) -> Device:
    personal = chance.random() < 0.25
    holder = chance.choice([cast.ana, cast.rex, cast.sue])
    return written(
        Device,
        asset_tag=f"PH-{number}",
        device_class="smartphone",
        platform=chance.choice([*PLATFORMS, "android"]),
        ownership="personal" if personal else "city",
        department=chance.choice([cast.water, cast.library, cast.itmd]),
        holder=holder,
        status=chance.choice(["assigned", "assigned", "lost", "in_repair"]),
    )


def _under_management(chance: Random, device: Device, at: datetime) -> None:
    came = at - timedelta(minutes=chance.choice([10, 600, 60_000]))
    enrolment = mdm.enrolled(device, came)
    if chance.random() < 0.5:
        seen = at - timedelta(hours=chance.randint(0, 500))
        Enrolment.objects.filter(id=enrolment.id).update(last_seen_at=seen)
    if chance.random() < 0.5:
        enrolment.invitation.consented_at = came
        enrolment.invitation.save()
    for _ in range(chance.randint(0, 2)):
        until = at + timedelta(days=chance.choice([-2, 30]))
        revoked = chance.choice([None, at - timedelta(hours=1)])
        mdm.certificate(enrolment, came - timedelta(days=9), expires_at=until, revoked_at=revoked)
    if chance.random() < 0.5:
        gone = chance.random() < 0.5
        Wake.objects.create(
            enrolment=enrolment,
            asked_at=came,
            outcome="gone" if gone else "delivered",
            cannot_since=came if gone else None,
            woken_at=None if gone else came,
        )
    if chance.random() < 0.3:
        mdm.CommandFactory(enrolment=enrolment, key=f"install:{CARRIED}")
    if chance.random() < 0.3:
        DeclaredState.objects.create(
            enrolment=enrolment,
            section="configuration",
            identifier=chance.choice([DECLARED, "org.quartermaster.passcode"]),
            token="t",
            active=False,
            valid="invalid",
            reasons=["No room."],
            reported_at=came,
        )
    if chance.random() < 0.3:
        DeviceSoftwareFactory(enrolment=enrolment, device=device, origin="policy", state="sent")
    _reported(chance, device, at)


def _reported(chance: Random, device: Device, at: datetime) -> None:
    told = {
        keys.PASSCODE_PRESENT: chance.choice([True, False, None]),
        keys.PASSCODE_COMPLIANT: chance.choice([True, False]),
        keys.ENCRYPTION: chance.choice([True, False]),
        keys.COMPROMISED: chance.choice([True, False]),
        keys.OS_VERSION: chance.choice(["26.1", "18.7.2", "14.8", "12.7.1", "oddity"]),
        keys.SUPERVISED: chance.choice([True, False]),
        keys.LOST_MODE: chance.choice([True, False]),
        keys.SOFTWARE: [
            {"identifier": name, "name": name} for name in APPS[: chance.randint(0, 3)]
        ],
        keys.PROFILES: [CARRIED][: chance.randint(0, 1)],
        keys.DECLARED: {},
    }
    StoredFact.objects.bulk_create(
        StoredFact(
            device=device,
            key=key,
            value=value,
            source="test",
            observed_at=at - timedelta(hours=chance.randint(0, 24 * 20)),
        )
        for key, value in told.items()
        if chance.random() < 0.7
    )


def _excepted(chance: Random, cast: Cast, device: Device, at: datetime) -> None:
    scope = chance.choice(["department", "person", "device"])
    setting, value = chance.choice(
        [("passcode_required", False), ("encryption_required", False), ("auto_lock_minutes", 30)]
    )
    person: Person | None = device.holder
    if RequirementException.objects.filter(setting=setting).exists():
        return
    RequirementException.objects.create(
        setting=setting,
        value=value,
        scope=scope if person or scope != "person" else "device",
        department=device.department,
        person=person if scope == "person" else None,
        device_id=device.id if scope == "device" or person is None else None,
        subject_label="somebody",
        reason="A trial",
        state="in_force",
        requested_by=cast.ana,
        requested_at=at - timedelta(days=9),
        decided_by=cast.ida,
        decided_at=at - timedelta(days=9),
        expires_at=at + timedelta(days=chance.choice([-1, 5])),
    )
