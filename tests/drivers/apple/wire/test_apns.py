"""What is said to Apple's push service, and how its answers are read."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import apns
from quartermaster.drivers.apple.wire.errors import Malformed

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TOPIC = "com.apple.mgmt.External.1"


@given(st.binary(min_size=1, max_size=100), st.text(max_size=500))
def test_a_notification_says_its_magic_and_nothing_else(token, magic):
    made = apns.Notification(token, magic, TOPIC)
    assert made.path == f"/3/device/{token.hex()}"
    assert json.loads(made.body) == {"mdm": magic}
    assert len(made.body) <= apns.LARGEST_PAYLOAD


def test_headers_are_as_documented():
    made = apns.Notification(b"t", "magic", TOPIC)
    assert made.headers(AT) == {
        "apns-topic": TOPIC,
        "apns-push-type": "mdm",
        "apns-priority": "10",
        "apns-expiration": "1795532400",
    }


@pytest.mark.parametrize(("token", "magic"), [(b"", "m"), (b"x" * 101, "m"), (b"x", "m" * 4096)])
def test_what_apple_would_not_take_is_not_made(token, magic):
    with pytest.raises(Malformed):
        apns.Notification(token, magic, TOPIC)


def test_what_opens_a_device_is_not_shown():
    shown = repr(apns.Notification(b"\xca\xfe", "secret magic", TOPIC))
    assert "secret magic" not in shown
    assert "xca" not in shown


def test_a_token_that_is_gone_says_since_when():
    body = json.dumps({"reason": "Unregistered", "timestamp": 1795532400000}).encode()
    assert apns.read(410, {}, body, AT) == apns.Answer(410, "Unregistered", AT)


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("99999999", timedelta(days=1)),
        ("Tue, 24 Nov 2026 15:10:00 GMT", timedelta(minutes=10)),
        ("Tue, 24 Nov 2020 15:10:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, pause):
    assert apns.read(503, {"retry-after": text}, b"", AT).pause == pause


@given(st.integers(100, 599), st.binary(max_size=200) | st.just(b"x" * 9000), st.text(max_size=20))
def test_garbage_is_read_as_what_it_is(status, body, retry_after):
    found = apns.read(status, {"retry-after": retry_after}, body, AT)
    assert found.status == status
    assert len(found.reason) <= 60


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
        lambda inner: st.dictionaries(st.sampled_from(["reason", "timestamp"]), inner, max_size=2),
    )
)
def test_odd_json_does_no_harm(said):
    found = apns.read(400, {}, json.dumps(said).encode(), AT)
    assert found.gone_since is None or found.gone_since.tzinfo is UTC
