"""Permits: default-deny, and one reach for a list and for a single thing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import (
    NOBODY,
    Actor,
    Permit,
    Reach,
    RoleHeld,
    Scope,
    all_permits,
    permit,
    reach,
    require,
    system,
)

A, B, C = (UUID(int=number) for number in (1, 2, 3))
PERMIT = Permit(
    "test.view",
    "See the test",
    {
        "admin": Scope.CITY,
        "coordinator": Scope.DEPARTMENT,
        "supervisor": Scope.REPORTS,
        "employee": Scope.OWN,
    },
)

roles = st.builds(
    RoleHeld,
    role=st.sampled_from(["admin", "coordinator", "supervisor", "employee", "stranger"]),
    department_id=st.none() | st.sampled_from([A, B]),
)
actors = st.builds(
    Actor,
    label=st.just("x"),
    person_id=st.none() | st.sampled_from([A, B, C]),
    roles=st.frozensets(roles, max_size=4),
    reports=st.frozensets(st.sampled_from([A, B, C])),
)


def test_nobody_reaches_nothing():
    assert reach(NOBODY, PERMIT) == Reach()
    assert reach(NOBODY, PERMIT).nothing


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (RoleHeld("admin"), Reach(everything=True)),
        (RoleHeld("coordinator", A), Reach(departments=frozenset({A}))),
        (RoleHeld("coordinator"), Reach()),
        (RoleHeld("supervisor"), Reach(people=frozenset({C}))),
        (RoleHeld("employee"), Reach(people=frozenset({B}))),
        (RoleHeld("stranger"), Reach()),
    ],
)
def test_reach_of_each_scope(held, expected):
    actor = Actor("Ann", person_id=B, roles=frozenset({held}), reports=frozenset({C}))
    assert reach(actor, PERMIT) == expected


def test_refusal_names_the_actor_and_the_permit():
    with pytest.raises(Refused, match="Ann may not do this: see the test") as refused:
        require(Actor("Ann"), PERMIT, person_id=A)
    assert refused.value.facts == {"permit": "test.view"}


def test_without_a_subject_the_whole_city_must_be_reached():
    require(Actor("Ann", roles=frozenset({RoleHeld("admin")})), PERMIT)
    with pytest.raises(Refused):
        require(Actor("Ann", roles=frozenset({RoleHeld("coordinator", A)})), PERMIT)


def test_the_house_itself_is_a_role_like_another():
    assert system("worker").is_system
    assert reach(system("worker"), PERMIT) == Reach()


@given(actors, roles)
def test_a_further_role_never_takes_away(actor, role):
    more = Actor(actor.label, actor.person_id, actor.roles | {role}, actor.reports)
    before, after = reach(actor, PERMIT), reach(more, PERMIT)
    assert after.everything or (
        before.departments <= after.departments and before.people <= after.people
    )


@given(actors)
def test_an_actor_without_roles_reaches_nothing(actor):
    bare = Actor(actor.label, actor.person_id, frozenset(), actor.reports)
    assert reach(bare, PERMIT).nothing


def test_a_permit_is_declared_once():
    code = next(iter(all_permits())).code
    with pytest.raises(ValueError, match="declared twice"):
        permit(code, "again", {})


STANDS = Permit("test.absence", "Stand in", dict(PERMIT.given), in_absence=True)


@given(own=st.frozensets(roles), theirs=st.frozensets(roles), reports=st.frozensets(st.just(C)))
def test_who_stands_in_reaches_both_and_never_what_is_the_others_own(own, theirs, reports):
    absent = Actor("absent", person_id=B, roles=theirs, reports=reports)
    actor = Actor("actor", person_id=A, roles=own, absent=(absent,))
    alone = Actor("actor", person_id=A, roles=own)
    assert reach(actor, PERMIT) == reach(alone, PERMIT)
    both = reach(actor, STANDS)
    assert both == reach(alone, STANDS) | reach(absent, PERMIT_OF_OTHERS)
    assert both.everything or B not in both.people


PERMIT_OF_OTHERS = Permit(
    "test.others", "Of others", {k: v for k, v in PERMIT.given.items() if v is not Scope.OWN}
)


def test_who_stands_in_speaks_for_both_and_for_nobody_else():
    actor = Actor("actor", person_id=A, absent=(Actor("absent", person_id=B),))
    assert [actor.speaks_for(key) for key in (A, B, C, None)] == [True, True, False, False]
    assert not NOBODY.speaks_for(None)
