"""Events survive the outbox: what is loaded equals what was dumped."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.events import Event, all_events, event, event_class


@event
@dataclass(frozen=True)
class Everything(Event):
    tag: ClassVar[str] = "test.everything"
    thing: UUID
    when: datetime
    day: date | None
    name: str
    things: tuple[UUID, ...] = ()
    names: tuple[str, ...] = ()
    count: int = 0


@given(
    st.builds(
        Everything,
        thing=st.uuids(),
        when=st.datetimes(timezones=st.just(UTC)),
        day=st.none() | st.dates(),
        name=st.text(),
        things=st.lists(st.uuids(), max_size=3).map(tuple),
        names=st.lists(st.text(), max_size=3).map(tuple),
        count=st.integers(),
    )
)
def test_round_trip_through_json(happened):
    payload = json.loads(json.dumps(happened.payload()))
    assert Everything.from_payload(payload) == happened


def test_field_of_an_older_release_is_left_out():
    thing = UUID(int=7)
    payload = Everything(thing, datetime(2026, 1, 1, tzinfo=UTC), None, "x").payload()
    assert Everything.from_payload(payload | {"gone": 1}).thing == thing


def test_tags_are_unique_and_follow_the_form():
    assert event_class("test.everything") is Everything
    with pytest.raises(ValueError, match="used twice"):
        event(Everything)
    odd = [item.tag for item in all_events() if item.tag.count(".") < 1]
    assert odd == []


def test_event_without_a_tag_is_refused():
    with pytest.raises(ValueError, match="has no tag"):
        event(Event)
