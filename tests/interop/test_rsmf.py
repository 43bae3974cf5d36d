"""Our RSMF manifests, held against the schema by a validator of other people."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.disclosure.production import rsmf
from tests.interop.rsmf_check import problems

pytestmark = pytest.mark.interop

texts = st.text(max_size=40)
messages = st.builds(
    rsmf.Message,
    id=st.text(min_size=1, max_size=5),
    participant=st.sampled_from(["P1", "P2"]),
    at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),
    body=texts,
    outgoing=st.booleans(),
)
conversations = st.builds(
    rsmf.Conversation,
    id=st.text(min_size=1, max_size=9),
    display=texts,
    platform=st.text(min_size=1, max_size=9),
    custodian=st.just("P1"),
    participants=st.just([("P1", "Ana", "ana@city.example"), ("P2", "Pipe Works", "")]),
    messages=st.lists(messages, min_size=1, max_size=4),
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(conversations, min_size=1, max_size=5))
def test_any_conversation_is_valid(given_ones):
    assert problems([rsmf.manifest(one) for one in given_ones]) == [[] for _ in given_ones]


def test_the_schema_refuses_what_is_none():
    wrong = [{}, {"version": "2.0.0", "participants": [], "conversations": [], "events": []}]
    assert [bool(found) for found in problems(wrong)] == [True, True]
