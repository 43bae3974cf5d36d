"""The demo city asks for a replacement, has a device denied, and somebody who is away."""

import pytest

from quartermaster.cli.demo.chapters import joins
from quartermaster.inventory.actions import confirmations
from quartermaster.lifecycle.models import Delegation, Denial, Replacement
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories import losses
from tests.factories.org import PersonFactory

pytestmark = pytest.mark.django_db


def test_each_join_is_there(cast, at):
    for number, role in (("2001", Role.ITMD_ADMIN), ("2002", Role.ITMD_HELPDESK)):
        person = PersonFactory(number=number, department=cast.itmd)
        RoleAssignment.objects.create(person=person, role=role, granted_at=LONG_AGO)
    holder = PersonFactory(number="2006", department=cast.water)
    losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    confirmations.ask_holders(
        device_ids=[losses.phone(holder, at).id], actor=cast.acting(cast.ida), at=at
    )
    joins.tell(at)
    assert Replacement.objects.get().request.state == "asked"
    assert Denial.objects.get().holder == holder
    assert Delegation.objects.get().person.number == "2001"


def test_a_city_without_losses_has_none(cast, at):
    for number in ("2001", "2002", "2006"):
        PersonFactory(number=number, department=cast.itmd)
    joins.tell(at)
    assert not Replacement.objects.exists()
    assert not Denial.objects.exists()
