"""The profile that listed devices are to have: defined once, assigned in bounded batches."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from quartermaster.inventory.models import DeviceStatus, Ownership
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.makers import MOST_ASSIGNED, Outcomes
from quartermaster.mdm.models import AutomatedProfile, DeviceList, ListedDevice
from quartermaster.mdm.rules.listing import MOST_ASSIGNMENTS, pause_after

CLAIMED_FOR = timedelta(minutes=10)
ASSIGNED = "assigned"


def digest_of(content: Mapping[str, Any]) -> str:
    """What tells one definition from another."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def current_profile(list_id: UUID) -> AutomatedProfile | None:
    return AutomatedProfile.objects.filter(list_id=list_id, replaced_at=None).first()


def keep_profile(
    *, list_id: UUID, content: Mapping[str, Any], external_id: str, actor: Actor, at: datetime
) -> AutomatedProfile:
    """Keep what was defined; every device that wants a profile is to have this one (G-10)."""
    with act(actor, at) as doing:
        AutomatedProfile.objects.filter(list_id=list_id, replaced_at=None).update(replaced_at=at)
        made = AutomatedProfile.objects.create(
            list=DeviceList.objects.select_for_update().get(id=list_id),
            digest=digest_of(content),
            content=dict(content),
            external_id=external_id[:100],
            defined_at=at,
        )
        doing.record("mdm.automated-profile.defined", made, digest=made.digest)
        ListedDevice.objects.filter(list_id=list_id).update(assign_attempts=0)
        require_profile(list_id=list_id, profile=made, at=at)
    return made


def drop_profile(*, profile: AutomatedProfile, actor: Actor, at: datetime) -> None:
    """The service does not know the profile any more: it is defined anew at the next turn."""
    with act(actor, at) as doing:
        AutomatedProfile.objects.filter(id=profile.id, replaced_at=None).update(replaced_at=at)
        doing.record("mdm.automated-profile.lost", profile, digest=profile.digest)


def require_profile(*, list_id: UUID, profile: AutomatedProfile, at: datetime) -> int:
    """Note which devices lack the current profile; how many were found.

    A device that was tried often enough is left alone until a person asks, or the profile changes.
    Never one that a person owns, nor one that the City has retired.
    """
    lacking = ListedDevice.objects.filter(
        list_id=list_id, removed_at=None, wants_profile=True, assign_due_at=None
    ).exclude(profile_id=profile.external_id)
    ours = Q(device=None) | (
        Q(device__ownership=Ownership.CITY) & ~Q(device__status=DeviceStatus.RETIRED)
    )
    keys = lacking.filter(ours, assign_attempts__lt=MOST_ASSIGNMENTS).values("id")
    return ListedDevice.objects.filter(id__in=keys).update(assign_due_at=at)


def claim_unassigned(*, list_id: UUID, at: datetime) -> list[str]:
    """The serial numbers of a batch that is due, put off meanwhile so that a crash loses none."""
    due = ListedDevice.objects.filter(list_id=list_id, assign_due_at__lte=at)
    rows = due.order_by("assign_due_at", "id").values_list("id", "serial")[:MOST_ASSIGNED]
    batch = dict(rows)
    ListedDevice.objects.filter(id__in=batch).update(
        assign_due_at=at + CLAIMED_FOR, assign_attempts=F("assign_attempts") + 1
    )
    return list(batch.values())


def note_outcomes(
    *,
    list_id: UUID,
    serials: Sequence[str],
    profile: AutomatedProfile,
    outcomes: Outcomes,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep what came of an assignment, device by device (G-10)."""
    rows = ListedDevice.objects.filter(list_id=list_id, serial__in=serials)
    with act(actor, at) as doing:
        rows.filter(serial__in=outcomes.done).update(
            profile_id=profile.external_id,
            profile_status=ASSIGNED,
            profile_assigned_at=at,
            assign_due_at=None,
            assign_attempts=0,
            outcome="",
        )
        for row in rows.exclude(serial__in=outcomes.done):
            said = outcomes.others.get(row.serial, "NO_ANSWER")
            again = row.assign_attempts < MOST_ASSIGNMENTS and row.assign_due_at is not None
            row.assign_due_at = (
                at + pause_after(row.assign_attempts, outcomes.wait) if again else None
            )
            row.outcome = said[:40]
            row.save(update_fields=["assign_due_at", "outcome"])
        doing.record(
            "mdm.automated-profile.assigned",
            profile,
            done=len(outcomes.done),
            others=dict(sorted(outcomes.others.items())[:20]),
        )


def note_taken_back(*, list_id: UUID, outcomes: Outcomes, actor: Actor, at: datetime) -> None:
    """Keep that devices have no profile any more; from the others it is taken later (G-10)."""
    rows = ListedDevice.objects.filter(list_id=list_id, wants_profile=False)
    with act(actor, at) as doing:
        for row in rows.filter(serial__in=outcomes.done):
            doing.record("mdm.automated-profile.taken-back", row, serial=row.serial)
        rows.filter(serial__in=outcomes.done).update(
            profile_id="", profile_status="removed", outcome=""
        )
        for serial, said in outcomes.others.items():
            rows.filter(serial=serial).update(outcome=said[:40])
