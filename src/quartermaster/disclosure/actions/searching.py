"""Asking people who may have something; their word on it; passing over who cannot answer."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.actions.asked_mail import tell_asked
from quartermaster.disclosure.actions.moving import working
from quartermaster.disclosure.actions.telling import tell_custodians
from quartermaster.disclosure.models import Search
from quartermaster.disclosure.parameters import working_days
from quartermaster.disclosure.permits import REQUEST_WORK, SEARCH_ANSWER
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.requests import RequestState
from quartermaster.disclosure.rules.searches import SEARCH, Answer, SearchState
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.kernel.words import said
from quartermaster.org.models import Person, Standing
from quartermaster.records.locks import begin_holding
from quartermaster.records.models import Record

MOST_ASKED, LONGEST_WHAT = 200, 2000


def ask_people(
    *, request_id: UUID, people: Collection[UUID], what: str, actor: Actor, at: datetime
) -> list[Search]:
    """Ask people to search their devices and accounts, the City's and their own (G-2).

    Until they answer, devices that they hold are neither erased nor disposed of.
    """
    require(actor, REQUEST_WORK)
    words = said(what, "Say what to look for", LONGEST_WHAT, "what")
    if not 0 < len(people) <= MOST_ASKED:
        raise InvalidInput(f"Choose 1 to {MOST_ASKED} people.", field="people")
    with act(actor, at) as doing:
        begin_holding()
        request = working(request_id)
        if request.state != RequestState.COLLECTING:
            raise Conflict("The search is closed. Search again first.")
        rows = Person.objects.filter(id__in=people, standing=Standing.ACTIVE)
        asked = set(request.searches.values_list("person_id", flat=True))
        made = [
            Search.objects.create(
                request=request,
                person=person,
                what=words,
                asked_at=at,
                asked_by_id=actor.person_id,
                due_at=working_days("search", at),
            )
            for person in rows.order_by("number")
            if person.id not in asked
        ]
        for search in made:
            doing.record("disclosure.search.asked", search, person=str(search.person_id))
            tell_asked(search, "asked", doing)
    return made


def move_search(search: Search, verb: str, **more: object) -> None:
    """Take one step; `Conflict` where it is not possible (any longer)."""
    step = SEARCH.transitions[verb]
    rows = Search.objects.filter(id=search.id, state__in=values(step.sources))
    if rows.update(state=step.target.value, **more) != 1:
        search.refresh_from_db()
        SEARCH.target(verb, SearchState(search.state))
    search.refresh_from_db()


def _locked(key: UUID) -> Search:
    found = Search.objects.filter(id=key).values_list("request_id", flat=True).first()
    if found is None:
        raise NotFound("You are not asked for this.")
    request_for_update(found)
    rows = Search.objects.select_for_update(of=("self",)).select_related("request", "person")
    return rows.get(id=key)


def attest(
    *,
    search_id: UUID,
    answer: Answer,
    note: str = "",
    records: Collection[UUID] = (),
    actor: Actor,
    at: datetime,
) -> Search:
    """Say what one has: nothing, or these records, saved as such (G-2, G-5).

    ``records`` are the actor's own; with the answer "nothing" there are none.
    """
    with act(actor, at) as doing:
        search = _locked(search_id)
        require(actor, SEARCH_ANSWER, person_id=search.person_id)
        own = list(Record.objects.filter(id__in=records, author_id=search.person_id))
        if len(own) != len(set(records)):
            raise InvalidInput("Choose among your own records.", field="records")
        if (answer is Answer.TRANSFERRED) != bool(own):
            wrong = "Choose the records that you saved." if not own else "You chose records."
            raise InvalidInput(wrong, field="records")
        if len(note) > LONGEST_WHAT:
            raise InvalidInput(f"At most {LONGEST_WHAT:,} characters.", field="note")
        move_search(
            search,
            "attest",
            answer=answer.value,
            answered_at=at,
            due_at=None,
            note=note.replace("\x00", "").strip(),
        )
        search.records.set(own)
        doing.record(
            "disclosure.search.attested",
            search,
            answer=answer.value,
            records=[record.number for record in own],
        )
        tell_custodians(search.request, f"answered-{search.id}", doing)
    return search


def pass_over(*, search_id: UUID, reason: str, actor: Actor, at: datetime) -> Search:
    """Go on without somebody's answer, with the reason (G-2)."""
    require(actor, REQUEST_WORK)
    plain = said(reason, "Say why their answer is not waited for", LONGEST_WHAT)
    with act(actor, at) as doing:
        search = _locked(search_id)
        move_search(search, "pass over", answered_at=at, due_at=None, note=plain)
        doing.record("disclosure.search.passed-over", search, reason=plain)
    return search
