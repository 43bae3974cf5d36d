"""The second person: stands for what a package does on devices, with the password typed anew."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm.actions.destruction.common import why_not_second
from quartermaster.mdm.errors import ApprovalTakesAPerson
from quartermaster.mdm.models import SoftwarePackage
from quartermaster.mdm.software_events import SoftwareDecided
from quartermaster.mdm.software_permits import PACKAGE_APPROVE
from quartermaster.org.accounts import Proof, require_proof
from quartermaster.org.models import Person


def standing_for(package: SoftwarePackage) -> str:
    """What the second person proves their identity for: this file, in this version."""
    return f"mdm.package.approve/{package.id}/{package.file.digest}"


def approve_package(
    *, package_id: UUID, proof: Proof | None, actor: Actor, at: datetime
) -> SoftwarePackage:
    """Let a version go to devices, as a person other than who added it (G-10).

    What a package holds runs on devices, on a Mac with every right: it could erase a fleet.

    Raises:
        ApprovalTakesAPerson: the actor is no person.
        Refused: no permit, or who added it themselves, or nobody by name added it, or not settled
            in the role.
        ProofNeeded: the password was not typed for this very version within five minutes.
        Conflict: it was approved or withdrawn already.
    """
    require(actor, PACKAGE_APPROVE)
    if actor.person_id is None:
        raise ApprovalTakesAPerson("A person approves this, on its page, with their password.")
    with act(actor, at) as doing:
        package = _the_package(package_id)
        if package.adder_id is None:
            raise Refused("Nobody by name added it. Withdraw it, and add it again as a person.")
        if package.adder_id == actor.person_id:
            raise Refused("Somebody other than who added it must approve it.")
        given = require_proof(proof, actor=actor, purpose=standing_for(package), at=at)
        problem = why_not_second(Person.objects.get(id=actor.person_id), at, PACKAGE_APPROVE)
        if problem:
            raise Refused(problem)
        package.approver_id, package.approved_at = actor.person_id, at
        package.sealed_proof = given.sealed
        package.save(update_fields=["approver", "approved_at", "sealed_proof"])
        doing.record("mdm.package.approved", package, version=package.version)
        doing.emit(SoftwareDecided(software_id=package.software_id))
    return package


def _the_package(key: UUID) -> SoftwarePackage:
    rows = SoftwarePackage.objects.select_for_update(of=("self",)).select_related("file")
    package = rows.filter(id=key).first()
    if package is None:
        raise NotFound("There is no such version.")
    if package.withdrawn_at is not None:
        raise Conflict("This version was withdrawn.")
    if package.approved_at is not None:
        raise Conflict("Somebody has approved this version already.")
    return package
