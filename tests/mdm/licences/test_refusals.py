"""One thing that the service refuses holds up nothing else; what it never says is not believed."""

from datetime import timedelta

import pytest

from quartermaster.mdm.licences import giving
from quartermaster.mdm.models import DeviceSoftware, Licence, LicenceEvent
from quartermaster.simulators.apple import App
from tests.factories.software import AssignmentFactory
from tests.mdm.licences.conftest import NOTES, NUMBER

pytestmark = pytest.mark.django_db
MAPS, MAPS_NUMBER = App("com.shop.maps", "Maps", "2.0"), 361309727


@pytest.fixture
def maps(cast):
    return AssignmentFactory(
        software__identifier=MAPS.identifier,
        software__store_id=str(MAPS_NUMBER),
        department=cast.water,
    ).software


def of(number):
    return Licence.objects.get(pool__store_id=str(number))


def test_a_product_that_is_refused_does_not_hold_up_another(shop, town, notes, maps):
    shop.buy(NUMBER, NOTES, 5)
    shop.buy(MAPS_NUMBER, MAPS, 5)
    town.enrol().work()
    town.settle()
    shop.products[(str(NUMBER), "STDQ")].device_assignable = False  # since it was read
    assert town.work()
    town.later(minutes=1).work()
    refused = of(NUMBER)
    assert (refused.state, "9707" in refused.reason) == ("failed", True)
    assert of(MAPS_NUMBER).state == "held"
    shop.products[(str(NUMBER), "STDQ")].device_assignable = True
    town.later(minutes=30).work()
    town.later(minutes=1).work()
    assert of(NUMBER).state == "held"


def test_an_event_that_the_service_forgot_is_settled_by_its_list(shop, town, notes):
    shop.buy(NUMBER, NOTES, 5)
    shop.prompt = False
    town.enrol(2).work()
    town.settle().work()
    shop.complete()
    shop.assignments = {item for item in shop.assignments if item[1] == "SERIAL0000"}
    shop.events.clear()
    assert town.later(minutes=1).work()
    states = dict(Licence.objects.values_list("serial", "state"))
    assert states == {"SERIAL0000": "held", "SERIAL0001": "failed"}
    assert LicenceEvent.objects.get().state == "failed"
    town.later(minutes=30).work()
    shop.complete()
    town.later(minutes=1).work()
    assert town.states() == ["held", "held"]


def test_what_is_never_said_is_not_taken_for_done(shop, town, notes, monkeypatch):
    monkeypatch.setattr(giving, "MOST_POLLS", 2)
    shop.buy(NUMBER, NOTES, 5)
    shop.prompt = False
    town.enrol().work()
    town.settle().work()
    for _ in range(3):
        town.later(minutes=10).work()
    assert (town.states(), shop.assignments) == (["failed"], set())
    assert Licence.objects.get().reason == giving.UNSAID


@pytest.mark.clause("G-4")
def test_a_licence_that_nothing_waits_for_any_longer_is_not_bought_for(shop, town, notes, at):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol(2).work()
    town.settle().work()
    town.later(minutes=1).work()
    assert town.states() == ["held", "wanted"]
    waiting = Licence.objects.get(state="wanted")
    rows = DeviceSoftware.objects.filter(device=waiting.device)
    rows.update(state="removed")
    town.later(minutes=20).work()
    assert town.states() == ["held", "returned"]
    shop.buy(NUMBER, NOTES, 1)
    town.later(minutes=30).work()
    assert len(shop.assignments) == 1


def test_a_refused_return_is_tried_again(shop, town, notes, monkeypatch):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol().work()
    town.settle().work()
    town.later(minutes=1).work()
    DeviceSoftware.objects.update(state="removed")
    product = shop.products.pop((str(NUMBER), "STDQ"))
    town.later(minutes=1).work()
    licence = Licence.objects.get()
    assert (licence.state, licence.due_at) == ("returning", town.at + timedelta(minutes=15))
    shop.products[(str(NUMBER), "STDQ")] = product
    town.later(minutes=16).work()
    town.later(minutes=1).work()
    assert (town.states(), shop.assignments) == (["returned"], set())
