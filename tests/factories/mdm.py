"""Invitations, enrolments, commands and facts without a device that speaks."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import factory

from quartermaster.inventory.models import Device
from quartermaster.kernel import vault
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.driver import Order
from quartermaster.mdm.models import (
    Certificate,
    Command,
    Enrolment,
    EscrowedSecret,
    Invitation,
    Location,
    StoredFact,
)
from quartermaster.mdm.states import EnrolmentState, InvitationState
from quartermaster.mdm.tokens import new_token, token_hash
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory


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


EARLIER = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """An open invitation; ``token`` opens it."""

    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"token-{n}")

    device = factory.SubFactory(DeviceFactory, holder=factory.SubFactory(PersonFactory))
    person = factory.LazyAttribute(lambda invitation: invitation.device.holder)
    token_hash = factory.LazyAttribute(lambda invitation: token_hash(invitation.token))
    created_at = EARLIER
    created_by = "test"
    expires_at = EARLIER + timedelta(days=7)


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    """A device under management."""

    class Meta:
        model = Enrolment

    device = factory.SubFactory(DeviceFactory, holder=factory.SubFactory(PersonFactory))
    person = factory.LazyAttribute(lambda enrolment: enrolment.device.holder)
    invitation = factory.LazyAttribute(
        lambda enrolment: InvitationFactory(device=enrolment.device, state="used")
    )
    driver = "apple"
    external_id = factory.Sequence(lambda n: f"UDID-{n}")
    state = "enrolled"
    created_at = EARLIER
    enrolled_at = EARLIER
    last_seen_at = EARLIER


class CommandFactory(factory.django.DjangoModelFactory[Command]):
    """A command that waits for its device."""

    class Meta:
        model = Command

    enrolment = factory.SubFactory(EnrolmentFactory)
    kind = "SecurityInfo"
    payload = b"x"
    queued_at = EARLIER
    queued_by = "test"
    expires_at = EARLIER + timedelta(days=14)


class SecretFactory(factory.django.DjangoModelFactory[EscrowedSecret]):
    """A recovery lock that the Mac has confirmed; ``value`` is what it is."""

    class Meta:
        model = EscrowedSecret

    class Params:
        value = b"open sesame"

    id = factory.LazyFunction(new_id)
    device = factory.SubFactory(DeviceFactory, platform="macos")
    kind = "recovery-lock"
    sealed = factory.LazyAttribute(
        lambda secret: vault.seal(secret.value, place=f"mdm.secret/{secret.id}")
    )
    kept_at = EARLIER
    confirmed_at = EARLIER


class LocationFactory(factory.django.DjangoModelFactory[Location]):
    """Where a lost phone was."""

    class Meta:
        model = Location

    id = factory.LazyFunction(new_id)
    command = factory.SubFactory(
        CommandFactory,
        kind="DeviceLocation",
        key="do:locate",
        reason="Reported lost at the depot",
        state="acknowledged",
        answered_at=EARLIER,
    )
    sealed = factory.LazyAttribute(
        lambda location: vault.seal(
            b'{"latitude": 44.51234, "longitude": -88.01234, "accuracy": 12.0,'
            b' "measured_at": null}',
            place=f"mdm.location/{location.id}",
        )
    )
    accuracy = 12.0
    received_at = EARLIER
    delete_at = EARLIER + timedelta(days=30)


class FactFactory(factory.django.DjangoModelFactory[StoredFact]):
    """No passcode is set."""

    class Meta:
        model = StoredFact

    device = factory.SubFactory(DeviceFactory)
    key = "passcode.present"
    value = False
    source = "SecurityInfo"
    observed_at = EARLIER
