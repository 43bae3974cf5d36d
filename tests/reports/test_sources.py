"""What the evidence counts, and for whom."""

from datetime import timedelta

import pytest

from quartermaster.kernel.permits import NOBODY, system
from quartermaster.org.models import Coverage, Department, RoleAssignment, Standing
from quartermaster.org.queries import actor_for, people_visible_to
from quartermaster.org.roles import Role
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal, approve_exception, request_exception
from quartermaster.policy.plan import Proposal, read_defaults
from quartermaster.policy.requirements import settings_of
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources

assert sources  # registered by the import


def _apply(proposal, at):
    plan = queries.plan(proposal)
    apply_proposal(proposal=proposal, digest=plan.digest, actor=system("tests"), at=at)


@pytest.mark.clause("S-3")
@pytest.mark.parametrize(
    ("who", "covered", "excluded"), [("ida", 3, 1), ("cole", 1, 0), ("ana", 1, 0), ("rex", 1, 0)]
)
def test_coverage(cast, at, who, covered, excluded):
    Department.objects.create(
        code="POLICE", name="Police", coverage=Coverage.EXCLUDED, exclusion_reason="Own contracts"
    )
    assert count("org.coverage", cast.acting(getattr(cast, who)), at) == Evidence(
        (
            ("departments covered", covered),
            ("departments excluded, with the reason", excluded),
        )
    )


@pytest.mark.clause("G-7")
def test_a_coordinator_is_counted_while_the_role_lasts_and_reaches_exactly_their_people(cast, at):
    meters = Department.objects.create(code="METERS", name="Meters", parent=cast.water)
    RoleAssignment.objects.create(
        person=cast.rex,
        role=Role.COORDINATOR,
        department=meters,
        granted_at=at,
        expires_at=at + timedelta(days=1),
    )
    found = count("org.coordinators", cast.acting(cast.ida), at)
    assert found == Evidence(
        (("coordinators", 2), ("departments with a coordinator of their own", 2))
    )
    later = count("org.coordinators", cast.acting(cast.ida), at + timedelta(days=2))
    assert later.counts[0] == ("coordinators", 1)
    assert set(people_visible_to(cast.acting(cast.cole))) == {cast.ana, cast.cole, cast.sue}
    assert set(people_visible_to(cast.acting(cast.rex))) == {cast.rex}


@pytest.mark.clause("C-4")
def test_who_left_stays_in_the_register_and_may_do_nothing(cast, at):
    cast.ana.standing, cast.ana.separated_on = Standing.SEPARATED, at.date()
    cast.ana.save()
    assert count("org.separations", cast.acting(cast.ida), at) == Evidence(
        (("people who left", 1),)
    )
    assert count("org.separations", cast.acting(cast.rex), at).counts[0][1] == 0
    assert actor_for(cast.ana, at) == NOBODY


@pytest.mark.clause("G-3", "G-10")
def test_requirements_and_exceptions(cast, at):
    _apply(read_defaults(), at)
    ida = cast.acting(cast.ida)
    found = count("policy.requirements", ida, at)
    assert (found.counts[2], found.last_run) == (("departments held to them", 3), at)
    item = request_exception(
        setting="passcode_minimum_length",
        value=4,
        ownership="city",
        department_id=cast.water.id,
        reason="Old meters",
        expires_at=at + timedelta(days=1),
        actor=cast.acting(cast.cole),
        at=at,
    )
    assert count("policy.exceptions", ida, at).counts[1] == ("exceptions asked for", 1)
    approve_exception(exception_id=item.id, actor=ida, at=at)
    assert count("policy.exceptions", ida, at).counts[0] == ("exceptions in force", 1)
    assert count("policy.exceptions", ida, at + timedelta(days=2)).counts[0][1] == 0
    assert count("policy.exceptions", cast.acting(cast.rex), at).counts[0][1] == 0


@pytest.mark.clause("G-4")
def test_software_is_blocked_by_the_city_and_more_of_it_by_a_department(cast, at):
    _apply(Proposal(city={"city": {"blocked_software": frozenset({"com.pirate"})}}), at)
    _apply(
        Proposal(
            overlays={
                "WATER": {
                    "city": {
                        "blocked_software": frozenset({"com.game"}),
                        "unknown_sources_forbidden": True,
                    }
                }
            }
        ),
        at,
    )
    asked = queries.effective_requirements(cast.water.id, "city").requirements
    assert asked.blocked_software == {"com.pirate", "com.game"}
    assert asked.unknown_sources_forbidden
    assert queries.effective_requirements(cast.library.id, "city").requirements.asked() == {
        "blocked_software": ["com.pirate"]
    }


@pytest.mark.clause("G-5")
def test_accounts_and_data_flow_are_required_by_default(cast, at):
    assert settings_of(frozenset({"G-5"})) == {
        "managed_data_separation",
        "non_city_accounts_forbidden",
        "cloud_backup_forbidden",
    }
    _apply(read_defaults(), at)
    asked = queries.effective_requirements(cast.water.id, "city").requirements
    assert asked.managed_data_separation
    assert asked.non_city_accounts_forbidden


def test_adoptions_and_unknown_names(cast, at):
    assert count("policy.adoptions", cast.acting(cast.ida), at).counts[0][1] == 0
    assert count("no.such", cast.acting(cast.ida), at) is None
