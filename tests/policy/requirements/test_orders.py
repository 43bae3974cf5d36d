"""Each order by itself: what fits, what is shown, what weakens."""

import pytest

from quartermaster.policy.requirements import CATALOGUE, Unfit


def order(key):
    return CATALOGUE[key].order


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("passcode_required", True, "Required"),
        ("passcode_required", False, "Not required"),
        ("passcode_minimum_length", 0, "Nothing asked"),
        ("passcode_minimum_length", 6, "At least 6 characters"),
        ("auto_lock_minutes", None, "No limit"),
        ("auto_lock_minutes", 5, "At most 5 minutes"),
        ("passcode_complexity", "numeric", "Numeric"),
        ("blocked_software", frozenset(), "None"),
        ("blocked_software", frozenset({"b", "a"}), "a, b"),
        ("allowed_software", None, "All software"),
        ("allowed_software", frozenset(), "No software"),
        ("allowed_software", frozenset({"a"}), "a"),
        ("minimum_os", {}, "None"),
        ("minimum_os", {"android": "14", "ios": "18.1"}, "Android 14, iOS 18.1"),
    ],
)
def test_show(key, value, shown):
    assert CATALOGUE[key].show(value) == shown


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("passcode_required", 1),
        ("passcode_required", "yes"),
        ("passcode_minimum_length", True),
        ("passcode_minimum_length", -1),
        ("passcode_minimum_length", 17),
        ("passcode_minimum_length", "6"),
        ("passcode_minimum_length", 6.0),
        ("auto_lock_minutes", 0),
        ("auto_lock_minutes", 61),
        ("passcode_complexity", "strong"),
        ("passcode_complexity", 3),
        ("blocked_software", "com.a"),
        ("blocked_software", {"com.a": 1}),
        ("blocked_software", ["com.a", 3]),
        ("blocked_software", ["-rf"]),
        ("blocked_software", [""]),
        ("blocked_software", ["a b"]),
        ("blocked_software", [f"com.{n}" for n in range(501)]),
        ("allowed_software", 4),
        ("minimum_os", ["ios"]),
        ("minimum_os", {"ios": 18.1}),
        ("minimum_os", {"ios": "eighteen"}),
        ("minimum_os", {"ios": "1.2.3.4.5"}),
        ("minimum_os", {"symbian": "9"}),
        ("minimum_os", {3: "9"}),
    ],
)
def test_unfit(key, value):
    with pytest.raises(Unfit) as raised:
        order(key).fit(value)
    assert str(raised.value) == order(key).describe()


@pytest.mark.parametrize(
    ("key", "value", "canonical"),
    [
        ("passcode_minimum_length", 6, 6),
        ("auto_lock_minutes", None, None),
        ("blocked_software", ["b", "a", "b"], frozenset({"a", "b"})),
        ("allowed_software", None, None),
        ("allowed_software", [], frozenset()),
        ("minimum_os", {"macos": "15.0", "ios": "018.1"}, {"ios": "18.1", "macos": "15"}),
    ],
)
def test_fit(key, value, canonical):
    assert order(key).fit(value) == canonical


@pytest.mark.clause("C-5")
@pytest.mark.parametrize(
    ("key", "overlay", "city", "weaker"),
    [
        ("passcode_required", False, True, True),
        ("passcode_required", True, False, False),
        ("passcode_minimum_length", 4, 6, True),
        ("passcode_minimum_length", 6, 6, False),
        ("passcode_minimum_length", 8, 6, False),
        ("auto_lock_minutes", None, 5, True),
        ("auto_lock_minutes", 10, 5, True),
        ("auto_lock_minutes", 2, 5, False),
        ("passcode_complexity", "none", "numeric", True),
        ("blocked_software", frozenset({"b"}), frozenset({"a"}), False),
        ("allowed_software", None, frozenset({"a"}), True),
        ("allowed_software", frozenset({"a", "b"}), frozenset({"a"}), True),
        ("allowed_software", frozenset(), frozenset({"a"}), False),
        ("minimum_os", {"ios": "17"}, {"ios": "18"}, True),
        ("minimum_os", {"android": "14"}, {"ios": "18"}, False),
        ("minimum_os", {"ios": "18.1"}, {"ios": "18"}, False),
    ],
)
def test_weakens(key, overlay, city, weaker):
    assert order(key).weakens(overlay, city) is weaker


def test_plain_values_can_be_written_as_json():
    assert order("blocked_software").plain(frozenset({"b", "a"})) == ["a", "b"]
    assert order("allowed_software").plain(None) is None
    assert order("allowed_software").plain(frozenset({"a"})) == ["a"]
    assert order("minimum_os").plain({"ios": "18"}) == {"ios": "18"}
    assert order("auto_lock_minutes").plain(5) == 5
