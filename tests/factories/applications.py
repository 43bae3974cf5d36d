"""Decisions about applications, and questions."""

from datetime import UTC, datetime

import factory

from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion
from tests.factories.org import PersonFactory

EARLIER = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class DecisionFactory(factory.django.DjangoModelFactory[ApplicationDecision]):
    """Blocked on every system, until somebody ends it."""

    class Meta:
        model = ApplicationDecision

    title = factory.Sequence(lambda n: f"Game {n}")
    identifier = factory.Sequence(lambda n: f"com.example.game{n}")
    verdict = "blocked"
    reason = "It gambles for money."
    decided_at = EARLIER
    decided_by = "Ida Lindqvist"


class QuestionFactory(factory.django.DjangoModelFactory[ApplicationQuestion]):
    """Waits for an answer."""

    class Meta:
        model = ApplicationQuestion

    title = factory.Sequence(lambda n: f"Sketches {n}")
    platform = "ios"
    purpose = "To draw where a main broke."
    asked_by = factory.SubFactory(PersonFactory)
    asked_at = EARLIER
