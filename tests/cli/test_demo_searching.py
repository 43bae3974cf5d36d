"""The demo city has records to be found, two that are alike, and searches that are kept."""

import pytest

from quartermaster.cli.demo.chapters import searching
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from quartermaster.records.models import SavedSearch
from tests.factories.destruction import second_person
from tests.factories.searching import found, look

pytestmark = pytest.mark.django_db


@pytest.fixture
def paul(cast):
    """The records custodian of the demo; Ana and Cole under their numbers there."""
    for who, number in (("ana", searching.ANA), ("cole", searching.COLE)):
        Person.objects.filter(id=getattr(cast, who).id).update(number=number)
    return cast.acting(second_person(cast, role=Role.CUSTODIAN, number=searching.CUSTODIAN))


def test_what_was_written_is_found_and_what_is_alike_is_one(cast, at, paul):
    searching.tell(at)
    valves = look(paul, '"gate valve"').results
    assert sorted(one.alike for one in valves) == [0, 1]
    assert len(found(paul, "jose 414.286.3800")) == 1
    assert len(found(paul, "with:banks")) == 2
    assert SavedSearch.objects.filter(shared=True).count() == 1
    shared = SavedSearch.objects.get(shared=True)
    assert len(found(paul, shared.words, **shared.chosen)) == 1
