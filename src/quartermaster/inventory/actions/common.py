"""What the verbs of the room share: the lock, finding rows to change, who may hold something."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from quartermaster.inventory.errors import IdentifierTaken, NotAcknowledged
from quartermaster.inventory.models import Accessory, Device, DeviceModel, Line, Sim
from quartermaster.inventory.queries import device_for_update as the_device
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.org.models import Department, Person, Standing
from quartermaster.policy.queries import acknowledgement_due

M = TypeVar("M", bound=Model)

__all__ = [
    "free_tag",
    "fresh_tag",
    "lock",
    "require_acknowledged",
    "require_free",
    "the_accessory",
    "the_department",
    "the_device",
    "the_holder",
    "the_line",
    "the_model",
    "the_sim",
]

LOCK = 0x494E_5600


def lock() -> None:
    """Wait until this transaction is the only one that gives out identifiers."""
    take_turn(LOCK)


def fresh_tag() -> str:
    """An asset tag that no device and no accessory has."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('inventory_asset_tag')")
            tag = f"QM-{cursor.fetchone()[0]:06}"
        taken = Device.objects.filter(asset_tag=tag).exists()
        if not taken and not Accessory.objects.filter(asset_tag=tag).exists():
            return tag


def free_tag(tag: str, *, but: UUID | None = None) -> str:
    """The tag, or `IdentifierTaken` where some other thing of the City has it."""
    things: tuple[QuerySet[Any], ...] = (Device.objects.all(), Accessory.objects.all())
    for rows in things:
        if rows.filter(asset_tag=tag).exclude(pk=but).exists():
            raise IdentifierTaken(f"The asset tag {tag} is in use already.", field="asset_tag")
    return tag


def the_line(line_id: UUID) -> Line:
    """The line to change, locked."""
    rows = Line.objects.select_for_update(of=("self",)).select_related("department", "holder")
    return _found(rows.filter(id=line_id).first(), "line")


def the_sim(sim_id: UUID) -> Sim:
    """The SIM to change, locked."""
    rows = Sim.objects.select_for_update(of=("self",)).select_related("line", "device")
    return _found(rows.filter(id=sim_id).first(), "SIM")


def the_accessory(accessory_id: UUID) -> Accessory:
    """The accessory to change, locked."""
    rows = Accessory.objects.select_for_update(of=("self",)).select_related("department", "holder")
    return _found(rows.filter(id=accessory_id).first(), "accessory")


def the_model(model_id: UUID) -> DeviceModel:
    return _found(DeviceModel.objects.filter(id=model_id).first(), "model")


def the_department(department_id: UUID) -> Department:
    return _found(Department.objects.filter(id=department_id).first(), "department")


def the_holder(person_id: UUID) -> Person:
    """Someone who can hold equipment: there, and in the City's service."""
    people = Person.objects.select_for_update(of=("self",)).select_related("department")
    person = _found(people.filter(id=person_id).first(), "person")
    if person.standing != Standing.ACTIVE:
        raise Conflict(f"{person.name} has left the City's service and cannot hold equipment.")
    return person


def require_acknowledged(person: Person, at: datetime) -> None:
    """Raise `NotAcknowledged` where the person still owes it for the version in force (S-2)."""
    if acknowledgement_due(person.id, at) is not None:
        raise NotAcknowledged(
            f"{person.name} has not acknowledged the policy in force. Ask for that first; then"
            " hand the equipment out.",
            person=str(person.id),
        )


def require_free(rows: QuerySet[Any], what: str, *, field: str, but: UUID | None = None) -> None:
    """Raise `IdentifierTaken` where one of the rows is another than ``but``."""
    other = rows.exclude(pk=but).first()
    if other is not None:
        raise IdentifierTaken(f"{what} is that of {other} already.", field=field)


def _found(row: M | None, what: str) -> M:
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return row
