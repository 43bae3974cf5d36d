"""Closing a request: answered, without records, denied, withdrawn; and opening it again."""

from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.actions.letters import write_answer
from quartermaster.disclosure.actions.moving import move, working
from quartermaster.disclosure.actions.telling import tell_requester
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.events import RequestAnswered, RequestReopened, RequestWithdrawn
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.parameters import calendar_days, working_days
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.requests import (
    LONGEST_REASON,
    REFUSALS,
    Outcome,
    outcome_of,
)
from quartermaster.disclosure.rules.review import GIVEN_OUT, Decision
from quartermaster.disclosure.rules.searches import unanswered
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.records.locks import begin_holding


def close(request: RecordsRequest, outcome: Outcome, words: str, doing: Act) -> None:
    """Answer a request. What was refused, wholly or in part, keeps all that it reached longer."""
    kept = calendar_days("after_denial", doing.at) if outcome in REFUSALS else doing.at
    move(
        request,
        "answer",
        closed_at=doing.at,
        outcome=outcome.value,
        outcome_words=words,
        kept_until=kept,
        wake_at=None,
    )
    doing.record("disclosure.request.answered", request, outcome=outcome.value)
    doing.emit(RequestAnswered(request_id=request.id, outcome=outcome.value))


def answer_without_release(
    *, request_id: UUID, words: str, actor: Actor, at: datetime
) -> RecordsRequest:
    """Answer that there is nothing, or that all of it is withheld, with the reasons (G-5)."""
    require(actor, REQUEST_WORK)
    plain = said(words, "Say what the answer is", LONGEST_REASON, "words")
    with act(actor, at) as doing:
        request = working(request_id)
        waiting = request.searches.filter(state="asked").count()
        if waiting:
            raise NotReady(unanswered(waiting))
        rows = list(request.items.all())
        if any(row.decision == Decision.PENDING for row in rows):
            raise NotReady("Not everything that was found is reviewed yet.")
        if any(row.decision in GIVEN_OUT for row in rows):
            raise NotReady("Something is to be given out. Put a package together.")
        close(request, outcome_of(0, len(rows)), plain, doing)
        write_answer(request, rows, plain, doing)
        tell_requester(request, request.outcome, doing)
    return request


def withdraw(*, request_id: UUID, reason: str, actor: Actor, at: datetime) -> RecordsRequest:
    """Close a request that its requester does not pursue any longer (G-5)."""
    require(actor, REQUEST_WORK)
    plain = said(reason, "Say how they told you", LONGEST_REASON)
    with act(actor, at) as doing:
        request = request_for_update(request_id)
        move(request, "withdraw", closed_at=at, outcome_words=plain, wake_at=None)
        doing.record("disclosure.request.withdrawn", request)
        doing.emit(RequestWithdrawn(request_id=request.id))
        tell_requester(request, "withdrawn", doing)
    return request


def reopen(*, request_id: UUID, reason: str, actor: Actor, at: datetime) -> RecordsRequest:
    """Take a request up again: after a review, or because something was missed (G-5)."""
    require(actor, REQUEST_WORK)
    plain = said(reason, "Say why", LONGEST_REASON)
    with act(actor, at) as doing:
        begin_holding()
        request = request_for_update(request_id)
        due = working_days("answer", at)
        move(
            request,
            "reopen",
            closed_at=None,
            outcome="",
            outcome_words="",
            kept_until=None,
            answer_by=due,
            wake_at=due,
            overdue_told_at=None,
        )
        doing.record("disclosure.request.reopened", request, reason=plain)
        doing.emit(RequestReopened(request_id=request.id))
        tell_requester(request, "reopened", doing)
    return request
