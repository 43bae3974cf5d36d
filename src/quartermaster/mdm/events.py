"""What the room mdm tells the rooms above."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class DeviceEnrolled(Event):
    """A device came under management, or came again."""

    tag: ClassVar[str] = "mdm.device.enrolled"
    device_id: UUID
    enrolment_id: UUID


@event
@dataclass(frozen=True)
class PostureReported(Event):
    """A device said something of itself."""

    tag: ClassVar[str] = "mdm.posture.reported"
    device_id: UUID


@event
@dataclass(frozen=True)
class DeviceChanged(Event):
    """What a device can take changed, or how it stands there: what it gets may now differ."""

    tag: ClassVar[str] = "mdm.device.changed"
    device_id: UUID


@event
@dataclass(frozen=True)
class EnrolmentEnded(Event):
    """A device left management."""

    tag: ClassVar[str] = "mdm.enrolment.ended"
    device_id: UUID
    enrolment_id: UUID
    reason: str


@event
@dataclass(frozen=True)
class DeviceCannotBeWoken(Event):
    """A device is reached only when it calls by itself, until it brings a new push token."""

    tag: ClassVar[str] = "mdm.device.cannot-be-woken"
    device_id: UUID
    enrolment_id: UUID
    reason: str


@event
@dataclass(frozen=True)
class CredentialActivated(Event):
    """A credential for a service came into use, for the first time or in place of another."""

    tag: ClassVar[str] = "mdm.credential.activated"
    credential_id: UUID
    driver: str
    kind: str


@event
@dataclass(frozen=True)
class DestructionRequested(Event):
    """Somebody asked that devices be erased, or their management removed."""

    tag: ClassVar[str] = "mdm.destruction.requested"
    request_id: UUID
    kind: str


@event
@dataclass(frozen=True)
class DestructionSettled(Event):
    """It is known, for one device, whether it was done: acknowledged, or not."""

    tag: ClassVar[str] = "mdm.destruction.settled"
    request_id: UUID
    device_id: UUID
    kind: str
    confirmed: bool


@event
@dataclass(frozen=True)
class UserChannelOpened(Event):
    """A user of a device came with a channel of their own, for the first time or again."""

    tag: ClassVar[str] = "mdm.user-channel.opened"
    device_id: UUID
    channel_id: UUID
