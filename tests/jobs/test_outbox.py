"""The outbox: events are rows of the act's transaction, delivered until they succeed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest

from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.events import Event, event, on
from quartermaster.kernel.permits import system

HOUSE = system("test")
heard: list[UUID] = []
broken: list[bool] = []


@event
@dataclass(frozen=True)
class ThingHappened(Event):
    tag: ClassVar[str] = "test.thing.happened"
    thing_id: UUID


@on(ThingHappened)
def hear(happened, at):
    if broken:
        raise RuntimeError("not now")
    heard.append(happened.thing_id)


@pytest.fixture(autouse=True)
def _forget():
    heard.clear()
    broken.clear()


@pytest.mark.django_db
def test_event_is_delivered_once_after_the_act(at):
    thing = uuid4()
    with act(HOUSE, at) as doing:
        doing.emit(ThingHappened(thing_id=thing))
    assert heard == []
    assert outbox.deliver_due(at) == 1
    assert outbox.deliver_due(at) == 0
    assert heard == [thing]


@pytest.mark.django_db
def test_failed_act_emits_nothing(at):
    with pytest.raises(ZeroDivisionError), act(HOUSE, at) as doing:
        doing.emit(ThingHappened(thing_id=uuid4()))
        raise ZeroDivisionError
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
def test_failing_handler_is_tried_again_later(at, caplog):
    thing = uuid4()
    with act(HOUSE, at) as doing:
        doing.emit(ThingHappened(thing_id=thing))
    broken.append(True)
    assert outbox.deliver_due(at) == 0
    row = Delivery.objects.get()
    assert (row.attempts, row.last_error, row.delivered_at) == (1, "RuntimeError: not now", None)
    broken.clear()
    assert outbox.deliver_due(at) == 0
    assert outbox.deliver_due(at + timedelta(seconds=2)) == 1
    assert heard == [thing]


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (3, 8), (11, 2048), (12, 3600), (99, 3600)]
)
def test_pause_doubles_up_to_an_hour(attempts, seconds):
    assert outbox.pause(attempts) == timedelta(seconds=seconds)
