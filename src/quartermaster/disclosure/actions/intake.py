"""Taking a request in: from the public page, or by staff for a letter, a call, a visit."""

from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.actions.moving import move
from quartermaster.disclosure.actions.telling import tell_custodians, tell_requester
from quartermaster.disclosure.events import RequestFiled
from quartermaster.disclosure.filing import put_request
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.parameters import working_days
from quartermaster.disclosure.permits import REQUEST_TAKE, REQUEST_WORK
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.requests import Channel, Kind, Wanted, digest_of, new_code
from quartermaster.disclosure.throttle import knock
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.numbering import next_number
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
from quartermaster.records.locks import begin_holding

_NUMBERS = 0x4F52_4E4F


def file_request(
    *,
    wanted: Wanted,
    channel: Channel,
    kind: Kind = Kind.OPEN_RECORDS,
    address: str = "",
    actor: Actor,
    at: datetime,
) -> tuple[RecordsRequest, str]:
    """Take a request in; from then on nothing that it may reach is destroyed (G-5, C-2).

    Args:
        wanted: what is asked for, and what the requester chose to say of themselves.
        channel: how it came.
        kind: an open-records request, or a production in litigation.
        address: from where it was filed, by the public page; counted, not kept.
        actor: the house for the public page, or the custodian.
        at: now.

    Returns:
        The request, and its status code: shown once, and kept as a digest alone.
    """
    require(actor, REQUEST_TAKE)
    given = wanted.checked()
    if channel is Channel.WEB:
        knock("file", address, at)
    code = new_code()
    with act(actor, at) as doing:
        begin_holding()
        due = working_days("acknowledge", at)
        request = RecordsRequest.objects.create(
            number=_number(at),
            kind=kind.value,
            channel=channel.value,
            wanted=given.wanted,
            since=given.since,
            until=given.until,
            requester_name=given.name,
            requester_email=given.email,
            requester_contact=given.contact,
            code_digest=digest_of(code),
            received_at=at,
            received_by_id=actor.person_id,
            acknowledge_by=due,
            answer_by=working_days("answer", at),
            wake_at=due,
        )
        put_request(request, doing)
        doing.record(
            "disclosure.request.filed", request, number=request.number, channel=channel.value
        )
        doing.emit(RequestFiled(request_id=request.id))
        tell_custodians(request, "filed", doing)
        tell_requester(request, "received", doing)
    return request, code


def _number(at: datetime) -> str:
    take_turn(_NUMBERS)
    return next_number(RecordsRequest, "OR", 5, at)


def acknowledge(
    *, request_id: UUID, assigned_to: UUID | None = None, actor: Actor, at: datetime
) -> RecordsRequest:
    """Acknowledge a request, and assign it: to who acknowledges it where nobody is named (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        request = request_for_update(request_id)
        person = _custodian(assigned_to or actor.person_id, at)
        move(
            request,
            "acknowledge",
            acknowledged_at=at,
            assigned_to=person,
            wake_at=request.answer_by,
        )
        doing.record("disclosure.request.acknowledged", request, assigned=str(person.id))
        tell_requester(request, "acknowledged", doing)
    return request


def assign(*, request_id: UUID, person_id: UUID, actor: Actor, at: datetime) -> RecordsRequest:
    """Give a request to another records custodian (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        request = request_for_update(request_id)
        if request.closed_at is not None:
            raise Conflict("This request is closed.")
        request.assigned_to = _custodian(person_id, at)
        request.save(update_fields=["assigned_to"])
        doing.record("disclosure.request.assigned", request, assigned=str(person_id))
        _tell_assigned(request, doing)
    return request


def _tell_assigned(request: RecordsRequest, doing: Act) -> None:
    if request.assigned_to_id != doing.actor.person_id:
        tell_custodians(request, "assigned", doing, only=request.assigned_to)


def _custodian(person_id: UUID | None, at: datetime) -> Person:
    rows = people_with_role(Role.CUSTODIAN, at)
    found = rows.filter(id=person_id).first() if person_id else None
    if found is None:
        raise InvalidInput("Choose a records custodian.", field="person")
    return found


def new_status_code(*, request_id: UUID, actor: Actor, at: datetime) -> str:
    """A fresh status code for who lost theirs; the old one opens nothing any longer (G-5)."""
    require(actor, REQUEST_WORK)
    code = new_code()
    with act(actor, at) as doing:
        request = request_for_update(request_id)
        request.code_digest = digest_of(code)
        request.save(update_fields=["code_digest"])
        doing.record("disclosure.request.code-renewed", request)
    return code
