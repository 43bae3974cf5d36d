"""Overlays and adoptions as profiles."""

import pytest
from hypothesis import given

from quartermaster.kernel.errors import NotFound
from quartermaster.policy.requirements import CATALOGUE, Requirements
from quartermaster.reports.oscal.profile import has_profile, profile
from quartermaster.reports.oscal.values import read
from tests.cast import AT
from tests.factories.rulebooks import ADOPTED, LIBRARY, PIPES, POLICE, WATER, book, rulebooks
from tests.reports.oscal.shapes import faults, props


def made(rules, department):
    return profile(rules, department, city="Model City", at=AT)["profile"]


def parameters(document):
    found = document.get("modify", {}).get("set-parameters", ())
    return {one["param-id"]: one["values"] for one in found}


@pytest.mark.clause("C-5")
def test_a_department_sets_what_it_asks_beyond_the_city():
    overlay = {WATER: {"city": {"passcode_minimum_length": 8}}}
    rules = book(passcode_minimum_length=6, overlays=overlay)
    document = made(rules, WATER)
    assert parameters(document) == {"city.passcode_minimum_length": ["8"]}
    assert props(document["modify"]["set-parameters"][0])["origin"] == "Water Works"
    assert document["imports"][0]["include-all"] == {}
    assert parameters(made(rules, PIPES)) == parameters(document)  # a division inherits
    assert "modify" not in made(rules, LIBRARY)


@pytest.mark.clause("S-3")
def test_an_excluded_department_is_held_to_what_it_adopted():
    city = {"city": Requirements(encryption_required=True, check_in_within_hours=72)}
    rules = book(city=city, adoptions={POLICE: ADOPTED})
    document = made(rules, POLICE)
    assert document["imports"][0]["include-controls"] == [
        {"with-child-controls": "yes", "with-ids": ["G-10", "G-3"]}
    ]
    # of clause G-10 the encryption alone was adopted: the rest is said not to be asked
    assert parameters(document) == {"city.check_in_within_hours": ["(no limit)"]}
    assert props(document["modify"]["set-parameters"][0])["origin"] == "not adopted"
    assert props(document["metadata"])["adopted-on"] == "2026-11-01"


@pytest.mark.clause("S-3")
def test_an_excluded_department_without_adoption_has_none():
    assert not has_profile(book(), POLICE)
    with pytest.raises(NotFound, match="adopted nothing"):
        made(book(), POLICE)


@given(rulebooks())
def test_profiles_never_ask_less_of_the_covered(rules):
    for place in rules.places.values():
        if not has_profile(rules, place.id):
            continue
        document = made(rules, place.id)
        assert faults(document) == []
        for name, lines in parameters(document).items():
            ownership, _, key = name.partition(".")
            order, city = CATALOGUE[key].order, rules.city[ownership][key]
            value = read(CATALOGUE[key], lines)
            assert value != city
            if place.covered:
                assert order.is_at_least_as_strict(value, city)
