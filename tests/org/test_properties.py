"""What holds whatever happens: no rings, one reach, an import that settles."""

from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, RoleHeld, Scope, reach, system
from quartermaster.org import actions
from quartermaster.org.errors import SupervisionCycle
from quartermaster.org.models import Department, Person
from quartermaster.org.permits import DEPARTMENT_VIEW, PERSON_VIEW
from quartermaster.org.queries import departments_visible_to, people_visible_to
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, SYSTEM, Role
from quartermaster.org.rules.separation import MANY, needs_confirmation
from quartermaster.org.rules.supervision import chain_above, cycles
from tests.cast import AT
from tests.factories.org import PersonFactory, people_csv

HOUSE = system("test")
SIX = range(6)
in_database = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

graphs = st.dictionaries(st.integers(0, 9), st.none() | st.integers(0, 9), max_size=10)


@given(graphs)
def test_cycles_are_exactly_those_who_come_back_to_themselves(above):
    expected = {
        start
        for start in above
        if chain_above(start, above)[-1] == start and above[start] is not None
    }
    found = cycles(above)
    assert set(found) == expected
    for start, ring in found.items():
        assert ring[0] == ring[-1] == start
        assert all(above[here] == there for here, there in pairwise(ring))


@pytest.mark.django_db
@in_database
@given(st.lists(st.tuples(st.sampled_from(SIX), st.none() | st.sampled_from(SIX)), max_size=15))
def test_supervision_has_no_ring_whatever_is_asked(db, acts):
    with transaction.atomic():
        people = PersonFactory.create_batch(6)
        for who, chief in acts:
            before = dict(Person.objects.values_list("id", "supervisor_id"))
            try:
                actions.supervise(
                    person_id=people[who].id,
                    supervisor_id=None if chief is None else people[chief].id,
                    actor=HOUSE,
                    at=AT,
                )
            except SupervisionCycle:
                assert cycles({**before, people[who].id: people[chief].id})
            assert not cycles(dict(Person.objects.values_list("id", "supervisor_id")))
        transaction.set_rollback(True)


rows = st.fixed_dictionaries(
    {
        "number": st.sampled_from([str(n) for n in range(3001, 3007)]),
        "title": st.sampled_from(["", "Clerk", "=1+1", "Vérif"]),
        "supervisor": st.sampled_from(["", *(str(n) for n in range(3001, 3007))]),
        "department": st.sampled_from(["WATER", "lib", "ITMD"]),
        "employment": st.sampled_from(["", "employee", "contractor"]),
        "separated_on": st.sampled_from(["", "2026-01-01", "2027-01-01"]),
    }
)
files = st.lists(rows, max_size=6, unique_by=lambda row: row["number"])
ALL = {"separations", "reinstatements"}


@pytest.mark.django_db
@in_database
@given(files, files)
def test_an_import_settles_and_an_erring_one_changes_nothing(cast, first, second):
    with transaction.atomic():
        for content in (people_csv(*rows) for rows in (first, second) if rows):
            before = list(Person.objects.order_by("id").values())
            try:
                actions.import_people(content=content, confirmed=ALL, actor=HOUSE, at=AT)
            except HouseError:
                assert list(Person.objects.order_by("id").values()) == before
                continue
            again = actions.plan_people(content=content, actor=HOUSE, at=AT)
            assert again.changes_nothing
            assert not again.errors
            assert not cycles(dict(Person.objects.values_list("id", "supervisor_id")))
        transaction.set_rollback(True)


@pytest.mark.django_db
@in_database
@given(st.data())
def test_what_is_listed_is_what_is_permitted(cast, data):
    """A list and a single thing ask the same reach, for any actor."""
    departments, people = list(Department.objects.all()), list(Person.objects.all())
    roles = st.builds(
        RoleHeld,
        st.sampled_from([*Role, EMPLOYEE, SUPERVISOR, SYSTEM]),
        st.none() | st.sampled_from([item.id for item in departments]),
    )
    actor = Actor(
        label="someone",
        person_id=data.draw(st.none() | st.sampled_from([item.id for item in people])),
        roles=frozenset(data.draw(st.lists(roles, max_size=3))),
        reports=frozenset(data.draw(st.lists(st.sampled_from([p.id for p in people]), max_size=3))),
    )
    seen = set(people_visible_to(actor))
    extent = reach(actor, PERSON_VIEW)
    for person in people:
        covered = extent.covers(person_id=person.id, department_id=person.department_id)
        assert (person in seen) == covered
    shown = set(departments_visible_to(actor))
    for department in departments:
        covered = reach(actor, DEPARTMENT_VIEW).covers(department_id=department.id)
        assert (department in shown) == covered


def test_no_permit_on_departments_or_roles_reaches_by_person():
    """`departments_visible_to` need not look at people, for no role's scope there is a person's."""
    assert set(DEPARTMENT_VIEW.given.values()) <= {Scope.CITY, Scope.DEPARTMENT}


@given(st.integers(0, 500), st.integers(0, 5000))
def test_the_brake_holds_for_many_and_for_a_large_share(separating, active):
    braked = needs_confirmation(separating, active)
    assert braked == (separating > MANY or separating / max(active, 1) > 0.05)
