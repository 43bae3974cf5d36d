"""People with licences of their own: known to the service by a reference, and forgotten again."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.mdm.actions.software.licensing import LEFT, NO_ACCOUNT
from quartermaster.mdm.licences.notices import take_notice
from quartermaster.mdm.licensing import Notice, Person, Tells
from quartermaster.mdm.models import DeviceSoftware, Licence, LicenceUser
from quartermaster.org.models import Person as Employee
from quartermaster.simulators.apple.services.apps_rules import Refusal
from tests.factories import mdm
from tests.factories.inventory import PersonalDeviceFactory
from tests.mdm.licences.conftest import NOTES, NUMBER

pytestmark = pytest.mark.django_db
RETIRE = "POST /users/retire"


@pytest.fixture
def own(shop, town, notes, cast):
    """Ana's own phone, for which Notes are required, and two licences of it."""
    shop.buy(NUMBER, NOTES, 2)
    device = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    town.enrolments.append(mdm.enrolled(device, town.at, way="user"))
    town.work()
    return town


def given(town):
    """As time goes by the person is made known, and given a licence."""
    town.settle().work()
    town.later(minutes=1).work()
    town.later(minutes=1).work()
    return town


def separate(person, at, *, back=False):
    standing = {"standing": "active", "separated_on": None}
    if not back:
        standing = {"standing": "separated", "separated_on": at.date()}
    Employee.objects.filter(id=person.id).update(**standing)


def again(town):
    """As the house reads its enrolments anew."""
    for enrolment in town.enrolments:
        enrolment.refresh_from_db()
    DeviceSoftware.objects.update(due_at=town.at)
    return town.settle()


def user():
    return LicenceUser.objects.get()


@pytest.mark.clause("G-2")
def test_a_person_without_an_account_is_told_why_nothing_comes(own, shop, cast):
    Employee.objects.filter(id=cast.ana.id).update(email="")
    again(own)
    row = DeviceSoftware.objects.get()
    assert (row.state, row.reason) == ("wanted", NO_ACCOUNT)
    assert not LicenceUser.objects.exists()
    Employee.objects.filter(id=cast.ana.id).update(email="ana@city.example")
    own.later(minutes=16)
    given(again(own))
    assert (user().state, own.states()) == ("associated", ["held"])


@pytest.mark.clause("G-2")
def test_an_account_that_apple_does_not_know_is_seen_at_the_device_and_heals(own, shop, cast):
    shop.accounts = set()
    given(own)
    assert (user().state, own.states()) == ("failed", ["wanted"])
    assert "Invalid argument" in user().reason
    again(own.later(minutes=1))
    assert DeviceSoftware.objects.get().reason == user().reason
    shop.accounts = {cast.ana.email}
    own.later(minutes=20).work()
    own.later(minutes=1).work()
    own.later(minutes=1).work()
    assert (user().state, own.states()) == ("associated", ["held"])


def test_a_person_whose_address_changes_is_told_of_anew(own, shop, cast):
    given(own)
    Employee.objects.filter(id=cast.ana.id).update(email="ana.reyes@city.example")
    DeviceSoftware.objects.update(state="wanted")
    again(own).work()
    own.later(minutes=1).work()
    assert shop.people[user().reference]["account"] == "ana.reyes@city.example"
    assert (user().account, user().state) == ("ana.reyes@city.example", "associated")


@pytest.mark.clause("C-4", "G-2")
def test_who_leaves_the_city_gives_back_and_is_forgotten_at_apple_once(own, shop, cast):
    given(own)
    reference = user().reference
    separate(cast.ana, own.at)
    own.later(minutes=1).work()
    assert (own.states(), RETIRE in shop.asked) == (["return_asked"], False)
    own.later(minutes=1).work()
    assert (own.states(), shop.assignments) == (["returned"], set())
    assert (reference in shop.people, shop.asked.count(RETIRE)) == (False, 1)
    assert (user().state, user().known) == ("retired", True)
    own.later(minutes=1).work()
    assert (user().state, user().known, user().due_at) == ("retired", False, None)
    own.later(days=1).work()
    assert shop.asked.count(RETIRE) == 1
    assert Entry.objects.filter(tag="mdm.licences.person-retired").count() == 1


@pytest.mark.clause("C-4")
def test_nothing_more_comes_to_who_has_left(own, shop, cast):
    separate(cast.ana, own.at)
    again(own)
    assert DeviceSoftware.objects.get().reason == LEFT
    assert not Licence.objects.exists()
    own.later(minutes=20).work()
    assert "POST /users/create" not in shop.asked


def test_a_person_of_whom_apple_was_never_told_is_retired_in_silence(own, shop, cast):
    own.settle()
    separate(cast.ana, own.at)
    own.work()
    assert (user().state, user().known, own.states()) == ("retired", False, ["returned"])
    assert RETIRE not in shop.asked


@pytest.mark.clause("C-4")
def test_who_comes_back_is_made_known_anew(own, shop, cast):
    given(own)
    separate(cast.ana, own.at)
    for _ in range(3):
        own.later(minutes=1).work()
    separate(cast.ana, own.at, back=True)
    DeviceSoftware.objects.update(state="wanted", command=None)
    given(again(own.later(minutes=1)))
    assert (user().state, own.states()) == ("associated", ["held"])
    assert shop.people[user().reference]["status"] == "Associated"


def test_a_busy_service_is_told_later(own, shop, cast, monkeypatch):
    given(own)
    separate(cast.ana, own.at)
    own.later(minutes=1).work()
    plain = shop._people

    def busy(*_):
        raise Refusal(9646)

    monkeypatch.setattr(shop, "_people", busy)
    assert not own.later(minutes=1).work()
    assert (user().state, user().known) == ("retired", True)
    monkeypatch.setattr(shop, "_people", plain)
    own.later(minutes=30).work()
    own.later(minutes=1).work()
    assert (user().known, shop.people) == (False, {})


def test_whom_apple_forgot_by_itself_is_forgotten_here_too(own, shop, cast):
    given(own)
    separate(cast.ana, own.at)
    own.later(minutes=1).work()
    shop.people.clear()
    own.later(minutes=1).work()
    own.later(minutes=1).work()
    assert (user().state, user().known, user().reason) == ("retired", False, "")


def test_a_late_word_does_not_undo_what_is_known(own, shop, cast):
    given(own)
    tell(own, "n-1", Person(user().reference, "", associated=False))
    assert user().state == "registered"
    own.later(minutes=20).work()
    own.later(minutes=1).work()
    assert user().state == "associated"  # told of once more, with the account
    separate(cast.ana, own.at)
    for _ in range(3):
        own.later(minutes=1).work()
    tell(own, "n-2", Person(user().reference, "", associated=True))
    assert user().state == "retired"


def test_a_person_whom_somebody_else_retired_is_made_known_again(own, shop, cast):
    given(own)
    reference = user().reference
    shop._retire(reference)
    tell(own, "n-1", Person(reference, "", retired=True))
    assert (user().state, user().known) == ("retired", False)
    own.later(hours=7).work()  # the list shows that the licence went, too
    DeviceSoftware.objects.update(state="wanted", command=None)
    given(again(own))
    assert (user().state, own.states()) == ("associated", ["held"])


def tell(town, name, person):
    uid = "2049025000431439"
    notice = Notice(name, uid, Tells.PEOPLE, people=(person,))
    assert take_notice("apple", "apps", notice, town.at + timedelta(seconds=1))
