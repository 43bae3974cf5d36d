"""Photographs of the condition of a device: at hand-out, return and damage."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.files.actions import store
from quartermaster.files.models import StoredFile
from quartermaster.inventory.actions.common import the_device
from quartermaster.inventory.custody import NO_CAUSE, Cause
from quartermaster.inventory.models import Device, Photograph
from quartermaster.inventory.permits import PHOTOGRAPH_ADD
from quartermaster.inventory.rules.pictures import JPEG, picture_of
from quartermaster.inventory.states import Occasion
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require

MOST = 100


def add(
    *,
    device_id: UUID,
    content: bytes,
    occasion: str,
    note: str = "",
    cause: Cause = NO_CAUSE,
    shown_to: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Photograph:
    """Keep a photograph of a device, without anything but its picture (C-3, G-11).

    ``cause`` names what it belongs to, such as a hand-out or a return, by kind and key;
    ``shown_to`` is who sees it as if they held the device, such as who is going to sign for it.

    Raises:
        InvalidInput: where it is no photograph, or too large.
        Conflict: where the device has too many, or this very one.
    """
    if occasion not in Occasion.values:
        raise InvalidInput("Say why it was taken.", field="occasion")
    with act(actor, at) as doing:
        device = the_device(device_id)
        require(
            actor,
            PHOTOGRAPH_ADD,
            person_id=device.holder_id,
            department_id=device.department_id,
        )
        image, small, size = _stored(device, content, doing)
        made = Photograph.objects.create(
            device=device,
            holder_id=device.holder_id or shown_to,
            occasion=occasion,
            note=note.strip()[:300],
            image=image,
            thumbnail=small,
            width=size[0],
            height=size[1],
            taken_at=at,
            taken_by=actor.label,
            taken_by_person_id=actor.person_id,
            cause_kind=cause.kind,
            cause_id=cause.id,
        )
        doing.record(
            "inventory.photograph.added",
            device,
            photograph=str(made.id),
            occasion=occasion,
            digest=image.digest,
        )
    return made


def _stored(
    device: Device, content: bytes, doing: Act
) -> tuple[StoredFile, StoredFile, tuple[int, int]]:
    """The picture and the small one of it in the store, and how large it is."""
    held = Photograph.objects.filter(device=device)
    if held.count() >= MOST:
        raise Conflict(f"{device} has {MOST} photographs already.")
    picture = picture_of(content)
    name = f"{device.asset_tag}-{localdate(doing.at):%Y%m%d}.jpg"
    image = store(
        content=picture.content, media_type=JPEG, name=name, actor=doing.actor, at=doing.at
    )
    if held.filter(image=image).exists():
        raise Conflict("This photograph is kept already.")
    small = store(
        content=picture.thumbnail,
        media_type=JPEG,
        name=f"small-{name}",
        actor=doing.actor,
        at=doing.at,
    )
    return image, small, (picture.width, picture.height)
