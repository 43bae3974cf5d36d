"""Verbs on decisions about applications, and on the questions that lead to them."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from quartermaster.inventory.applications import decision_about, waiting_like
from quartermaster.inventory.events import ApplicationDecided
from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion, Platform
from quartermaster.inventory.permits import DECISION_MAKE, QUESTION_ASK
from quartermaster.inventory.verdicts import (
    QUESTION,
    QuestionState,
    Verdict,
    is_pattern,
    is_version,
)
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify.actions import send

TEMPLATE = "inventory/notices/question-answered"
MOST_WAITING = 20
REPLACED = "Replaced by a newer decision."


@dataclass(frozen=True)
class Decision:
    """What is decided. ``until`` is the first day on which it no longer holds."""

    title: str
    verdict: Verdict
    reason: str
    identifier: str = ""
    name_pattern: str = ""
    platform: str = ""
    minimum_version: str = ""
    until: date | None = None

    def checked(self, at: datetime) -> "Decision":
        """Trimmed; `InvalidInput` for what could not be judged by."""
        made = Decision(
            self.title.strip(),
            Verdict(self.verdict),
            self.reason.strip(),
            self.identifier.strip(),
            self.name_pattern.strip(),
            self.platform,
            self.minimum_version.strip(),
            self.until,
        )
        for field, problem in made._problems(at):
            if problem:
                raise InvalidInput(problem, field=field)
        return made

    def _problems(self, at: datetime) -> tuple[tuple[str, str], ...]:
        subjects = bool(self.identifier) + bool(self.name_pattern)
        return (
            ("title", "" if self.title else "Name the application."),
            ("reason", "" if self.reason else "Say why; everybody reads it."),
            ("identifier", "" if subjects == 1 else "Give an identifier or a pattern of names."),
            ("identifier", "Leave out blanks." if set(self.identifier) & set(" \t\n*") else ""),
            (
                "name_pattern",
                ""
                if not self.name_pattern or is_pattern(self.name_pattern)
                else "Give at least three letters, and four wildcards (*) at most.",
            ),
            ("platform", "" if self.platform in {"", *Platform.values} else "Choose a system."),
            (
                "minimum_version",
                ""
                if not self.minimum_version or is_version(self.minimum_version)
                else "Write a version in numbers, such as 4.2.1.",
            ),
            (
                "minimum_version",
                "What is blocked has no lowest version."
                if self.minimum_version and self.verdict is Verdict.BLOCKED
                else "",
            ),
            (
                "until",
                "" if self.until is None or self.until > localdate(at) else "Choose a later day.",
            ),
        )


def decide(*, decision: Decision, actor: Actor, at: datetime) -> ApplicationDecision:
    """Decide about an application; an earlier decision on the same subject ends (G-4)."""
    require(actor, DECISION_MAKE)
    with act(actor, at) as doing:
        return _decide(decision.checked(at), doing)


def _decide(decision: Decision, doing: Act) -> ApplicationDecision:
    earlier = ApplicationDecision.objects.select_for_update().filter(
        identifier__iexact=decision.identifier,
        name_pattern__iexact=decision.name_pattern,
        platform=decision.platform,
        ended_at=None,
    )
    for row in earlier:
        _end(row, REPLACED, doing)
    try:
        with transaction.atomic():
            made = ApplicationDecision.objects.create(
                title=decision.title[:120],
                identifier=decision.identifier[:155],
                name_pattern=decision.name_pattern[:120],
                platform=decision.platform,
                verdict=decision.verdict,
                minimum_version=decision.minimum_version[:40],
                reason=decision.reason[:1000],
                until=decision.until,
                decided_at=doing.at,
                decided_by=doing.actor.label,
            )
    except IntegrityError as problem:
        raise Conflict("Somebody decided about it at the same time; look again.") from problem
    doing.record(
        "inventory.application.decided",
        made,
        subject=made.subject,
        verdict=made.verdict,
        reason=made.reason,
    )
    doing.emit(ApplicationDecided(decision_id=made.id))
    return made


def _end(row: ApplicationDecision, reason: str, doing: Act) -> None:
    ended = ApplicationDecision.objects.filter(id=row.id, ended_at=None).update(
        ended_at=doing.at, ended_by=doing.actor.label, end_reason=reason
    )
    if ended != 1:
        raise Conflict("This decision has ended already.")
    doing.record("inventory.application.decision-ended", row, reason=reason)


def end_decision(
    *, decision: ApplicationDecision, reason: str, actor: Actor, at: datetime
) -> ApplicationDecision:
    """End a decision: nothing is held about the application from now on (G-4)."""
    require(actor, DECISION_MAKE)
    if not reason.strip():
        raise InvalidInput("Say why; the reason is kept.", field="reason")
    with act(actor, at) as doing:
        _end(decision, reason.strip()[:500], doing)
        doing.emit(ApplicationDecided(decision_id=decision.id))
    decision.refresh_from_db()
    return decision


def ask(
    *, title: str, platform: str, purpose: str, link: str = "", actor: Actor, at: datetime
) -> ApplicationQuestion:
    """Ask whether an application may be installed (G-4).

    Raises:
        Conflict: it is decided already, or was asked by the same person.
    """
    require(actor, QUESTION_ASK, person_id=actor.person_id)
    if actor.person_id is None:
        raise Refused("Somebody must ask it: the answer goes to them.")
    title, purpose, link = title.strip()[:120], purpose.strip()[:1000], link.strip()
    if not title:
        raise InvalidInput("Name the application.", field="title")
    if not purpose:
        raise InvalidInput("Say what you need it for.", field="purpose")
    if platform not in Platform.values:
        raise InvalidInput("Choose a system.", field="platform")
    if link and (len(link) > 500 or urlsplit(link).scheme != "https"):  # noqa: PLR2004
        raise InvalidInput("Give a link that begins with https://", field="link")
    known = decision_about(title, platform, localdate(at))
    if known is not None:
        words = Verdict(known.verdict).words.lower()
        raise Conflict(f"This is decided already: {known.title} is {words}. {known.reason}")
    with act(actor, at) as doing:
        mine = ApplicationQuestion.objects.filter(
            asked_by_id=actor.person_id, state=QuestionState.WAITING
        )
        if mine.filter(title__iexact=title, platform=platform).exists():
            raise Conflict("You asked this already; the answer comes by mail.")
        if mine.count() >= MOST_WAITING:
            raise Conflict(f"{MOST_WAITING} of your questions wait for an answer already.")
        made = ApplicationQuestion.objects.create(
            title=title,
            link=link,
            platform=platform,
            purpose=purpose,
            asked_by_id=actor.person_id,
            asked_at=at,
        )
        doing.record("inventory.question.asked", made, title=title, platform=platform)
    return made


def answer(
    *, question: ApplicationQuestion, decision: Decision, actor: Actor, at: datetime
) -> ApplicationDecision:
    """Answer a question by a decision, which answers everybody who asked the same (G-4).

    Raises:
        Conflict: it was answered or withdrawn at the same time.
    """
    require(actor, DECISION_MAKE)
    with act(actor, at) as doing:
        alike = waiting_like(question).select_related("asked_by").order_by("id")
        # in one order, so that two answers at once wait for one another and do not block for ever
        rows = list(alike.select_for_update(of=("self",)))
        if question.id not in {row.id for row in rows}:
            raise Conflict("This question was answered or withdrawn already.")
        made = _decide(decision.checked(at), doing)
        for row in rows:
            _settle(row, "answer", doing, decision=made)
            _tell(row, made, doing)
    question.refresh_from_db()
    return made


def withdraw_question(*, question: ApplicationQuestion, actor: Actor, at: datetime) -> None:
    """Take one's question back (G-4)."""
    require(actor, QUESTION_ASK, person_id=question.asked_by_id)
    with act(actor, at) as doing:
        _settle(question, "withdraw", doing)
    question.refresh_from_db()


def _settle(
    question: ApplicationQuestion,
    verb: str,
    doing: Act,
    decision: ApplicationDecision | None = None,
) -> None:
    step = QUESTION.transitions[verb]
    rows = ApplicationQuestion.objects.filter(id=question.id, state__in=sorted(step.sources))
    moved = rows.update(
        state=step.target, decision=decision, settled_at=doing.at, settled_by=doing.actor.label
    )
    if moved != 1:
        raise Conflict("This question was answered or withdrawn already.")
    doing.record(f"inventory.question.{step.target.value}", question, title=question.title)


def _tell(question: ApplicationQuestion, made: ApplicationDecision, doing: Act) -> None:
    person = question.asked_by
    send(
        template=TEMPLATE,
        to=person.email,
        name=person.given_name,
        context={
            "title": question.title,
            "verdict": Verdict(made.verdict).words,
            "reason": made.reason,
            "minimum_version": made.minimum_version,
            "key": str(made.id),
        },
        about=question,
        key=f"inventory.question.answered/{question.id}",
        actor=doing.actor,
        at=doing.at,
    )
