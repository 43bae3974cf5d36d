"""Reads of who was asked, and of who is likely to have something."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from quartermaster.disclosure.models import RecordsRequest, Search
from quartermaster.disclosure.permits import REQUEST_WORK, SEARCH_ANSWER
from quartermaster.disclosure.rules.searches import KEEP, SearchState
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, reach
from quartermaster.org.models import Person, Standing
from quartermaster.records.capture import lying_on_devices, pending
from quartermaster.records.models import Record
from quartermaster.records.rules.capture import Lying


def searches_visible_to(actor: Actor) -> QuerySet[Search]:
    """Who was asked for what, for whoever works on requests."""
    rows = Search.objects.select_related("request", "person__department", "person__supervisor")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def searches_of(actor: Actor) -> QuerySet[Search]:
    """What the actor themselves was asked to search for (G-2)."""
    own = reach(actor, SEARCH_ANSWER).people
    rows = Search.objects.select_related("request", "person")
    return rows.filter(person_id__in=own).order_by("state", "-asked_at")


def people_likely(request: RecordsRequest, words: str) -> QuerySet[Person]:
    """Who may have something: authors of what was found, and who announced the like (G-2)."""
    authors = Record.objects.filter(id__in=request.items.values("item__record_id")).values(
        "author_id"
    )
    likely = Q(id__in=authors)
    for word in words.split()[:20]:
        likely |= Q(id__in=pending().filter(about__icontains=word).values("person_id"))
    asked = request.searches.values("person_id")
    rows = Person.objects.filter(likely, standing=Standing.ACTIVE).exclude(id__in=asked)
    return rows.select_related("department").order_by("family_name", "given_name")


def lying_with(searches: list[Search]) -> Mapping[UUID, int]:
    """How much still lies on devices of each person asked (C-2)."""
    allowed = timedelta(days=settings.RECORD_TRANSFER_DAYS)
    found: dict[UUID, int] = {}
    lying: Mapping[tuple[UUID, UUID | None], Lying] = lying_on_devices(
        [item.person_id for item in searches], allowed
    )
    for (person, _), what in lying.items():
        found[person] = found.get(person, 0) + what.count
    return found


def devices_with(searches: list[Search]) -> Mapping[UUID, list[Device]]:
    """The devices that the people asked hold, the City's and their own (G-2)."""
    found: dict[UUID, list[Device]] = {}
    rows = Device.objects.filter(holder__in=[item.person_id for item in searches])
    for device in rows.order_by("ownership", "asset_tag"):
        assert device.holder_id is not None  # filtered by it
        found.setdefault(device.holder_id, []).append(device)
    return found


def device_waits(device: Device, at: datetime) -> dict[str, str]:  # noqa: ARG001 (a check of holds)
    """What is told to who would erase or dispose of a device whose holder is still asked."""
    if device.holder_id is None:
        return {}
    rows = Search.objects.filter(person_id=device.holder_id, state=SearchState.ASKED)
    keys = rows.values_list("request_id", flat=True)
    return dict.fromkeys((f"disclosure.request/{key}" for key in keys), KEEP)
