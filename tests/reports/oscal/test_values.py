"""Values of settings as lines, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.policy.requirements import CATALOGUE, Unfit
from quartermaster.reports.oscal.values import read, written
from tests.factories.requirements import values_of


@given(st.data())
@pytest.mark.parametrize("key", list(CATALOGUE))
def test_what_is_written_is_read(key, data):
    setting = CATALOGUE[key]
    value = setting.order.fit(data.draw(values_of(setting)))
    lines = written(setting, value)
    assert read(setting, lines) == value
    assert lines != []
    assert all(line == line.strip() and line for line in lines)


@pytest.mark.parametrize(
    ("key", "lines"),
    [
        ("passcode_required", ["yes"]),
        ("passcode_required", []),
        ("passcode_minimum_length", ["-4"]),
        ("passcode_minimum_length", ["٤"]),
        ("passcode_minimum_length", ["(no limit)"]),
        ("passcode_complexity", ["hard"]),
        ("auto_lock_minutes", ["0"]),
        ("minimum_os", ["ios"]),
        ("minimum_os", ["symbian 3"]),
        ("blocked_software", ["(no limit)"]),
        ("blocked_software", ["a b"]),
    ],
)
def test_what_stands_for_nothing_is_refused(key, lines):
    with pytest.raises(Unfit):
        read(CATALOGUE[key], lines)


def test_no_software_and_any_software_are_told_apart():
    setting = CATALOGUE["allowed_software"]
    assert written(setting, None) == ["(no limit)"]
    assert written(setting, frozenset()) == ["(none)"]
    assert read(setting, ["(none)"]) == frozenset()
