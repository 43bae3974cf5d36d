"""Deciding what becomes of each file, taking it back, and the second look."""

from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.actions.copies import PDF, Copy, copy_of
from quartermaster.disclosure.actions.moving import item_for_update
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.keeping import keep
from quartermaster.disclosure.models import AddedExemption, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.queries.items import grounds, items_visible_to, known_ground
from quartermaster.disclosure.rules.exemptions import LONGEST_BASIS, LONGEST_CODE, LONGEST_TITLE
from quartermaster.disclosure.rules.review import GIVEN_OUT, LONGEST_NOTE, Decision
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said


def decide(
    *,
    item_id: UUID,
    decision: Decision,
    code: str = "",
    note: str = "",
    actor: Actor,
    at: datetime,
) -> RequestItem:
    """Decide of one file: release it, release it with redactions, withhold it (G-5).

    The copy that is given out is made here, from the original, in a process of its own.
    """
    require(actor, REQUEST_WORK)
    ground = known_ground(code).code if decision is Decision.WITHHOLD else ""
    seen = items_visible_to(actor).filter(id=item_id).first()
    if seen is None:
        raise NotFound("There is no such file in a request.")
    marks = _marks(seen)
    if decision is Decision.PENDING or len(note) > LONGEST_NOTE:
        raise InvalidInput("Choose what becomes of it, and say at most 500 characters of it.")
    if decision is Decision.REDACT and not marks:
        raise InvalidInput("Nothing is marked to be taken out.", field="decision")
    if decision is Decision.RELEASE and marks:
        raise InvalidInput(
            "Something is marked to be taken out. Release it with redactions, or remove the marks.",
            field="decision",
        )
    made = None
    if decision in GIVEN_OUT:
        redacted = decision is Decision.REDACT
        made = copy_of(seen, redacted=redacted, actor=actor, at=at)
    with act(actor, at) as doing:
        row = item_for_update(item_id)
        if _marks(row) != marks or row.decision != Decision.PENDING:
            raise Conflict("It changed at the same time; look at it again.")
        _write(row, decision, ground, note, made, doing)
    return row


def _marks(row: RequestItem) -> set[UUID]:
    return set(row.redactions.values_list("id", flat=True))


def _write(
    row: RequestItem, decision: Decision, code: str, note: str, made: Copy | None, doing: Act
) -> None:
    row.decision, row.withheld_code, row.note = decision.value, code, note.strip()
    row.reviewed_at, row.reviewed_by_id = doing.at, doing.actor.person_id
    if made is not None:
        stem = row.item.name.rpartition(".")[0] or row.item.name
        who = {"actor": doing.actor, "at": doing.at}
        row.copy = keep(content=made.pdf, name=f"{stem}.pdf", media_type=PDF, **who)  # type: ignore[arg-type]
        row.pages = made.pages
        if made.words is not None:
            row.words = keep(
                content=made.words,
                name=f"{stem}.txt",
                media_type="text/plain",
                **who,  # type: ignore[arg-type]
            )
    row.save()
    doing.record(
        "disclosure.item.decided",
        row,
        request=row.request.number,
        original=row.item.digest,
        decision=decision.value,
        ground=code,
        copy=row.copy.digest if row.copy else "",
    )


def reconsider(*, item_id: UUID, actor: Actor, at: datetime) -> RequestItem:
    """Take a decision back; its copy goes into no package any longer (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        row = item_for_update(item_id)
        if row.decision == Decision.PENDING:
            raise Conflict("Nothing is decided of it yet.")
        before = row.decision
        row.decision, row.withheld_code, row.note = Decision.PENDING.value, "", ""
        row.reviewed_at = row.reviewed_by = row.second_at = row.second_by = None
        row.copy = row.words = row.pages = None
        row.save()
        doing.record("disclosure.item.reconsidered", row, before=before)
    return row


def look_again(*, item_id: UUID, actor: Actor, at: datetime) -> RequestItem:
    """Agree with a decision as the second person (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        row = item_for_update(item_id)
        if row.decision == Decision.PENDING:
            raise NotReady("Nothing is decided of it yet.")
        if row.reviewed_by_id == actor.person_id:
            raise Refused("Another person than who decided looks at it again.")
        if row.second_by_id is not None:
            raise Conflict("A second person has looked at it already.")
        row.second_at, row.second_by_id = at, actor.person_id
        row.save(update_fields=["second_at", "second_by"])
        doing.record("disclosure.item.looked-at-again", row, decision=row.decision)
    return row


def add_ground(*, code: str, title: str, basis: str, actor: Actor, at: datetime) -> AddedExemption:
    """Add a ground on which something is held back, with its law (G-5)."""
    require(actor, REQUEST_WORK)
    short = said(code, "Give it a short code", LONGEST_CODE, "code")
    if any(item.code == short for item in grounds()):
        raise Conflict("There is a ground with this code already.", field="code")
    with act(actor, at) as doing:
        row = AddedExemption.objects.create(
            code=short,
            title=said(title, "Say what it is", LONGEST_TITLE, "title"),
            basis=said(basis, "Say on which law it stands", LONGEST_BASIS, "basis"),
            added_at=at,
            added_by_id=actor.person_id,
        )
        doing.record("disclosure.ground.added", row, code=row.code, basis=row.basis)
    return row
