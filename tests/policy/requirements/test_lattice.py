"""The lattice of requirements: its laws, its differences, its words."""

import pytest
from hypothesis import given

from quartermaster.policy.requirements import (
    CATALOGUE,
    LAX,
    Difference,
    Direction,
    Requirements,
    Unfit,
    contradictions,
    differences,
    is_at_least_as_strict,
    join,
    only,
    replaced,
    settings_of,
    version_key,
)
from tests.factories.requirements import requirements
from tools import requirements_page

any_requirements = requirements()


@given(any_requirements, any_requirements)
def test_join_is_commutative(one, other):
    assert join(one, other) == join(other, one)


@given(any_requirements, any_requirements, any_requirements)
def test_join_is_associative(one, two, three):
    assert join(join(one, two), three) == join(one, join(two, three))


@given(any_requirements)
def test_join_is_idempotent_and_lax_is_neutral(one):
    assert join(one, one) == one
    assert join(one, LAX) == one
    assert is_at_least_as_strict(one, LAX)


@given(any_requirements, any_requirements, any_requirements)
def test_join_is_monotone(one, two, three):
    assert is_at_least_as_strict(join(join(one, two), three), join(one, three))


@pytest.mark.clause("C-5")
@given(any_requirements, any_requirements)
def test_effective_is_at_least_as_strict_as_the_city(city, overlay):
    assert is_at_least_as_strict(join(city, overlay), city)


@pytest.mark.clause("C-5")
@given(any_requirements, any_requirements, any_requirements)
def test_removing_an_overlay_never_makes_it_stricter(city, kept, removed):
    both = join(join(city, kept), removed)
    assert is_at_least_as_strict(both, join(city, kept))


@given(any_requirements, any_requirements)
def test_order_agrees_with_join_and_is_antisymmetric(one, other):
    assert is_at_least_as_strict(one, other) == (join(one, other) == one)
    if is_at_least_as_strict(one, other) and is_at_least_as_strict(other, one):
        assert one == other


@given(any_requirements, any_requirements)
def test_join_is_the_least_upper_bound(one, other):
    upper = join(one, other)
    assert is_at_least_as_strict(upper, one)
    assert is_at_least_as_strict(upper, other)
    for key, entry in CATALOGUE.items():
        laxer = replaced(upper, key, entry.lax)
        if laxer != upper:
            assert not (is_at_least_as_strict(laxer, one) and is_at_least_as_strict(laxer, other))


@given(any_requirements, any_requirements)
def test_differences_name_exactly_what_changes(before, after):
    changes = differences(before, after)
    assert [change.setting.key for change in changes] == [
        key for key in CATALOGUE if before[key] != after[key]
    ]
    for change in changes:
        assert (change.before, change.after) == (
            before[change.setting.key],
            after[change.setting.key],
        )


@given(any_requirements, any_requirements)
def test_differences_against_a_join_only_get_stricter(one, other):
    directions = {change.direction for change in differences(one, join(one, other))}
    assert directions <= {Direction.STRICTER}


@given(any_requirements)
def test_only_all_settings_is_the_same_record(one):
    assert only(one, frozenset(CATALOGUE)) == one
    assert only(one, frozenset()) == LAX


@pytest.mark.clause("C-1")
def test_catalogue_lists_every_setting_with_words():
    for key, entry in CATALOGUE.items():
        assert entry.key == key
        assert entry.title
        assert entry.remedy.endswith(".")
        assert LAX[key] == entry.lax
        assert entry.show(entry.lax)


def test_only_the_erasing_setting_is_destructive():
    assert [key for key, entry in CATALOGUE.items() if entry.destructive] == [
        "failed_attempts_before_erase"
    ]


def test_asked_lists_only_what_is_asked():
    asked = Requirements(passcode_required=True, blocked_software=frozenset({"b", "a"})).asked()
    assert asked == {"passcode_required": True, "blocked_software": ["a", "b"]}


def test_a_demand_on_the_passcode_asks_for_one():
    assert Requirements(passcode_minimum_length=4).asks_for_passcode
    assert Requirements(failed_attempts_before_erase=10).asks_for_passcode
    assert not Requirements(encryption_required=True).asks_for_passcode


def test_unfit_value_is_refused_by_name():
    with pytest.raises(Unfit, match="passcode_minimum_length must be a whole number from 0 to 16"):
        Requirements(passcode_minimum_length=17)


def test_unknown_setting_cannot_be_read():
    with pytest.raises(KeyError):
        LAX["no_such_setting"]


@pytest.mark.parametrize(
    ("key", "before", "after", "direction", "destructive"),
    [
        ("failed_attempts_before_erase", None, 10, Direction.STRICTER, True),
        ("failed_attempts_before_erase", 10, 6, Direction.STRICTER, True),
        ("failed_attempts_before_erase", 6, 10, Direction.LAXER, False),
        ("failed_attempts_before_erase", 6, None, Direction.LAXER, False),
        ("auto_lock_minutes", None, 5, Direction.STRICTER, False),
        ("blocked_software", frozenset({"a"}), frozenset({"b"}), Direction.OTHERWISE, False),
    ],
)
def test_direction_of_a_difference(key, before, after, direction, destructive):
    change = Difference(CATALOGUE[key], before, after)
    assert (change.direction, change.destructive) == (direction, destructive)


def test_difference_says_both_values():
    (change,) = differences(LAX, Requirements(auto_lock_minutes=5))
    assert change.sentence() == "Automatic lock: No limit → At most 5 minutes"


def test_contradictions_name_the_software():
    asked = Requirements(
        required_software=frozenset({"com.a", "com.b"}),
        blocked_software=frozenset({"com.a"}),
        allowed_software=frozenset({"com.a"}),
    )
    assert list(contradictions(asked)) == [
        "com.a is both required and blocked.",
        "com.b is required, but is not in the list of allowed software.",
    ]
    assert list(contradictions(LAX)) == []


def test_settings_of_clauses():
    assert "passcode_required" in settings_of(frozenset({"G-3"}))
    assert settings_of(frozenset({"G-4"})) == {"blocked_software", "unknown_sources_forbidden"}
    assert settings_of(frozenset({"E-1"})) == frozenset()


def test_versions_compare_as_numbers():
    assert version_key("18.10") > version_key("18.9")
    assert version_key("18.0") == version_key("18")
    assert Requirements(minimum_os={"ios": "18.0"}) == Requirements(minimum_os={"ios": "18"})


def test_a_join_of_long_lists_is_not_too_long():
    one, other = (
        Requirements(blocked_software=frozenset(f"com.{letter}{n}" for n in range(500)))
        for letter in "ab"
    )
    assert len(join(one, other).blocked_software) == 1000


def test_requirements_page_is_up_to_date():
    written = requirements_page.PAGE.read_text(encoding="utf-8")
    assert written == requirements_page.page(), "run `make docs`"
