"""Apple's list of devices as bytes: read within bounds, whatever stands in it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import dep
from quartermaster.drivers.apple.wire.dep import Operation, Trouble
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, WireError

LISTED = {
    "serial_number": "c02a ",
    "model": "iPhone 17",
    "description": "IPHONE 17 128GB",
    "color": "BLACK",
    "asset_tag": "QM-1",
    "device_family": "iPhone",
    "os": "iOS",
    "profile_status": "assigned",
    "profile_uuid": "88FC",
    "profile_assign_time": "2026-11-01T10:00:00Z",
    "device_assigned_date": "2026-10-01T10:00:00Z",
    "device_assigned_by": "buyer@city.example",
    "op_type": "Modified",
    "op_date": "2026-11-02T10:00:00Z",
    "a_field_of_next_year": {"deep": [1]},
}


def test_a_device_is_read_and_unknown_fields_are_passed_over():
    found = dep.device(LISTED)
    assert (found.serial, found.colour, found.family) == ("C02A", "BLACK", "iPhone")
    assert found.operation is Operation.MODIFIED
    assert found.operated_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert found.profile_assigned_at == datetime(2026, 11, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "entry", [None, 7, "C02A", [], {}, {"serial_number": 7}, {"serial_number": "a/b"},
              {"serial_number": "x" * 41}, {"serial_number": "Ä1"}],
)  # fmt: skip
def test_what_is_no_device_is_passed_over_and_counted(entry):
    page = dep.page({"devices": [entry, LISTED], "cursor": "c", "more_to_follow": False})
    assert ([item.serial for item in page.devices], page.skipped) == (["C02A"], 1)


def test_odd_values_of_a_device_are_left_out():
    odd = {"serial_number": "C02A", "model": 7, "op_type": "stolen", "op_date": "yesterday",
           "color": "x" * 999, "device_family": "a\x00b"}  # fmt: skip
    found = dep.device(odd)
    assert (found.model, found.operation, found.operated_at) == ("", None, None)
    assert (len(found.colour), found.family) == (dep.LONGEST_TEXT, "ab")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"devices": {}}, Malformed),
        ({"devices": [LISTED] * 1001}, TooLarge),
        ({"devices": [], "cursor": 7}, Malformed),
        ({"devices": [], "cursor": "x" * 5000}, Malformed),
    ],
)
def test_a_page_out_of_bounds_is_refused(said, problem):
    with pytest.raises(problem):
        dep.page(said)


@pytest.mark.parametrize("body", [b"", b"[1]", b"{", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_dictionary_is_refused(body):
    with pytest.raises(Malformed):
        dep.read(body)


def test_a_giant_answer_is_refused_unread():
    with pytest.raises(TooLarge):
        dep.read(b" " * (dep.LARGEST_ANSWER + 1))


@pytest.mark.parametrize(
    ("status", "said", "trouble"),
    [
        (403, b'"T_C_NOT_SIGNED"', Trouble.TERMS),
        (403, b"T_C_NOT_SIGNED", Trouble.TERMS),
        (400, b'"EXHAUSTED_CURSOR"', Trouble.CURSOR_EXHAUSTED),
        (400, b"EXPIRED_CURSOR", Trouble.CURSOR_OVER),
        (400, b"INVALID_CURSOR", Trouble.CURSOR_OVER),
        (400, b"CURSOR_REQUIRED", Trouble.CURSOR_OVER),
        (403, b"ACCESS_DENIED", Trouble.ACCESS_DENIED),
        (403, b"FORBIDDEN", Trouble.SESSION_OVER),
        (401, b"UNAUTHORIZED", Trouble.SESSION_OVER),
        (401, b"token_expired", Trouble.TOKEN_REFUSED),
        (429, b"", Trouble.BUSY),
        (503, b"<html>", Trouble.BUSY),
        (500, b"", Trouble.BUSY),
        (400, b"FLAGS_INVALID", Trouble.REFUSED),
        (302, b"", Trouble.REFUSED),
        (404, b"", Trouble.NOT_FOUND),
        (400, b"PROFILE_NOT_FOUND", Trouble.NOT_FOUND),
    ],
)
def test_each_refusal_has_its_meaning(status, said, trouble):
    assert dep.refusal(status, said).trouble is trouble


@pytest.mark.parametrize(
    ("header", "wait"), [("120", 120), ("", 0), ("soon", 0), ("9" * 12, 86400), ("-5", 0)]
)
def test_how_long_to_wait_is_bounded(header, wait):
    assert dep.refusal(429, b"", header).wait == wait


def test_outcomes_are_bounded_and_odd_ones_do_no_harm():
    said = dep.assigned({"devices": {"c02a": "SUCCESS", "C02B": 7}, "retry_after_seconds": 10**9})
    assert said.devices == {"C02A": "SUCCESS", "C02B": "7"}
    assert said.wait == dep.LONGEST_WAIT
    assert dep.assigned({"devices": [1], "retry_after_seconds": "x"}).devices == {}


@pytest.mark.parametrize("said", [{}, {"auth_session_token": 7}, {"auth_session_token": "ü"}])
def test_an_answer_without_a_session_is_refused(said):
    with pytest.raises(Malformed):
        dep.session(said)


def nested(inner):
    return st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
VALUES = st.recursive(PLAIN, nested, max_leaves=20)
KEYS = st.sampled_from([*LISTED, "devices", "cursor", "more_to_follow", "fetched_until"])


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_garbage_in_a_page_is_never_more_than_an_error_of_the_wire(said):
    try:
        page = dep.page(dep.read(json.dumps(said).encode()))
    except WireError:
        return
    assert all(item.serial.isalnum() for item in page.devices)


@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_garbage_in_a_device_gives_a_device_or_none(said):
    found = dep.device(said)
    assert found is None or 0 < len(found.serial) <= dep.LONGEST_SERIAL
