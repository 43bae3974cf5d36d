"""From text to requirements, and every way in which a text can be wrong."""

import json
from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.requirements import (
    Requirements,
    parse_requirements,
    parse_settings,
    plain_settings,
    read_yaml,
)
from tests.factories.requirements import requirements, some_settings


@given(requirements())
def test_what_is_written_is_read_back(one):
    assert parse_requirements(json.loads(json.dumps(one.asked())), "here") == one
    assert parse_requirements(read_yaml(yaml.safe_dump(one.asked()), "here"), "here") == one


@given(some_settings())
def test_named_settings_are_read_back_with_their_names(settings):
    plain = plain_settings(settings)
    again = parse_settings(plain, "here")
    assert set(again) == set(settings)
    assert parse_settings(plain_settings(again), "here") == again


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_read_or_refused(text):
    with suppress(InvalidInput):
        parse_requirements(read_yaml(text, "here"), "here")


def test_nothing_asks_for_nothing():
    assert parse_requirements(read_yaml("", "here"), "here") == Requirements()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour: red", "city.yaml: colour is not known here."),
        (
            "passcode_minimum_lenght: 6",
            (
                "city.yaml: passcode_minimum_lenght is not known here."
                " Did you mean passcode_minimum_length?"
            ),
        ),
        (
            "passcode_minimum_length: six",
            "city.yaml: passcode_minimum_length must be a whole number from 0 to 16.",
        ),
        (
            "auto_lock_minutes: 90",
            (
                "city.yaml: auto_lock_minutes must be a whole number from 1 to 60, or null for no"
                " limit."
            ),
        ),
        ("[1, 2]", "city.yaml must be a list of “name: value” lines."),
        ("1: 2", "city.yaml must be a list of “name: value” lines."),
        ("a: &x 1\nb: *x", "city.yaml, line 2 cannot be read as YAML: aliases are not accepted."),
        (
            "passcode_required: true\npasscode_required: false",
            "city.yaml, line 2 cannot be read as YAML: 'passcode_required' stands there twice.",
        ),
        ("x: !!python/object:os.system {}", None),
        ("x: [" * 5000, None),
        ("x: " + "9" * 9999, None),
        ("\x00", None),
    ],
)
def test_bad_text_is_refused_with_its_place(text, sentence):
    with pytest.raises(InvalidInput) as refused:
        parse_requirements(read_yaml(text, "city.yaml"), "city.yaml")
    assert refused.value.message.startswith("city.yaml")
    if sentence:
        assert refused.value.message == sentence


def test_large_text_is_refused_unread():
    with pytest.raises(InvalidInput, match="larger than 256 KiB"):
        read_yaml(" " * (256 * 1024 + 1), "city.yaml")
