"""The one-time leave without which no driver makes a command that destroys.

`issue` looks at the database itself: the device's row is released, its request is released and
unchanged, and a second person approved exactly this, proved by what only their password makes.
A leave is spent by the driver; it cannot be spent twice, and one that was not issued here is none.
"""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

from quartermaster.mdm.errors import NotReleased
from quartermaster.mdm.models import DestructiveApproval, DestructiveRequest, DestructiveTarget
from quartermaster.mdm.rules.destruction import (
    Kind,
    RequestState,
    TargetState,
    digest_of,
    purpose_of,
)
from quartermaster.org.accounts import is_genuine

_ISSUED: dict[bytes, "Leave"] = {}


@dataclass(frozen=True)
class Leave:
    """Leave to destroy one device, once."""

    target_id: UUID
    kind: Kind
    mark: bytes = field(repr=False)


def issue(target_id: UUID) -> Leave:
    """A leave for a device whose turn it is.

    Raises:
        NotReleased: nobody released it, or not two people stand for it as it is written.
    """
    target = DestructiveTarget.objects.select_related("request").filter(id=target_id).first()
    if target is None or target.state != TargetState.RELEASED:
        raise NotReleased("This device was not released.")
    request = target.request
    if request.state != RequestState.RELEASED or agreed(request) is None:
        raise NotReleased("Two people do not stand for this as it is written.")
    leave = Leave(target.id, Kind(request.kind), secrets.token_bytes(32))
    _ISSUED[leave.mark] = leave
    return leave


def spend(leave: Leave) -> None:
    """Use a leave up; `NotReleased` where it is none, or was used."""
    if _ISSUED.pop(leave.mark, None) is not leave:
        raise NotReleased("This is no leave, or it was used before.")


def agreed(request: DestructiveRequest) -> DestructiveApproval | None:
    """The approval of a request, if it was given by another person to exactly what stands here."""
    approval = DestructiveApproval.objects.filter(request_id=request.id).first()
    if approval is None or approval.approver_id == request.requester_id:
        return None
    digest = digest_now(request)
    if not digest == request.digest == approval.digest:
        return None
    purpose = purpose_of(request.id, digest)
    sealed = bytes(approval.sealed_proof)
    genuine = is_genuine(sealed, approval.approver_id, purpose, approval.proved_at)
    return approval if genuine else None


def digest_now(request: DestructiveRequest) -> str:
    """The digest of a request as it is written now."""
    rows = DestructiveTarget.objects.filter(request_id=request.id)
    return digest_of(
        request_id=request.id,
        kind=request.kind,
        requester_id=request.requester_id,
        enrolment_ids=rows.values_list("enrolment_id", flat=True),
        arguments=request.arguments,
        reason=request.reason,
        statement=request.statement,
        despite_hold=request.despite_hold,
    )
