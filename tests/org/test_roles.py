"""Granting roles: for a time, by another, never beside a role that checks it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import RoleHeld, system
from quartermaster.org import actions
from quartermaster.org.errors import DutiesCollide, GrantToOneself
from quartermaster.org.models import RoleAssignment, Standing
from quartermaster.org.queries import actor_for, roles_visible_to
from quartermaster.org.roles import Role
from quartermaster.org.rules.roles import APART, TERM, collision

HOUSE = system("test")


def grant(person, role, at, actor=HOUSE, **more):
    return actions.grant_role(person_id=person.id, role=role, actor=actor, at=at, **more)


@pytest.mark.django_db
def test_grant_and_end(cast, at):
    ida = cast.acting(cast.ida)
    held = grant(cast.rex, Role.HR, at, ida)
    assert (held.granted_by, held.granted_at, held.expires_at) == (cast.ida, at, at + TERM)
    assert RoleHeld("hr") in actor_for(cast.rex, at).roles
    actions.end_role(assignment_id=held.id, actor=ida, at=at)
    assert RoleHeld("hr") not in actor_for(cast.rex, at).roles
    assert [entry.tag for entry in Entry.objects.order_by("seq")] == [
        "org.role.granted",
        "org.role.ended",
    ]
    with pytest.raises(Conflict, match="ended already"):
        actions.end_role(assignment_id=held.id, actor=ida, at=at)
    with pytest.raises(NotFound):
        actions.end_role(assignment_id=new_id(), actor=ida, at=at)


@pytest.mark.django_db
def test_a_role_runs_out_and_may_be_granted_again(cast, at):
    first = grant(cast.rex, Role.HR, at, expires_at=at + timedelta(days=1))
    later = at + timedelta(days=2)
    assert RoleHeld("hr") not in actor_for(cast.rex, later).roles
    grant(cast.rex, Role.HR, later)
    first.refresh_from_db()
    assert first.ended_at == at + timedelta(days=1)
    assert RoleHeld("hr") in actor_for(cast.rex, later).roles


@pytest.mark.django_db
def test_an_expired_role_is_in_no_other_roles_way(cast, at):
    grant(cast.rex, Role.AUDITOR, at, expires_at=at + timedelta(days=1))
    grant(cast.rex, Role.ITMD_ADMIN, at + timedelta(days=1))


@pytest.mark.django_db
def test_nobody_grants_to_themselves(cast, at):
    with pytest.raises(GrantToOneself):
        grant(cast.ida, Role.SECURITY_APPROVER, at, cast.acting(cast.ida))
    with pytest.raises(IntegrityError, match="granted_by_another"), transaction.atomic():
        RoleAssignment.objects.create(
            person=cast.ida, role=Role.HR, granted_at=at, granted_by=cast.ida
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second"),
    [(Role.AUDITOR, Role.ITMD_ADMIN), (Role.ITMD_ADMIN, Role.AUDITOR)],
)
def test_nobody_administers_and_audits(cast, at, first, second):
    grant(cast.rex, first, at)
    with pytest.raises(DutiesCollide, match="nobody is that and"):
        grant(cast.rex, second, at)
    with pytest.raises(IntegrityError, match="admin_or_auditor"), transaction.atomic():
        RoleAssignment.objects.create(person=cast.rex, role=second, granted_at=at)


@pytest.mark.django_db
def test_a_role_is_held_once(cast, at):
    grant(cast.rex, Role.COORDINATOR, at, department_id=cast.library.id)
    grant(cast.rex, Role.COORDINATOR, at, department_id=cast.water.id)
    with pytest.raises(Conflict, match="is Telecom coordinator already"):
        grant(cast.rex, Role.COORDINATOR, at, department_id=cast.water.id)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more",
    [
        {"expires_at": timedelta(0)},
        {"expires_at": timedelta(days=-1)},
        {"expires_at": timedelta(days=367)},
    ],
)
def test_a_term_is_in_the_future_and_within_a_year(cast, at, more):
    with pytest.raises(InvalidInput, match="within a year"):
        grant(cast.rex, Role.HR, at, expires_at=at + more["expires_at"])


@pytest.mark.django_db
def test_only_coordinators_have_a_department(cast, at):
    for role, department in ((Role.HR, cast.water.id), (Role.COORDINATOR, None)):
        with pytest.raises(InvalidInput, match="is named for a department"):
            grant(cast.rex, role, at, department_id=department)


@pytest.mark.django_db
def test_a_separated_person_gets_no_role(cast, at):
    cast.rex.standing, cast.rex.separated_on = Standing.SEPARATED, at.date()
    cast.rex.save()
    with pytest.raises(Conflict, match="can hold no role"):
        grant(cast.rex, Role.HR, at)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_grant_and_end(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    with pytest.raises(Refused):
        grant(cast.ana, Role.HR, at, actor)
    with pytest.raises(Refused):
        actions.end_role(assignment_id=RoleAssignment.objects.first().id, actor=actor, at=at)
    assert not roles_visible_to(actor).exists()


@pytest.mark.django_db
def test_administrators_and_auditors_see_who_holds_what(cast, at):
    grant(cast.rex, Role.AUDITOR, at)
    for person in (cast.ida, cast.rex):
        seen = roles_visible_to(cast.acting(person))
        assert {item.role for item in seen} == {"coordinator", "itmd_admin", "auditor"}


@given(st.lists(st.sampled_from(Role)))
def test_granting_in_any_order_never_joins_what_must_stay_apart(asked):
    held: set[Role] = set()
    for role in asked:
        if collision(held, role) is None:
            held.add(role)
    assert not any(pair <= held for pair in APART)
