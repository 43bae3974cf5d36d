"""Many devices at once: the same answers as one by one; only those out of step are settled."""

from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quartermaster.mdm import software_handlers as handlers
from quartermaster.mdm.actions import software
from quartermaster.mdm.models import DeviceSoftware, Enrolment
from quartermaster.mdm.software import wanted_on
from quartermaster.mdm.software_fleets import Shelf
from quartermaster.policy.events import RequirementsChanged
from quartermaster.policy.queries import rulebook
from tests.factories.cities import require
from tests.factories.fleet import enrolled_fleet
from tests.factories.software import AssignmentFactory, DeviceSoftwareFactory, SoftwareFactory

pytestmark = pytest.mark.django_db


def catalogue(chance, cast, made):
    """Applications for phones or Macs, required by the policy, assigned, offered and wished for."""
    for number in range(6):
        item = SoftwareFactory(
            identifier=f"com.shop.app{number}",
            platforms=chance.choice([["ios"], ["macos"], ["ios", "macos"]]),
        )
        purpose = chance.choice(["required", "offered"])
        place = chance.choice([cast.water, cast.library])
        if chance.random() < 0.6:
            AssignmentFactory(software=item, department=place, purpose=purpose)
        if chance.random() < 0.4:
            AssignmentFactory(
                software=item, department=None, device=chance.choice(made).device, purpose=purpose
            )
        if chance.random() < 0.6:
            one = chance.choice(made)
            DeviceSoftwareFactory(enrolment=one, software=item, wished_at=one.enrolled_at)


@pytest.mark.clause("G-4")
@pytest.mark.parametrize("seed", range(6))
def test_all_at_once_are_to_have_what_each_is_to_have(cast, at, seed):
    chance = Random(seed)
    made = enrolled_fleet(cast, 5, at)
    require(at, city={"city": {"required_software": ["com.shop.app0", "com.shop.app3"]}})
    catalogue(chance, cast, made)
    devices = [row.device for row in made]
    together = Shelf(at, rulebook()).wanted(devices)
    for device in devices:
        alone = wanted_on(device, at)
        assert together[device.id] == {key: item.origin for key, item in alone.items()}


@pytest.mark.clause("G-4", "G-10")
def test_what_is_settled_is_in_step_until_something_changes(cast, at):
    made = enrolled_fleet(cast, 3, at)
    item = SoftwareFactory(identifier="com.shop.notes")
    AssignmentFactory(software=item, department=cast.water)
    rows = list(Enrolment.objects.select_related("device"))
    shelf = Shelf(at, rulebook())
    assert {row.id for row in shelf.out_of_step(rows)} == {row.id for row in made}
    for row in rows:
        software.settle(enrolment=row, at=at)
    DeviceSoftware.objects.update(due_at=None)
    assert shelf.out_of_step(rows) == []
    DeviceSoftware.objects.filter(enrolment=rows[0]).update(due_at=at)
    assert [row.id for row in shelf.out_of_step(rows)] == [rows[0].id]
    item.assignments.update(ended_at=at, ended_by="test")
    assert len(Shelf(at, rulebook()).out_of_step(rows)) == 3


def statements(cast, at, count):
    enrolled_fleet(cast, count, at)
    for row in Enrolment.objects.select_related("device"):
        software.settle(enrolment=row, at=at)
    DeviceSoftware.objects.update(due_at=None)
    with CaptureQueriesContext(connection) as asked:
        handlers.deliver_what_is_required(RequirementsChanged(department_ids=()), at)
    return len(asked)


def test_a_fleet_that_is_in_step_costs_the_same_whatever_its_size(cast, at):
    item = SoftwareFactory(identifier="com.shop.notes")
    AssignmentFactory(software=item, department=cast.water)
    few = statements(cast, at, 2)
    assert statements(cast, at, 12) == few
