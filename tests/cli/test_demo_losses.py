"""The demo city has a case in each stage, something given back, and a lot with its paper."""

import pytest

from quartermaster.cli.demo import losses
from quartermaster.lifecycle.models import Loss, Return, SurplusLot, WriteOff
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories import inventory as make
from tests.factories.org import PersonFactory

pytestmark = pytest.mark.django_db


def test_each_stage_is_there(cast, at):
    for number, role in (("2001", Role.ITMD_ADMIN), ("2002", Role.ITMD_HELPDESK)):
        person = PersonFactory(number=number, department=cast.itmd)
        RoleAssignment.objects.create(person=person, role=role, granted_at=LONG_AGO)
    for _ in range(6):
        make.DeviceFactory(holder=PersonFactory(department=cast.water))
    losses.befall(at)
    assert sorted(Loss.objects.values_list("state", flat=True)) == [
        "found",
        "in_repair",
        "searching",
        "searching",
    ]
    assert WriteOff.objects.get().state == "asked"
    assert sorted(Return.objects.values_list("state", flat=True)) == ["expected", "received"]
    lot = SurplusLot.objects.get()
    assert (lot.state, lot.proceeds_cents, lot.certificate is None) == ("disposed", 64_50, False)
