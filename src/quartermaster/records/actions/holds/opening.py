"""Opening a hold, amending its words, and widening it to more people."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.numbering import next_number
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Department, Person, Standing
from quartermaster.records.actions.holds.common import ask_again, pace
from quartermaster.records.actions.holds.telling import tell_keeper
from quartermaster.records.errors import NothingToKeep
from quartermaster.records.events import PersonHeld
from quartermaster.records.holds import hold_for_update, live_keepers, people_in_scope
from quartermaster.records.locks import begin_holding
from quartermaster.records.models import Hold, HoldKeeper, HoldTerms
from quartermaster.records.permits import HOLD_MANAGE
from quartermaster.records.rules.holds import HoldState, Terms


def open_hold(
    *,
    terms: Terms,
    people: Collection[UUID] = (),
    departments: Collection[UUID] = (),
    actor: Actor,
    at: datetime,
) -> Hold:
    """Open a hold; whom its scope reaches is fixed, told and asked to acknowledge (G-2, G-5).

    From the commit on nothing of theirs is erased, disposed of or closed.
    """
    require(actor, HOLD_MANAGE)
    words = terms.checked()
    with act(actor, at) as doing:
        begin_holding()
        places = _require_known(people, departments)
        found = list(people_in_scope(people, departments))
        if not found:
            raise NothingToKeep(
                "Nobody in this scope holds a device. Name the people themselves.", field="people"
            )
        hold = Hold.objects.create(
            number=next_number(Hold, "LH", 4, at), opened_at=at, opened_by_id=actor.person_id
        )
        hold.departments.set(places)
        version = _write(hold, words, 1, doing)
        doing.record(
            "records.hold.opened",
            hold,
            number=hold.number,
            departments=sorted(str(key) for key in departments),
            people=len(found),
        )
        _begin(hold, version, found, doing)
    return hold


def amend_hold(*, hold_id: UUID, terms: Terms, actor: Actor, at: datetime) -> Hold:
    """Change the words of a hold; everybody under it is asked to acknowledge anew (G-2)."""
    require(actor, HOLD_MANAGE)
    words = terms.checked()
    with act(actor, at) as doing:
        hold = _open_one(hold_id)
        before = hold.terms
        if all(getattr(before, name) == value for name, value in vars(words).items()):
            raise InvalidInput("Nothing is changed by this.")
        version = _write(hold, words, before.number + 1, doing)
        doing.record("records.hold.amended", hold, terms=version.number)
        keepers = (
            live_keepers()
            .filter(hold=hold)
            .select_related("person")
            .select_for_update(of=("self",))
        )
        for keeper in keepers.order_by("id"):
            ask_again(keeper, version, doing)
            tell_keeper(keeper, "amended", doing)
    return hold


def add_people(
    *,
    hold_id: UUID,
    people: Collection[UUID] = (),
    departments: Collection[UUID] = (),
    actor: Actor,
    at: datetime,
) -> list[HoldKeeper]:
    """Widen a hold: more people, or the holders of further departments (G-2)."""
    require(actor, HOLD_MANAGE)
    with act(actor, at) as doing:
        begin_holding()
        hold = _open_one(hold_id)
        places = _require_known(people, departments)
        there = live_keepers().filter(hold=hold).values("person_id")
        found = list(people_in_scope(people, departments).exclude(id__in=there))
        if not found:
            raise NothingToKeep("They are under this hold already, or hold no device.")
        hold.departments.add(*places)
        doing.record("records.hold.widened", hold, people=len(found))
        return _begin(hold, hold.terms, found, doing)


def _open_one(hold_id: UUID) -> Hold:
    hold = hold_for_update(hold_id)
    if hold.state != HoldState.OPEN:
        raise Conflict(f"{hold} was released. Open a new hold.")
    return hold


def _require_known(people: Collection[UUID], departments: Collection[UUID]) -> list[Department]:
    """The departments; `InvalidInput` where one of them, or of the people, is not known."""
    if Person.objects.filter(id__in=people).count() != len(set(people)):
        raise InvalidInput("One of these people is not known.", field="people")
    places = list(Department.objects.filter(id__in=departments))
    if len(places) != len(set(departments)):
        raise InvalidInput("One of these departments is not known.", field="departments")
    return places


def _write(hold: Hold, words: Terms, number: int, doing: Act) -> HoldTerms:
    return HoldTerms.objects.create(
        hold=hold,
        number=number,
        **vars(words),
        written_at=doing.at,
        written_by_id=doing.actor.person_id,
    )


def _begin(hold: Hold, terms: HoldTerms, people: Iterable[Person], doing: Act) -> list[HoldKeeper]:
    """One row, one notice and one entry for each."""
    made = []
    for person in people:
        at_work = person.standing == Standing.ACTIVE
        keeper = HoldKeeper.objects.create(
            hold=hold,
            person=person,
            terms=terms,
            added_at=doing.at,
            added_by_id=doing.actor.person_id,
            asked_at=doing.at,
            due_at=pace().after_asking(doing.at) if at_work else None,
        )
        doing.record("records.keeper.added", keeper, person=str(person.id), hold=hold.number)
        doing.emit(PersonHeld(keeper_id=keeper.id, person_id=person.id))
        tell_keeper(keeper, "notice", doing)
        made.append(keeper)
    return made
