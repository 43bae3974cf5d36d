"""Verbs on people: adding, changing, moving, supervising, separating, taking back."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.audit.models import Entry
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.events import _HANDLERS, on
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.org import actions, events
from quartermaster.org.errors import SupervisionCycle
from quartermaster.org.models import Employment, Person, RoleAssignment, Standing
from quartermaster.org.queries import coordinators_of, supervisors_above
from quartermaster.org.rules.details import DepartmentDetails, PersonDetails
from tests.factories.org import PersonFactory, RoleAssignmentFactory, UserFactory

HOUSE = system("test")
TODAY = date(2026, 11, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """The events of the room that reach a room above."""
    told = []
    kinds = (
        events.PersonJoined,
        events.PersonMoved,
        events.PersonSeparated,
        events.PersonReinstated,
    )
    for kind in kinds:

        def hear(event, at):
            told.append(event)

        hear.__name__ = f"hear_{kind.__name__}"
        on(kind)(hear)
    yield told
    for kind in kinds:
        _HANDLERS[kind.tag].pop(f"{__name__}.hear_{kind.__name__}")


def details(number="2001", email="pat@city.example", **more):
    more = {"given_name": "Pat", "family_name": "Doe", **more}
    return PersonDetails.of(number=number, email=email, **more)


def tags():
    return [entry.tag for entry in Entry.objects.order_by("seq")]


@pytest.mark.clause("S-2")
def test_create_person(cast, at, heard):
    made = actions.create_person(
        details=details(employment="contractor"),
        department_id=cast.water.id,
        supervisor_id=cast.sue.id,
        actor=cast.acting(cast.ida),
        at=at,
    )
    found = Person.objects.get(number="2001")
    assert (found, found.employment, found.supervisor) == (made, Employment.CONTRACTOR, cast.sue)
    entry = Entry.objects.get()
    assert (entry.tag, entry.actor_id, entry.subject_id) == (
        "org.person.created",
        cast.ida.id,
        str(made.id),
    )
    outbox.deliver_due(at)
    assert heard == [events.PersonJoined(made.id, cast.water.id)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"number": "1001"}, "personnel number 1001 is in use"),
        ({"email": "ANA@City.example"}, "ana@city.example is in use"),
    ],
)
def test_create_person_with_what_another_has(cast, at, values, message):
    with pytest.raises(Conflict, match=message):
        actions.create_person(
            details=details(**values), department_id=cast.water.id, actor=HOUSE, at=at
        )
    assert tags() == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"email": "pat"}, "^E-mail: must be an e-mail address"),
        ({"phone": "call me"}, "^Phone: must be a telephone number"),
        ({"given_name": " "}, "^Given name: "),
        ({"employment": "intern"}, "^Employment: "),
    ],
)
def test_details_that_will_not_do(values, message):
    with pytest.raises(InvalidInput, match=message):
        details(**values)


def test_change_person_moves_the_log_in_with_the_address(cast, at):
    user = UserFactory(person=cast.ana)
    before = user.get_session_auth_hash()
    wanted = PersonDetails.of(
        number="1001", given_name="Ana", family_name="Silva", email="ana.silva@city.example"
    )
    actions.change_person(person_id=cast.ana.id, details=wanted, actor=HOUSE, at=at)
    user.refresh_from_db()
    assert user.email == "ana.silva@city.example"
    assert user.get_session_auth_hash() != before
    assert Entry.objects.get().data == {"fields": ["family_name", "email", "title"]}


def test_change_that_changes_nothing_leaves_no_trace(cast, at):
    same = PersonDetails.of(
        number="1005",
        given_name="Rex",
        family_name="Moreau",
        email="rex@city.example",
        title="Librarian",
    )
    actions.change_person(person_id=cast.rex.id, details=same, actor=HOUSE, at=at)
    assert tags() == []


def test_change_cannot_put_the_start_after_the_end(cast, at):
    gone = PersonFactory(standing=Standing.SEPARATED, separated_on=date(2026, 1, 1))
    wanted = details(number=gone.number, email=gone.email, started_on=date(2026, 2, 1))
    with pytest.raises(Conflict, match="cannot start on 2026-02-01"):
        actions.change_person(person_id=gone.id, details=wanted, actor=HOUSE, at=at)


def test_move_person(cast, at, heard):
    actions.move_person(person_id=cast.ana.id, department_id=cast.library.id, actor=HOUSE, at=at)
    actions.move_person(person_id=cast.ana.id, department_id=cast.library.id, actor=HOUSE, at=at)
    assert Person.objects.get(number="1001").department == cast.library
    assert tags() == ["org.person.moved"]
    outbox.deliver_due(at)
    assert heard == [events.PersonMoved(cast.ana.id, cast.water.id, cast.library.id)]


def test_supervise_and_release(cast, at):
    for chief in (cast.cole, cast.cole, None):
        actions.supervise(
            person_id=cast.ana.id,
            supervisor_id=chief.id if chief else None,
            actor=HOUSE,
            at=at,
        )
        assert Person.objects.get(number="1001").supervisor == chief
    assert tags() == ["org.person.supervised", "org.person.supervised"]


def test_supervise_names_the_ring_it_refuses(cast, at):
    cole = actions.supervise(person_id=cast.cole.id, supervisor_id=cast.ana.id, actor=HOUSE, at=at)
    assert supervisors_above(cole) == (cast.ana, cast.sue)
    with pytest.raises(SupervisionCycle, match="Sue Okafor → Cole Novak → Ana Reyes → Sue Okafor"):
        actions.supervise(person_id=cast.sue.id, supervisor_id=cole.id, actor=HOUSE, at=at)
    with pytest.raises(SupervisionCycle, match="Sue Okafor → Sue Okafor"):
        actions.supervise(person_id=cast.sue.id, supervisor_id=cast.sue.id, actor=HOUSE, at=at)
    assert Person.objects.get(number="1003").supervisor is None


def test_a_separated_person_cannot_supervise(cast, at):
    actions.separate(person_id=cast.cole.id, on=TODAY, actor=HOUSE, at=at)
    with pytest.raises(Conflict, match="Cole Novak is separated"):
        actions.supervise(person_id=cast.ana.id, supervisor_id=cast.cole.id, actor=HOUSE, at=at)


def test_the_database_refuses_a_ring_too(cast):
    with pytest.raises(IntegrityError, match="Supervision would go round"), transaction.atomic():
        Person.objects.filter(id=cast.sue.id).update(supervisor=cast.ana)


def test_the_database_judges_a_deferred_ring_at_the_end(cast):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS org_person_supervision_acyclic DEFERRED")
        Person.objects.filter(id=cast.sue.id).update(supervisor=cast.ana)
        Person.objects.filter(id=cast.ana.id).update(supervisor=None)
        cursor.execute("SET CONSTRAINTS org_person_supervision_acyclic IMMEDIATE")
    assert Person.objects.get(id=cast.sue.id).supervisor == cast.ana


@pytest.mark.clause("C-4")
def test_separate_at_once(cast, at, heard):
    user = UserFactory(person=cast.cole)
    before = user.get_session_auth_hash()
    actions.separate(person_id=cast.cole.id, on=TODAY, actor=cast.acting(cast.ida), at=at)
    found = Person.objects.get(number="1002")
    user.refresh_from_db()
    assert (found.standing, found.separated_on) == (Standing.SEPARATED, TODAY)
    assert user.get_session_auth_hash() != before
    assert RoleAssignment.objects.get(person=cast.cole).ended_at == at
    entry = Entry.objects.get()
    assert (entry.tag, entry.data) == (
        "org.person.separated",
        {"on": "2026-11-24", "roles_ended": ["coordinator"]},
    )
    outbox.deliver_due(at)
    assert heard == [events.PersonSeparated(cast.cole.id, TODAY)]
    with pytest.raises(Conflict, match="separated already, since 2026-11-24"):
        actions.separate(person_id=cast.cole.id, on=TODAY, actor=HOUSE, at=at)


@pytest.mark.clause("C-4")
def test_separate_when_the_day_comes(cast, at, heard):
    on = TODAY + timedelta(days=3)
    actions.separate(person_id=cast.ana.id, on=on, actor=HOUSE, at=at)
    assert actions.separate_due(actor=HOUSE, at=at + timedelta(days=2)) == 0
    assert Person.objects.get(number="1001").standing == Standing.ACTIVE
    assert actions.separate_due(actor=HOUSE, at=at + timedelta(days=3)) == 1
    assert actions.separate_due(actor=HOUSE, at=at + timedelta(days=4)) == 0
    assert Person.objects.get(number="1001").standing == Standing.SEPARATED
    outbox.deliver_due(at + timedelta(days=3))
    assert heard == [events.PersonSeparated(cast.ana.id, on)]


def test_the_day_of_separation_is_a_day_of_the_city(cast, at):
    """At 03:00 UTC on the 25th it is still the 24th in Chicago."""
    night = at.replace(day=25, hour=3)
    person = actions.separate(person_id=cast.ana.id, on=date(2026, 11, 25), actor=HOUSE, at=night)
    assert person.standing == Standing.ACTIVE


def test_nobody_leaves_before_they_start(cast, at):
    Person.objects.filter(id=cast.ana.id).update(started_on=TODAY)
    with pytest.raises(Conflict, match="cannot leave before"):
        actions.separate(person_id=cast.ana.id, on=TODAY - timedelta(days=1), actor=HOUSE, at=at)


def test_reinstate_does_not_bring_roles_back(cast, at, heard):
    actions.separate(person_id=cast.cole.id, on=TODAY, actor=HOUSE, at=at)
    actions.reinstate(person_id=cast.cole.id, actor=HOUSE, at=at)
    found = Person.objects.get(number="1002")
    assert (found.standing, found.separated_on) == (Standing.ACTIVE, None)
    assert not RoleAssignment.objects.filter(ended_at=None, person=found).exists()
    outbox.deliver_due(at)
    assert heard[-1] == events.PersonReinstated(cast.cole.id)
    with pytest.raises(Conflict, match="is not separated"):
        actions.reinstate(person_id=cast.cole.id, actor=HOUSE, at=at)


def test_dropping_a_planned_separation_is_no_return(cast, at, heard):
    actions.separate(person_id=cast.ana.id, on=TODAY + timedelta(days=9), actor=HOUSE, at=at)
    actions.reinstate(person_id=cast.ana.id, actor=HOUSE, at=at)
    outbox.deliver_due(at)
    assert heard == []


VERBS = [
    lambda who, actor, at: actions.create_person(
        details=details(), department_id=who.department_id, actor=actor, at=at
    ),
    lambda who, actor, at: actions.change_person(
        person_id=who.id, details=details(), actor=actor, at=at
    ),
    lambda who, actor, at: actions.move_person(
        person_id=who.id, department_id=who.department_id, actor=actor, at=at
    ),
    lambda who, actor, at: actions.supervise(
        person_id=who.id, supervisor_id=None, actor=actor, at=at
    ),
    lambda who, actor, at: actions.separate(person_id=who.id, on=TODAY, actor=actor, at=at),
    lambda who, actor, at: actions.reinstate(person_id=who.id, actor=actor, at=at),
    lambda who, actor, at: actions.separate_due(actor=actor, at=at),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_manage_people(cast, at, verb, who):
    for target in (cast.ana, getattr(cast, who)):
        with pytest.raises(Refused):
            verb(target, cast.acting(getattr(cast, who)), at)
    assert tags() == []


@pytest.mark.parametrize("verb", VERBS[1:6])
def test_nobody_by_that_id(cast, at, verb):
    ghost = PersonFactory.build(id=new_id(), department=cast.water)
    with pytest.raises(NotFound):
        verb(ghost, HOUSE, at)


def test_coordinators_of_a_division_are_those_above_too(cast, at):
    division = actions.create_department(
        details=DepartmentDetails(code="WATER-N", name="Water North"),
        parent_id=cast.water.id,
        actor=HOUSE,
        at=at,
    )
    north = PersonFactory(department=division)
    RoleAssignmentFactory(person=north, role="coordinator", department=division)
    gone = PersonFactory(standing=Standing.SEPARATED, separated_on=TODAY)
    RoleAssignmentFactory(person=gone, role="coordinator", department=division)
    assert set(coordinators_of(division.id, at)) == {cast.cole, north}
    assert set(coordinators_of(cast.water.id, at)) == {cast.cole}
