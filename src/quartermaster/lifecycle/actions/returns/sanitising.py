"""Sanitising after NIST SP 800-88r2: what was done, and who verified it (C-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from pydantic import Field

from quartermaster.files import actions as files
from quartermaster.files.models import StoredFile
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.actions.devices import require_not_held
from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.returns.certificates import make_certificate
from quartermaster.lifecycle.actions.returns.common import HOUSE
from quartermaster.lifecycle.models import Sanitisation, SanitisationEvidence
from quartermaster.lifecycle.return_errors import AnotherPerson
from quartermaster.lifecycle.return_permits import SANITISE
from quartermaster.lifecycle.rules.sanitising import (
    METHODS,
    SANITISATION,
    Method,
    NextPlace,
    SanitisedState,
    Technique,
    needs_another,
)
from quartermaster.mdm.models import DestructiveTarget
from quartermaster.mdm.rules.destruction import Kind, TargetState
from quartermaster.org.rules.details import Details

LARGEST_EVIDENCE = 10 * 1024 * 1024
MOST_EVIDENCE = 10
LONGEST_HOW = 500


@dataclass(frozen=True)
class Evidence:
    """A file that shows it, as it was handed in."""

    name: str
    content: bytes
    media_type: str = ""


class SanitisationDetails(Details):
    """What was done, with which tool, and where the device goes next."""

    technique: Technique
    tool: Annotated[str, Field(title="tool", min_length=1, max_length=120)]
    tool_version: Annotated[str, Field(title="version of the tool", min_length=1, max_length=60)]
    next_place: NextPlace


def record_sanitisation(
    *,
    device_id: UUID,
    details: SanitisationDetails,
    evidence: Sequence[Evidence] = (),
    actor: Actor,
    at: datetime,
) -> Sanitisation:
    """Record that a device in stock was sanitised, and by whom; it is verified next (C-3).

    Raises:
        Held: a legal hold keeps what is on it.
        Conflict: it is not in stock, waits for its verification, or no order proves it.
    """
    require(actor, SANITISE)
    if actor.person_id is None:
        raise Refused("A person sanitises, and stands for it with their name.")
    if len(evidence) > MOST_EVIDENCE:
        raise InvalidInput(f"At most {MOST_EVIDENCE} files.", field="evidence")
    with act(actor, at) as doing:
        device = device_for_update(device_id)
        _require_possible(device, details, at)
        proof = _proof(device) if details.technique is Technique.BY_ORDER else None
        try:
            with transaction.atomic():
                made = Sanitisation.objects.create(
                    **details.model_dump(),
                    device=device,
                    method=METHODS[details.technique],
                    operator_id=actor.person_id,
                    done_at=at,
                    proof=proof,
                )
        except IntegrityError as race:
            raise Conflict(f"A sanitisation of {device} waits to be verified.") from race
        digests = [_keep(made, item, doing).digest for item in evidence]
        doing.record(
            "lifecycle.sanitisation.recorded",
            made,
            device=device.asset_tag,
            method=str(made.method),
            technique=details.technique.value,
            tool=f"{details.tool} {details.tool_version}",
            evidence=digests,
        )
        if not needs_another(Method(made.method), settings.SANITISE_VERIFY):
            _verify(made, "By who did it, as the method allows.", actor.person_id, doing)
    return made


def _require_possible(device: Device, details: SanitisationDetails, at: datetime) -> None:
    if device.personal:
        raise Conflict("A personal device is its owner's to sanitise.")
    if device.status != DeviceStatus.IN_STOCK:
        raise Conflict(f"{device} is not in stock. Receive it first.")
    destroyed = METHODS[details.technique] is Method.DESTROY
    if destroyed != (details.next_place is NextPlace.DESTRUCTION):
        raise InvalidInput(
            "What is destroyed goes to be recycled, and nothing else does.", field="next_place"
        )
    require_not_held(device, at)


def _proof(device: Device) -> DestructiveTarget:
    """The confirmed erasure that no record stands on yet."""
    rows = DestructiveTarget.objects.filter(
        enrolment__device=device,
        request__kind=Kind.WIPE,
        state=TargetState.CONFIRMED,
        sanitisation=None,
    )
    found = rows.order_by("-settled_at").first()
    if found is None:
        raise Conflict(
            f"{device} has not confirmed an order to erase that is not used already. Ask for one,"
            " or reset it by hand."
        )
    return found


def _keep(row: Sanitisation, item: Evidence, doing: Act) -> StoredFile:
    kept = files.store(
        content=item.content,
        media_type=item.media_type,
        name=item.name,
        actor=doing.actor,
        at=doing.at,
        limit=LARGEST_EVIDENCE,
    )
    SanitisationEvidence.objects.get_or_create(
        sanitisation=row, file=kept, defaults={"added_at": doing.at}
    )
    return kept


def verify_sanitisation(
    *, row: Sanitisation, passed: bool, how: str, actor: Actor, at: datetime
) -> Sanitisation:
    """Verify a sanitisation, or say that it did not pass; another person for most methods (C-3)."""
    require(actor, SANITISE)
    if actor.person_id is None:
        raise Refused("A person verifies, and stands for it with their name.")
    with act(actor, at) as doing:
        device_for_update(row.device_id)
        rows = Sanitisation.objects.select_for_update(of=("self",))
        found = rows.select_related("device__model", "operator").filter(id=row.id).first()
        if found is None:
            raise NotFound("There is no such sanitisation.")
        SANITISATION.target("verify", SanitisedState(found.state))
        another = needs_another(Method(found.method), settings.SANITISE_VERIFY)
        if another and actor.person_id == found.operator_id:
            raise AnotherPerson("Somebody else than who did it must verify it.")
        text = how.strip()
        if not 0 < len(text) <= LONGEST_HOW:
            raise InvalidInput(f"Say how, in {LONGEST_HOW} characters at most.", field="how")
        if passed:
            require_not_held(found.device, at)
            _verify(found, text, actor.person_id, doing)
        else:
            _settle(found, "fail", text, actor.person_id, doing)
            doing.record("lifecycle.sanitisation.failed", found, reason=text)
    return found


def _verify(row: Sanitisation, how: str, verifier: UUID, doing: Act) -> None:
    if row.device.status != DeviceStatus.IN_STOCK:
        raise Conflict(f"{row.device} is not in stock any longer.")
    Sanitisation.objects.filter(device_id=row.device_id, holds=True).update(holds=False)
    _settle(row, "verify", how, verifier, doing, holds=True)
    certificate = make_certificate(row, doing)
    Sanitisation.objects.filter(id=row.id).update(certificate=certificate)
    row.certificate = certificate
    doing.record("lifecycle.sanitisation.verified", row, certificate=certificate.digest)
    row.device.refresh_from_db()
    # what is destroyed stays where it is until it is disposed of: nobody is handed it
    if row.device.needs_sanitising and row.method != Method.DESTROY:
        inventory.count_sanitised(device_id=row.device_id, actor=HOUSE, at=doing.at)


def _settle(
    row: Sanitisation, verb: str, how: str, verifier: UUID, doing: Act, **more: object
) -> None:
    step = SANITISATION.transitions[verb]
    rows = Sanitisation.objects.filter(id=row.id, state__in=sorted(step.sources))
    fields = {
        "state": step.target,
        "verifier_id": verifier,
        "verified_at": doing.at,
        "verification": how,
        **more,
    }
    if rows.update(**fields) != 1:
        raise Conflict("It was verified in the meantime. Look at it again.")
    row.refresh_from_db()
