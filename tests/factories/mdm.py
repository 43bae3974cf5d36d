"""Invitations and enrolments without a device that speaks, for tests of the room alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from quartermaster.inventory.models import Device
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.driver import Order
from quartermaster.mdm.models import Certificate, Enrolment, Invitation
from quartermaster.mdm.states import EnrolmentState, InvitationState
from quartermaster.mdm.tokens import new_token, token_hash


def invitation(device: Device, at: datetime, **more: Any) -> Invitation:
    """An invitation that was used."""
    given = {
        "state": InvitationState.USED,
        "token_hash": token_hash(new_token()),
        "created_at": at,
        "created_by": "test",
        "expires_at": at + timedelta(days=7),
    }
    return Invitation.objects.create(device=device, person=device.holder, **{**given, **more})


def pending(device: Device, at: datetime, **more: Any) -> Enrolment:
    """An enrolment whose certificate was issued, and no more."""
    return Enrolment.objects.create(
        device=device,
        person=device.holder,
        invitation=invitation(device, at),
        driver="apple",
        created_at=at,
        **more,
    )


def enrolled(device: Device, at: datetime, external_id: str = "", **more: Any) -> Enrolment:
    """An enrolled device."""
    return pending(
        device,
        at,
        state=EnrolmentState.ENROLLED,
        external_id=external_id or str(new_id()),
        enrolled_at=at,
        **more,
    )


def certificate(enrolment: Enrolment, at: datetime, **more: Any) -> Certificate:
    """A certificate of an enrolment, with a fingerprint of its own."""
    given = {
        "fingerprint": token_hash(str(new_id())),
        "serial": "1f",
        "issued_at": at,
        "expires_at": at + timedelta(days=365),
    }
    return Certificate.objects.create(enrolment=enrolment, **{**given, **more})


def order(kind: str = "SecurityInfo", key: str = "", digest: str = "") -> Order:
    """A command whose bytes are its own id."""

    def render(command_id: UUID) -> bytes:
        return str(command_id).encode()

    return Order(kind, render, key=key, digest=digest)
