"""The demo's applications go the way of real ones: decided, assigned, found by its devices."""

import pytest

from quartermaster.cli.demo import software
from quartermaster.cli.demo.chapters import own_packages
from quartermaster.inventory.applications import decisions_visible_to, questions_visible_to
from quartermaster.mdm.actions.software import settle
from quartermaster.mdm.models import DeviceSoftware, Software, SoftwareAssignment
from quartermaster.org.models import Department
from quartermaster.simulators.apple import iphone
from tests.factories import mdm
from tests.factories.destruction import account, second_person
from tests.factories.org import PASSWORD
from tests.factories.software import package

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city(settings, tmp_path, at):
    settings.DATA = tmp_path
    for code in ("DPW", "LIB2", "DNS"):
        Department.objects.create(code=code, name=code.title())


def test_the_catalogue_is_decided_with_reasons(cast, at):
    software.decide(at)
    assert Software.objects.count() == len(software.PRODUCTS) + 1
    assert not Software.objects.filter(note="").exists()
    assert set(SoftwareAssignment.objects.values_list("department__code", flat=True)) == {
        "DPW",
        "DNS",
        "LIB",
        "WATER",
    }


def test_a_phone_of_the_demo_finds_what_it_is_to_have(cast, at, assigned):
    software.decide(at)
    package(Software.objects.get(title="Routes"))
    enrolment = mdm.enrolled(assigned(department=Department.objects.get(code="DPW")), at)
    assert len(settle(enrolment=enrolment, at=at)) == 2
    states = dict(DeviceSoftware.objects.values_list("software__title", "state"))
    assert states == {"Field Forms": "sent", "Routes": "sent"}
    state = iphone()
    software.make_known(state, asks_holder=False)
    forms = Software.objects.get(title="Field Forms")
    assert state.store[int(forms.store_id)].identifier == forms.identifier


def test_people_find_what_was_decided_and_ask_for_more(cast, at):
    software.decide_about_others(at)
    rex = cast.acting(cast.rex)
    assert decisions_visible_to(rex).count() == len(software.DECISIONS)
    assert [row.title for row in questions_visible_to(rex)] == ["Story Hour"]


def test_one_version_of_the_city_s_own_is_approved_and_one_waits(cast, at, monkeypatch):
    monkeypatch.setattr(own_packages, "PASSWORD", PASSWORD)
    software.decide(at)
    account(cast.ida)
    for person, number in (
        (cast.ida, own_packages.ADDING),
        (second_person(cast), own_packages.SECOND),
    ):
        type(person).objects.filter(id=person.id).update(number=number)
    own_packages.tell(at)
    ours = Software.objects.get(title="Routes").packages.order_by("version")
    assert [(row.version, row.approved_at is not None) for row in ours] == [
        ("1.4", True),
        ("1.5", False),
    ]
