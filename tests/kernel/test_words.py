"""What people must say, and values with the words that they read."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.worded import Worded, choices, values
from quartermaster.kernel.words import said


class Colour(Worded):
    RED = "red", "Bright red"
    BLUE = "blue", "Deep blue"


class Size(StrEnum):
    LARGE = "large"
    SMALL = "small"


@given(st.text(max_size=40), st.integers(5, 20), st.integers(1, 5))
def test_what_is_said_lies_within_its_bounds_or_the_field_is_named(text, longest, shortest):
    plain = text.replace("\x00", "").strip()  # no column of text takes a NUL
    if shortest <= len(plain) <= longest:
        assert said(text, "Say why", longest, "why", shortest) == plain
        return
    with pytest.raises(InvalidInput) as refused:
        said(text, "Say why", longest, "why", shortest)
    assert refused.value.facts == {"field": "why"}


def test_what_is_missing_is_asked_for_and_too_much_is_measured():
    with pytest.raises(InvalidInput, match=r"^Say why\.$"):
        said(" \n ", "Say why")
    with pytest.raises(InvalidInput, match=r"^At most 1,000 characters\.$"):
        said("x" * 1001, "Say why", 1000)
    assert said("  Worn out. ", "Say why") == "Worn out."


def test_a_worded_value_is_its_value_and_has_its_words():
    assert (Colour.RED, Colour("blue").label) == ("red", "Deep blue")
    assert choices(Colour) == [("red", "Bright red"), ("blue", "Deep blue")]
    assert values(Colour) == ["blue", "red"]
    assert values(frozenset({Size.SMALL, Size.LARGE})) == ["large", "small"]
