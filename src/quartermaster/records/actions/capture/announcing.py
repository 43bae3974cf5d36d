"""Announcing that a record lies on a device and is not here yet, and how that ends (C-2)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person
from quartermaster.records.actions.capture.telling import tell_announced
from quartermaster.records.capture import announcement_for_update
from quartermaster.records.models import Announcement
from quartermaster.records.permits import RECORD_ANNOUNCE
from quartermaster.records.rules.capture import (
    ANNOUNCED,
    LONGEST_ABOUT,
    Ageing,
    AnnouncedState,
    Origin,
    Source,
)
from quartermaster.records.rules.holds import LONGEST_REASON, SHORTEST_REASON, said


def ageing() -> Ageing:
    """How this installation lets records lie on devices."""
    return Ageing(
        transfer=timedelta(days=settings.RECORD_TRANSFER_DAYS),
        remind=timedelta(days=settings.RECORD_REMIND_DAYS),
        remind_most=settings.RECORD_REMIND_MOST,
    )


_TOLD_OTHERWISE = frozenset({Origin.RETURN, Origin.SEPARATION})  # by the mail that asks for it back


def announce(
    *,
    person_id: UUID,
    about: str,
    source: Source,
    device_id: UUID | None = None,
    origin: Origin = Origin.SELF,
    actor: Actor,
    at: datetime,
) -> Announcement:
    """Say that a record is on a device and not saved yet: oneself, or with a loss (C-2)."""
    require(actor, RECORD_ANNOUNCE, person_id=person_id)
    with act(actor, at) as doing:
        person = Person.objects.filter(id=person_id).first()
        if person is None:
            raise InvalidInput("This person is not known.", field="person")
        device = Device.objects.filter(id=device_id).first() if device_id else None
        own = origin is Origin.SELF
        if device_id and (device is None or (own and device.holder_id != person_id)):
            raise InvalidInput("Choose one of your own devices.", field="device")
        made = Announcement.objects.create(
            person=person,
            device=device,
            about=said(about, "about", LONGEST_ABOUT),
            source=Source(source).value,
            origin=origin.value,
            announced_at=at,
            announced_by_id=actor.person_id,
            due_at=at + ageing().remind,
        )
        doing.record("records.announcement.made", made, person=str(person_id), origin=made.origin)
        if origin not in _TOLD_OTHERWISE:
            tell_announced(made, "announced", doing)
    return made


def transfer(announced: Announcement, doing: Act) -> None:
    """It is here now."""
    _close(announced, "transfer", "", doing)


def give_up(*, announcement_id: UUID, reason: str, actor: Actor, at: datetime) -> Announcement:
    """Say, with the reason, that what was announced cannot be saved any longer (C-2)."""
    return _end(announcement_id, "give up", reason, actor, at)


def withdraw(*, announcement_id: UUID, reason: str, actor: Actor, at: datetime) -> Announcement:
    """Withdraw an announcement that was a mistake, with the reason (C-2)."""
    return _end(announcement_id, "withdraw", reason, actor, at)


def _end(key: UUID, verb: str, reason: str, actor: Actor, at: datetime) -> Announcement:
    why = said(reason, "reason", LONGEST_REASON, SHORTEST_REASON)
    with act(actor, at) as doing:
        announced = announcement_for_update(key)
        require(actor, RECORD_ANNOUNCE, person_id=announced.person_id)
        _close(announced, verb, why, doing)
    return announced


def _close(announced: Announcement, verb: str, reason: str, doing: Act) -> None:
    step = ANNOUNCED.transitions[verb]
    rows = Announcement.objects.filter(id=announced.id, state__in=sorted(step.sources))
    if rows.update(state=step.target, closed_at=doing.at, due_at=None, reason=reason) != 1:
        announced.refresh_from_db()
        ANNOUNCED.target(verb, AnnouncedState(announced.state))
        raise Conflict("It changed at the same time; look at it again.")
    announced.refresh_from_db()
    doing.record(f"records.announcement.{step.target}", announced)
