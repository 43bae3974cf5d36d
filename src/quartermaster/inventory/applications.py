"""Reads of decisions about applications and of questions."""

from datetime import date
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion
from quartermaster.inventory.permits import DECISION_VIEW, QUESTION_VIEW
from quartermaster.inventory.verdicts import Decided, Decisions, QuestionState, Verdict
from quartermaster.kernel.permits import Actor, reach
from quartermaster.policy.plan import Proposal
from quartermaster.policy.queries import rulebook
from quartermaster.policy.requirements import LAX

CITY = "city"


def decisions_visible_to(actor: Actor) -> QuerySet[ApplicationDecision]:
    """Every decision, also those of before: whoever may see one may see all (G-4)."""
    rows = ApplicationDecision.objects.all()
    return rows.none() if reach(actor, DECISION_VIEW).nothing else rows


def questions_visible_to(actor: Actor) -> QuerySet[ApplicationQuestion]:
    """One's own questions; ITMD's and the auditors' are all."""
    rows = ApplicationQuestion.objects.select_related("asked_by__department", "decision")
    extent = reach(actor, QUESTION_VIEW)
    return rows if extent.everything else rows.filter(asked_by_id__in=extent.people)


def standing(rows: QuerySet[ApplicationDecision], day: date) -> QuerySet[ApplicationDecision]:
    """Those that hold on a day."""
    return rows.filter(Q(until=None) | Q(until__gt=day), ended_at=None)


def with_standing(rows: QuerySet[ApplicationDecision], day: date) -> QuerySet[ApplicationDecision]:
    """With ``standing``: in force, run out, or ended."""
    return rows.annotate(
        standing=Case(
            When(ended_at__isnull=False, then=Value("ended")),
            When(until__lte=day, then=Value("run out")),
            default=Value("in force"),
        )
    )


def decided(day: date) -> Decisions:
    """What holds on a day, as it is judged by; for many devices at once (G-4)."""
    rows = (
        Decided(
            row.title,
            Verdict(row.verdict),
            row.identifier,
            row.name_pattern,
            row.platform,
            row.minimum_version,
            row.until,
        )
        for row in standing(ApplicationDecision.objects.all(), day)
    )
    return Decisions(rows, day)


def decision_about(title: str, platform: str, day: date) -> ApplicationDecision | None:
    """The decision that answers a question about an application of this name already."""
    rows = standing(ApplicationDecision.objects.all(), day)
    return rows.filter(title__iexact=title.strip(), platform__in=["", platform]).first()


def waiting_like(question: ApplicationQuestion) -> QuerySet[ApplicationQuestion]:
    """The questions of others that one answer answers, too."""
    return ApplicationQuestion.objects.filter(
        state=QuestionState.WAITING, title__iexact=question.title, platform=question.platform
    )


class Gap:
    """Where the city's requirements and the decisions say different things of identifiers."""

    def __init__(self, day: date) -> None:
        asked = rulebook().city.get(CITY, LAX)
        self._asked = asked
        rows = list(standing(ApplicationDecision.objects.exclude(identifier=""), day))
        blocked = [row for row in rows if row.verdict == Verdict.BLOCKED]
        allowed = [row for row in rows if row.verdict == Verdict.ALLOWED]
        held = {row.identifier for row in blocked}
        self.to_block = [row for row in blocked if row.identifier not in asked.blocked_software]
        self.to_unblock = [
            row
            for row in allowed
            if row.identifier in asked.blocked_software and row.identifier not in held
        ]
        self.to_require = [
            row
            for row in allowed
            if row.identifier not in asked.required_software and row.identifier not in held
        ]

    def proposal(
        self, block: frozenset[str], unblock: frozenset[str], need: frozenset[str]
    ) -> Proposal:
        """The change of the city's requirements that brings them in step (G-4, G-10)."""
        settings: dict[str, Any] = {key: self._asked[key] for key in self._asked.asked()}
        settings["blocked_software"] = (self._asked.blocked_software | block) - unblock
        settings["required_software"] = self._asked.required_software | need
        return Proposal(city={CITY: settings})
