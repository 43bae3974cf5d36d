"""Telling a person that a record about them is to be given out, and hearing them (19.356)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from quartermaster.disclosure.actions.moving import item_for_update
from quartermaster.disclosure.actions.telling import tell_custodians
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.models import RecordsRequest, SubjectNotice
from quartermaster.disclosure.parameters import working_days
from quartermaster.disclosure.permits import NOTICE_ANSWER, REQUEST_WORK
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.review import GIVEN_OUT
from quartermaster.disclosure.rules.subjects import (
    LONGEST_STATEMENT,
    NOTICE,
    Cause,
    NoticeState,
    bars,
)
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.kernel.words import said
from quartermaster.notify.actions import send
from quartermaster.org.models import Person, Standing


def serve_notice(
    *, item_id: UUID, person_id: UUID, cause: Cause, actor: Actor, at: datetime
) -> SubjectNotice:
    """Tell somebody that a record about them is decided to be given out (G-5).

    Nothing of the request is given out until their days to object, or to sue, are over.
    """
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        row = item_for_update(item_id)
        if row.decision not in GIVEN_OUT:
            raise NotReady("Decide first to give it out; the notice follows the decision.")
        person = Person.objects.filter(id=person_id, standing=Standing.ACTIVE).first()
        if person is None:
            raise InvalidInput("Choose somebody who works for the City.", field="person")
        if row.notices.filter(person=person).exists():
            raise Conflict("They were told of it already.")
        notice = SubjectNotice.objects.create(
            item=row,
            person=person,
            cause=cause.value,
            served_at=at,
            served_by_id=actor.person_id,
            object_by=working_days("object", at),
            sue_by=working_days("sue", at),
        )
        doing.record("disclosure.notice.served", notice, person=str(person.id), cause=cause.value)
        _tell(notice, doing)
    return notice


def answer_notice(
    *, notice_id: UUID, objects: bool, statement: str = "", actor: Actor, at: datetime
) -> SubjectNotice:
    """Say that one means to go to court, or has nothing against it; and add to the record (G-5)."""
    with act(actor, at) as doing:
        notice = _locked(notice_id)
        require(actor, NOTICE_ANSWER, person_id=notice.person_id)
        if at > notice.object_by:
            raise Conflict("The time to say so is over.")
        if len(statement) > LONGEST_STATEMENT:
            raise InvalidInput(f"At most {LONGEST_STATEMENT:,} characters.", field="statement")
        _move(
            notice,
            "object" if objects else "waive",
            doing,
            statement=statement.replace("\x00", "").strip(),
        )
        tell_custodians(notice.item.request, f"subject-{notice.id}", doing)
    return notice


def note_suit(*, notice_id: UUID, actor: Actor, at: datetime) -> SubjectNotice:
    """Note that the subject went to court in time; nothing is given out meanwhile (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        notice = _locked(notice_id)
        if at > notice.sue_by:
            raise Conflict("The time to go to court is over.")
        _move(notice, "sue", doing)
    return notice


def settle_notice(*, notice_id: UUID, words: str, actor: Actor, at: datetime) -> SubjectNotice:
    """Note how an objection or a suit ended (G-5)."""
    require(actor, REQUEST_WORK)
    plain = said(words, "Say how it ended", 1000, "words")
    with act(actor, at) as doing:
        notice = _locked(notice_id)
        _move(notice, "settle", doing, settled_as=plain)
    return notice


def _locked(key: UUID) -> SubjectNotice:
    rows = SubjectNotice.objects.filter(id=key)
    request_id = rows.values_list("item__request_id", flat=True).first()
    if request_id is None:
        raise NotFound("There is no such notice.")
    request_for_update(request_id)
    return SubjectNotice.objects.select_related("item__request", "person").get(id=key)


def _move(notice: SubjectNotice, verb: str, doing: Act, **more: object) -> None:
    step = NOTICE.transitions[verb]
    rows = SubjectNotice.objects.filter(id=notice.id, state__in=values(step.sources))
    if rows.update(state=step.target.value, answered_at=doing.at, **more) != 1:
        NOTICE.target(verb, NoticeState(notice.state))
    notice.refresh_from_db()
    doing.record(f"disclosure.notice.{step.target.value}", notice)


def _tell(notice: SubjectNotice, doing: Act) -> None:
    send(
        template="disclosure/mail/subject",
        to=notice.person.email,
        name=notice.person.name,
        context={
            "notice": notice,
            "link": f"{settings.WEB_URL}/my-record-notices/{notice.id}/",
        },
        key=f"disclosure.notice/{notice.id}",
        actor=doing.actor,
        at=doing.at,
        about=notice,
    )


def require_heard(request: RecordsRequest, at: datetime) -> None:
    """`NotReady` while a record subject may still object or sue, or has sued."""
    rows = SubjectNotice.objects.filter(item__request=request, item__decision__in=values(GIVEN_OUT))
    waiting = sum(bars(NoticeState(row.state), row.object_by, row.sue_by, at) for row in rows)
    if waiting:
        raise NotReady(f"{waiting} of the people told may still object or go to court, or have.")
