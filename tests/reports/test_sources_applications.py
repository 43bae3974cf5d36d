"""Evidence that questions about applications are answered, and the answers found."""

import pytest

from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.applications import DecisionFactory, QuestionFactory

assert sources  # registered by the import


@pytest.mark.django_db
@pytest.mark.clause("G-4")
def test_decisions_and_questions(cast, at):
    made = DecisionFactory()
    DecisionFactory(verdict="allowed")
    DecisionFactory(ended_at=at, end_reason="x")
    DecisionFactory(until=at.date())
    QuestionFactory(asked_by=cast.ana, state="answered", decision=made, settled_at=at)
    QuestionFactory(asked_by=cast.ana)
    for who, answered, waiting, last in (
        ("ida", 1, 1, at),
        ("ana", 1, 1, at),
        ("cole", 0, 0, None),
        ("rex", 0, 0, None),
    ):
        figures = (
            ("decisions in force", 2),
            ("blocked", 1),
            ("questions answered", answered),
            ("waiting", waiting),
        )
        found = count("inventory.applications", cast.acting(getattr(cast, who)), at)
        assert (who, found) == (who, Evidence(figures, last))
