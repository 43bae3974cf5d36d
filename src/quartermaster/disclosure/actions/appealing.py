"""Appeals: taken in, and answered; the log of them."""

from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.actions.closing import reopen
from quartermaster.disclosure.actions.letters import write_letter
from quartermaster.disclosure.actions.telling import tell_custodians, tell_requester
from quartermaster.disclosure.models import Appeal
from quartermaster.disclosure.permits import REQUEST_TAKE, REQUEST_WORK
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.appeals import LONGEST_APPEAL, Finding
from quartermaster.disclosure.rules.letters import LetterKind
from quartermaster.disclosure.rules.requests import Channel, RequestState
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said


def file_appeal(
    *, request_id: UUID, text: str, channel: Channel, actor: Actor, at: datetime
) -> Appeal:
    """Say that one does not agree with an answer (G-5)."""
    require(actor, REQUEST_TAKE)
    plain = said(text, "Say what you do not agree with", LONGEST_APPEAL, "text")
    with act(actor, at) as doing:
        request = request_for_update(request_id)
        if request.state != RequestState.ANSWERED:
            raise Conflict("The request is not answered yet.")
        if request.appeals.filter(decided_at=None).exists():
            raise Conflict("An appeal is being looked at already.")
        row = Appeal.objects.create(
            request=request,
            channel=channel.value,
            text=plain,
            received_at=at,
            received_by_id=actor.person_id,
        )
        doing.record("disclosure.appeal.filed", row, request=request.number)
        tell_custodians(request, "appealed", doing)
    return row


def decide_appeal(
    *, appeal_id: UUID, finding: Finding, words: str, actor: Actor, at: datetime
) -> Appeal:
    """Answer an appeal by letter; a changed answer takes the request up again (G-5)."""
    require(actor, REQUEST_WORK)
    plain = said(words, "Say what the requester is told", LONGEST_APPEAL, "words")
    with act(actor, at) as doing:
        key = Appeal.objects.filter(id=appeal_id).values_list("request_id", flat=True).first()
        if key is None:
            raise NotFound("There is no such appeal.")
        request = request_for_update(key)
        rows = Appeal.objects.filter(id=appeal_id, decided_at=None)
        if (
            rows.update(
                finding=finding.value, words=plain, decided_at=at, decided_by_id=actor.person_id
            )
            != 1
        ):
            raise Conflict("This appeal is answered already.")
        row = Appeal.objects.get(id=appeal_id)
        data = {"words": plain, "finding": finding.label}
        write_letter(request, LetterKind.APPEAL, data, doing)
        doing.record("disclosure.appeal.decided", row, finding=finding.value)
        if finding is Finding.CHANGED:
            reopen(request_id=request.id, reason="An appeal changed it", actor=actor, at=at)
        else:
            tell_requester(request, f"appeal-{row.id}", doing)
    return row
