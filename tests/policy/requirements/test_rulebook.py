"""What follows from the rulebook for one department, and from where."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings

from quartermaster.policy.requirements import (
    LAX,
    Requirements,
    is_at_least_as_strict,
    replaced,
)
from quartermaster.policy.requirements.rulebook import Effective, Place, Source, Waiver, relaxed
from tests.factories.rulebooks import (
    ADOPTED,
    LIBRARY,
    PIPES,
    PLACES,
    POLICE,
    WATER,
    book,
    rulebooks,
)

slow = settings(max_examples=40)


@pytest.mark.clause("C-5")
@slow
@given(rulebooks())
def test_covered_departments_are_at_least_as_strict_as_the_city(rules):
    for place, ownership, effective in rules.each_effective():
        if place.covered:
            assert is_at_least_as_strict(effective.requirements, rules.city[ownership])


@pytest.mark.clause("C-5")
@slow
@given(rulebooks())
def test_removing_an_overlay_never_makes_it_stricter(rules):
    without = replace(rules, overlays={})
    for place, ownership, effective in rules.each_effective():
        fewer = without.effective(place.id, ownership).requirements
        assert is_at_least_as_strict(effective.requirements, fewer)


@slow
@given(rulebooks())
def test_a_division_is_at_least_as_strict_as_its_parent(rules):
    for ownership in ("city", "personal"):
        below = rules.effective(PIPES, ownership).requirements
        assert is_at_least_as_strict(below, rules.effective(WATER, ownership).requirements)


@slow
@given(rulebooks())
def test_every_setting_that_is_asked_has_a_source(rules):
    for _, _, effective in rules.each_effective():
        assert set(effective.sources) == set(effective.requirements.asked())


@slow
@given(rulebooks())
def test_fingerprint_follows_the_contents(rules):
    assert rules.fingerprint == replace(rules).fingerprint
    other = replace(rules, city={"city": LAX, "personal": LAX}, overlays={}, adoptions={})
    assert (rules.fingerprint == other.fingerprint) == (rules.plain() == other.plain())


@pytest.mark.clause("S-3")
def test_an_excluded_department_is_held_to_nothing():
    assert book(passcode_required=True).effective(POLICE, "city") == Effective(LAX, {})


@pytest.mark.clause("S-3")
def test_an_excluded_department_is_held_to_exactly_what_it_adopted():
    rules = book(
        adoptions={POLICE: ADOPTED},
        passcode_minimum_length=6,
        encryption_required=True,
        unknown_sources_forbidden=True,
    )
    effective = rules.effective(POLICE, "city")
    assert effective.requirements == Requirements(
        passcode_minimum_length=6, encryption_required=True
    )
    words = "Police, which adopted it on 2026-11-01"
    assert effective.sources == {
        "passcode_minimum_length": Source("G-3", words),
        "encryption_required": Source("G-10", words),
    }


@pytest.mark.clause("S-3")
def test_an_excluded_division_is_held_to_what_its_parent_adopted():
    unit = UUID(int=9)
    places = PLACES | {unit: Place(unit, "K9", "Canine unit", POLICE, covered=False)}
    rules = replace(book(adoptions={POLICE: ADOPTED}, encryption_required=True), places=places)
    assert rules.effective(unit, "city").requirements == Requirements(encryption_required=True)


@pytest.mark.clause("C-5")
def test_sources_name_the_city_and_the_overlays():
    rules = book(
        overlays={
            WATER: {
                "city": {
                    "passcode_minimum_length": 8,
                    "auto_lock_minutes": 5,
                    "blocked_software": frozenset({"com.b"}),
                }
            },
            PIPES: {"city": {"minimum_os": {"ios": "18"}}},
        },
        passcode_minimum_length=6,
        auto_lock_minutes=5,
        blocked_software=frozenset({"com.a"}),
    )
    assert rules.effective(PIPES, "city").sources == {
        "passcode_minimum_length": Source("G-3", "Water Works"),
        "auto_lock_minutes": Source("G-3", "the city"),
        "blocked_software": Source("G-4", "the city and Water Works"),
        "minimum_os": Source("G-10", "Pipes"),
    }
    assert set(rules.effective(LIBRARY, "city").sources) == {
        "passcode_minimum_length",
        "auto_lock_minutes",
        "blocked_software",
    }


def test_an_overlay_of_one_ownership_leaves_the_other():
    rules = book(overlays={WATER: {"city": {"passcode_required": True}}})
    assert rules.effective(WATER, "personal").requirements == LAX


def test_the_overlay_of_an_excluded_parent_is_not_inherited():
    places = PLACES | {WATER: replace(PLACES[WATER], covered=False)}
    rules = replace(book(overlays={WATER: {"city": {"passcode_required": True}}}), places=places)
    assert rules.effective(PIPES, "city").requirements == LAX


def _waiver(key, value):
    return {key: Waiver(key, value, datetime(2027, 1, 1, tzinfo=UTC), UUID(int=7))}


@pytest.mark.parametrize(
    ("key", "value", "left"),
    [
        ("passcode_minimum_length", 4, 4),
        ("passcode_minimum_length", 0, 0),
        ("passcode_minimum_length", 8, 6),  # an exception never makes anything stricter
        ("passcode_minimum_length", 6, 6),
    ],
)
def test_only_an_exception_goes_down(key, value, left):
    asked = book(passcode_minimum_length=6).effective(WATER, "city")
    after = relaxed(asked, _waiver(key, value))
    assert after.requirements == replaced(asked.requirements, key, left)
    assert set(after.waivers) == ({key} if left < 6 else set())
    assert set(after.sources) == ({key} if left else set())
