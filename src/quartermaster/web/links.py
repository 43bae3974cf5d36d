"""Addresses of other rooms' pages, as far as the actor may open them."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from quartermaster.inventory.models import Device
from quartermaster.org.models import Person
from quartermaster.org.queries import people_visible_to


def device_address(device: Device) -> str:
    """The page of a device; empty where this door does not show equipment."""
    try:
        return reverse("inventory:device", kwargs={"key": device.pk})
    except NoReverseMatch:
        return ""


def person_address(request: Any, person: Person | None) -> str:
    """The page of a person; empty where the actor may not see it."""
    if person is None or not people_visible_to(request.actor).filter(id=person.id).exists():
        return ""
    return reverse("org:person", kwargs={"key": person.pk})
