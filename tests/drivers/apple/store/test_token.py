"""Content tokens, as they are and as they are not."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.store import reading, token
from quartermaster.drivers.apple.wire.errors import Malformed, WireError
from quartermaster.mdm.licensing import Tells
from tests.cast import AT


def packed(**more):
    said = {
        "token": "dG9rZW4=",
        "expDate": "2027-11-08T22:33:22+0000",
        "orgName": "Model City",
        **more,
    }
    return base64.b64encode(json.dumps(said).encode())


def test_a_token_is_read_with_its_end():
    read = token.read(packed() + b"\n", "", AT)
    assert read.secret == packed()
    assert (read.label, read.expires_at) == (
        "Model City",
        datetime(2027, 11, 8, 22, 33, 22, tzinfo=UTC),
    )
    assert b"dG9rZW4" not in str(read.public).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not base64!",
        base64.b64encode(b"no json"),
        base64.b64encode(b"[]"),
        packed(token=""),
        packed(token=5),
        packed(expDate="soon"),
        packed(expDate="2020-11-08T22:33:22+0000"),
        b"A" * 70_000,
    ],
)
def test_what_is_none_is_refused(content):
    with pytest.raises(WireError):
        token.read(content, "", AT)


@given(st.binary(max_size=200))
def test_no_notification_breaks_the_reading(body):
    with pytest.raises(Malformed):
        reading.notice(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = [
    "assets",
    "assignments",
    "adamId",
    "totalCount",
    "failures",
    "errorNumber",
    "eventStatus",
    "limits",
    "results",
    "users",
    "supportedPlatforms",
]


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_no_answer_breaks_the_reading(said):
    assert list(reading.products(said)) is not None
    assert list(reading.given(said)) is not None
    assert reading.limits(said).serials >= 1
    assert reading.progress(said) is not None
    assert list(reading.described(said)) is not None
    assert reading.location(said).uid == ""
    assert reading.trouble(500, said, "x").message


@given(st.dictionaries(st.sampled_from([*KEYS, "type", "result", "error", "countDelta"]), JSON))
def test_no_told_thing_breaks_the_reading(said):
    for kind in ("ASSET_MANAGEMENT", "ASSET_COUNT", "USER_MANAGEMENT", "USER_ASSOCIATED"):
        body = {"notification": said, "notificationId": "n", "notificationType": kind}
        assert reading.notice(json.dumps(body).encode()).tells in Tells
