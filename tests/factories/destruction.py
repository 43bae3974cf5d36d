"""Destructive requests as people make them: asked by one, approved by another."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from quartermaster.inventory.models import Device
from quartermaster.mdm import actions
from quartermaster.mdm.models import DestructiveRequest, Enrolment
from quartermaster.mdm.rules.destruction import Kind, purpose_of
from quartermaster.org.accounts import Proof, prove
from quartermaster.org.models import Person, RoleAssignment, User
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO, Cast
from tests.factories.custody import keep
from tests.factories.org import PASSWORD

REASON = "Left on the bus, not found"


def account(person: Person) -> User:
    """The log-in of a person, with `PASSWORD`."""
    user, _ = User.objects.get_or_create(person=person, defaults={"email": person.email})
    User.objects.filter(id=user.id).update(password=make_password(PASSWORD))
    user.refresh_from_db()
    return user


def second_person(cast: Cast, role: str = Role.ITMD_ADMIN, number: str = "1006") -> Person:
    """Ben, who administers at ITMD as well, since long, and may agree."""
    person = Person.objects.create(
        number=number,
        given_name="Ben",
        family_name=f"Castellan{number}",
        email=f"ben{number}@city.example",
        department=cast.itmd,
    )
    RoleAssignment.objects.create(person=person, role=role, granted_at=LONG_AGO)
    account(person)
    return person


def devices(cast: Cast, count: int, **more: Any) -> list[Device]:
    """City iPhones that Ana holds."""
    given = {
        "device_class": "smartphone",
        "platform": "ios",
        "department": cast.water,
        "holder": cast.ana,
        "status": "assigned",
        **more,
    }
    offset = Device.objects.count()
    with transaction.atomic():
        made = Device.objects.bulk_create(
            Device(asset_tag=f"PH-{offset + number:04}", **given) for number in range(count)
        )
        keep(*made)
    return made


def asked(
    enrolments: list[Enrolment],
    actor: Any,
    at: datetime,
    kind: Kind = Kind.WIPE,
    **arguments: str,
) -> DestructiveRequest:
    return actions.request_destruction(
        kind=kind, enrolments=enrolments, arguments=arguments, reason=REASON, actor=actor, at=at
    )


def proof(request: DestructiveRequest, actor: Any, at: datetime, password: str = PASSWORD) -> Proof:
    purpose = purpose_of(request.id, request.digest)
    return prove(actor=actor, password=password, purpose=purpose, address="10.0.0.1", at=at)


def approved(request: DestructiveRequest, actor: Any, at: datetime) -> DestructiveRequest:
    return actions.approve_destruction(
        request_id=request.id, proof=proof(request, actor, at), actor=actor, at=at
    )


def quietly(work: Any) -> None:
    """Do something that may be refused."""
    with suppress(Exception):
        work()
