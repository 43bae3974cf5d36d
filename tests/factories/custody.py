"""The chain of custody of things that a test writes by hand.

The database refuses a thing whose custody does not agree with its row. Actions keep it; factories
keep it; a test that creates or changes rows itself says ``keep(thing)`` afterwards.
"""

from datetime import UTC, datetime
from typing import Any, TypeVar

import factory
from django.db import transaction

from quartermaster.inventory.custody import follow_all
from quartermaster.inventory.models import Accessory, Device, Line, Sim
from quartermaster.inventory.rules.custody import Thing
from quartermaster.jobs.acts import Act
from quartermaster.kernel.permits import system

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # before any clock on which the tests may run


M = TypeVar("M", Device, Line, Sim, Accessory)


def keep(*things: Thing, at: datetime = LONG_AGO) -> None:
    """Write that each thing is with whom its row says; things of one kind."""
    for thing in things:
        thing.refresh_from_db()
    follow_all(things, Act(system("test"), at), "test")


def written(model: type[M], **values: Any) -> M:
    """A row made by hand, in the custody that its columns tell."""
    with transaction.atomic():
        made = model._default_manager.create(**values)
        keep(made)
    return made


class KeptFactory(factory.django.DjangoModelFactory[Any]):
    """A factory whose things are in somebody's custody from the start."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            made = super()._create(model_class, *args, **kwargs)
            follow_all([made], Act(system("test"), LONG_AGO), "test")
        return made
