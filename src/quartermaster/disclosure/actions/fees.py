"""Fees: estimated and asked for by letter, paid, or waived with a reason."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from quartermaster.disclosure.actions.letters import write_letter
from quartermaster.disclosure.actions.moving import working
from quartermaster.disclosure.actions.telling import tell_requester
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.models import FeeEstimate, RecordsRequest
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.fees import FEE, FeeState, Rates, Work, fee_of
from quartermaster.disclosure.rules.letters import LetterKind
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.kernel.words import said


def rates() -> Rates:
    """The actual cost of this city."""
    return Rates(**settings.OPEN_RECORDS_RATES)


def ask_fee(*, request_id: UUID, work: Work, actor: Actor, at: datetime) -> FeeEstimate:
    """Tell the requester what it costs, by letter; an earlier estimate is replaced (G-5)."""
    require(actor, REQUEST_WORK)
    fee = fee_of(work.checked(), rates())
    if not fee.total:
        raise InvalidInput("This costs nothing, so nothing is asked for.", field="pages")
    with act(actor, at) as doing:
        request = working(request_id)
        for earlier in request.fees.filter(state=FeeState.ASKED):
            _move(earlier, "replace", doing)
        lines = [(line.what, dollars(line.cents)) for line in fee.lines]
        letter = write_letter(
            request,
            LetterKind.ESTIMATE,
            {"lines": lines, "total": dollars(fee.total), "prepay": fee.prepay},
            doing,
        )
        row = FeeEstimate.objects.create(
            request=request,
            lines=fee.as_rows(),
            total_cents=fee.total,
            prepay=fee.prepay,
            letter=letter,
            asked_at=at,
            asked_by_id=actor.person_id,
        )
        doing.record("disclosure.fee.asked", row, cents=fee.total, prepay=fee.prepay)
        tell_requester(request, "estimate", doing)
    return row


def note_payment(*, fee_id: UUID, actor: Actor, at: datetime) -> FeeEstimate:
    """Note that a fee was paid (G-5)."""
    return _settle(fee_id, "pay", "", actor, at)


def waive_fee(*, fee_id: UUID, reason: str, actor: Actor, at: datetime) -> FeeEstimate:
    """Waive a fee, with the reason: such as the public interest (G-5)."""
    return _settle(fee_id, "waive", said(reason, "Say why it is waived", 500), actor, at)


def _settle(fee_id: UUID, verb: str, reason: str, actor: Actor, at: datetime) -> FeeEstimate:
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        key = FeeEstimate.objects.filter(id=fee_id).values_list("request_id", flat=True).first()
        if key is None:
            raise NotFound("There is no such fee.")
        request_for_update(key)
        row = FeeEstimate.objects.get(id=fee_id)
        _move(row, verb, doing, reason=reason)
    return row


def _move(row: FeeEstimate, verb: str, doing: Act, **more: object) -> None:
    step = FEE.transitions[verb]
    rows = FeeEstimate.objects.filter(id=row.id, state__in=values(step.sources))
    if rows.update(state=step.target.value, settled_at=doing.at, **more) != 1:
        FEE.target(verb, FeeState(row.state))
    row.refresh_from_db()
    doing.record(f"disclosure.fee.{step.target.value}", row, cents=row.total_cents)


def require_paid(request: RecordsRequest) -> None:
    """`NotReady` while a payment in advance is waited for."""
    if request.fees.filter(state=FeeState.ASKED, prepay=True).exists():
        raise NotReady("The fee is to be paid in advance. Note the payment, or waive it.")
