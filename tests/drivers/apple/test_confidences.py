"""What an answer tells in confidence is taken out, whatever it looks like."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.confidences import PLACE, taken_out
from quartermaster.mdm.poll import Located

ANSWER = {
    "Status": "Acknowledged",
    "Latitude": 44.5,
    "Longitude": -88.0,
    "HorizontalAccuracy": 12,
    "VerticalAccuracy": -1.0,
    "Altitude": 200.0,
    "Speed": -1.0,
    "Course": -1.0,
    "Timestamp": "2026-11-24T15:00:00Z",
}


@pytest.mark.clause("G-10", "G-11")
def test_a_place_is_taken_out_whole():
    found = taken_out(ANSWER)
    assert found.located == Located(44.5, -88.0, 12.0, datetime(2026, 11, 24, 15, tzinfo=UTC))
    assert found.rest == {"Status": "Acknowledged"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Latitude", 91.0),
        ("Longitude", "east"),
        ("HorizontalAccuracy", -1.0),
        ("Latitude", True),
        ("HorizontalAccuracy", float("inf")),
        ("Latitude", float("nan")),
    ],
)
def test_a_place_that_is_none_is_thrown_away_and_not_kept(key, value):
    found = taken_out({**ANSWER, key: value})
    assert found.located is None
    assert found.rest == {"Status": "Acknowledged"}


@pytest.mark.parametrize(
    ("given_time", "expected"),
    [
        (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
        ("nonsense", None),
        (5, None),
    ],
)
def test_a_time_is_read_or_left(given_time, expected):
    assert taken_out({**ANSWER, "Timestamp": given_time}).located.measured_at == expected


@pytest.mark.clause("G-10")
def test_keys_and_codes_are_taken_out():
    found = taken_out(
        {"SecurityInfo": {"FDE_Enabled": True, "FDE_PersonalRecoveryKeyCMS": b"sealed"}}
    )
    assert found.rest == {"SecurityInfo": {"FDE_Enabled": True}}
    assert found.sealed == {"disk-key": b"sealed"}
    found = taken_out({"RotateResult": {"EncryptedNewRecoveryKey": b"x" * 20_000}})
    assert (found.rest, found.sealed) == ({"RotateResult": {}}, {})
    found = taken_out({"ActivationLockBypassCode": "ABC"})
    assert (found.rest, found.secrets) == ({}, {"bypass-code": b"ABC"})
    assert taken_out({"Status": "Acknowledged"}).rest is None


@given(
    st.dictionaries(
        st.sampled_from([*sorted(PLACE), "SecurityInfo", "RotateResult"]),
        st.none() | st.floats() | st.text() | st.binary() | st.dictionaries(st.text(), st.none()),
    )
)
def test_no_coordinates_are_left_in_what_is_kept(answer):
    found = taken_out(answer)
    kept = answer if found.rest is None else found.rest
    assert not {"Latitude", "Longitude"} & set(kept)
