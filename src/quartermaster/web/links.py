"""Addresses of other rooms' pages, as far as the actor may open them."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import accessories_visible_to, devices_visible_to
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import departments_visible_to, people_visible_to
from quartermaster.policy.models import PolicyVersion
from quartermaster.policy.queries import clauses_visible_to


def device_address(request: Any, device: Device) -> str:
    """The page of a device; empty where the actor may not see it (any longer)."""
    if not devices_visible_to(request.actor).filter(id=device.id).exists():
        return ""
    return reverse("inventory:device", kwargs={"key": device.pk})


def accessory_address(request: Any, accessory_id: UUID) -> str:
    """The page of an accessory; empty where the actor may not see it (yet)."""
    if not accessories_visible_to(request.actor).filter(id=accessory_id).exists():
        return ""
    return reverse("inventory:accessory", kwargs={"key": accessory_id})


def person_address(request: Any, person: Person | None) -> str:
    """The page of a person; empty where the actor may not see it."""
    if person is None or not people_visible_to(request.actor).filter(id=person.id).exists():
        return ""
    return reverse("org:person", kwargs={"key": person.pk})


def department_address(request: Any, department: Department) -> str:
    """The page of a department; empty where the actor may not see it."""
    if not departments_visible_to(request.actor).filter(id=department.id).exists():
        return ""
    return reverse("org:department", kwargs={"key": department.pk})


def clause_address(request: Any, version: PolicyVersion | None, code: str) -> str:
    """A clause in the text of its version; empty where the actor may not read it (any longer)."""
    if version is None:
        return ""
    clause = clauses_visible_to(request.actor).filter(version=version, code=code).first()
    return reverse("policy:clause", kwargs={"key": clause.pk}) if clause else ""
