"""Authorisations of a second cellular device: recorded, ended by hand or by the day (G-8)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from quartermaster.inventory.models import DeviceClass
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import RequestItem, SecondDevice
from quartermaster.lifecycle.request_permits import REQUEST_KEEP, SECOND_AUTHORISE
from quartermaster.lifecycle.rules.second import LONGEST, SecondDetails
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

NOTICE = timedelta(days=14)


def authorise_second(
    *,
    person_id: UUID,
    device_class: DeviceClass,
    details: SecondDetails,
    actor: Actor,
    at: datetime,
) -> SecondDevice:
    """Record that a person may hold one cellular device more, why and until when (G-8)."""
    with act(actor, at) as doing:
        require(actor, SECOND_AUTHORISE)
        person = Person.objects.select_for_update().filter(id=person_id).first()
        if person is None or person.standing != Standing.ACTIVE:
            raise NotFound("There is nobody of this number at work.")
        return _record(person, device_class, details, doing)


def record_second(item: RequestItem, details: SecondDetails, doing: Act) -> SecondDevice:
    """Record it for an item that is authorised in the same act."""
    item.second = True
    item.save(update_fields=["second"])
    return _record(item.request.person, DeviceClass(item.device_class), details, doing, item)


def _record(
    person: Person,
    device_class: DeviceClass,
    details: SecondDetails,
    doing: Act,
    item: RequestItem | None = None,
) -> SecondDevice:
    if doing.actor.person_id is None or doing.actor.person_id == person.id:
        raise Refused("A second device is authorised by another person than its holder.")
    day = today(doing.at)
    if not day < details.until <= day + LONGEST:
        raise InvalidInput(
            f"Authorise it until a day to come, {(day + LONGEST):%B %Y} at the latest.",
            field="until",
        )
    made = SecondDevice.objects.create(
        person=person,
        device_class=device_class,
        reason=details.reason,
        alternatives=details.looked_at(),
        item=item,
        authorised_by_id=doing.actor.person_id,
        authorised_at=doing.at,
        until=details.until,
    )
    doing.record(
        "lifecycle.second.authorised",
        made,
        person=person.number,
        device_class=str(device_class),
        until=details.until.isoformat(),
        reason=details.reason,
        alternatives=made.alternatives,
    )
    return made


def end_second(*, second: SecondDevice, reason: str, actor: Actor, at: datetime) -> SecondDevice:
    """End an authorisation; what is held beyond one device is to come back (G-8)."""
    with act(actor, at) as doing:
        require(actor, SECOND_AUTHORISE)
        if not reason.strip():
            raise InvalidInput("Say why it ends.", field="reason")
        _end(second, reason.strip()[:300], doing)
    return second


def keep_second_devices(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Tell of authorisations that run out soon, and end those that did; how many (G-8)."""
    require(actor, REQUEST_KEEP)
    done, day = 0, today(at)
    while done < limit:
        with transaction.atomic():
            rows = SecondDevice.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                ended_at=None
            )
            over = rows.filter(until__lt=day).order_by("until", "id").first()
            soon = over or rows.filter(told_at=None, until__lte=day + NOTICE).first()
            if soon is None:
                return done
            with act(actor, at) as doing:
                if over is not None:
                    _end(over, "Its time is over.", doing)
                else:
                    soon.told_at = at
                    soon.save(update_fields=["told_at"])
                _tell(soon, "ended" if over is not None else "soon", doing)
        done += 1
    return done


def _end(second: SecondDevice, reason: str, doing: Act) -> None:
    rows = SecondDevice.objects.filter(id=second.id, ended_at=None)
    if rows.update(ended_at=doing.at, ending_reason=reason) != 1:
        raise Conflict("This authorisation has ended already.")
    second.refresh_from_db()
    doing.record("lifecycle.second.ended", second, reason=reason)


def _tell(second: SecondDevice, what: str, doing: Act) -> None:
    people = [second.person, *people_with_role(Role.ITMD_ADMIN, doing.at)]
    for person in {one.id: one for one in people if one.standing == Standing.ACTIVE}.values():
        post.send(
            template="lifecycle/second/notice",
            to=person.email,
            name=person.name,
            context={
                "second": second,
                "what": what,
                "link": f"{settings.WEB_URL}/second-devices/",
            },
            key=f"second:{second.id}:{what}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=second,
        )
