"""Cases on their way, for tests: brought there by the house's own steps."""

from datetime import UTC, datetime, timedelta

from quartermaster.compliance import schedule
from quartermaster.compliance.actions import cases
from quartermaster.compliance.actions.findings import give_notice
from quartermaster.compliance.models import Case
from quartermaster.compliance.rules.cases import Grade
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.org.models import RoleAssignment
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOUSE = system("test")
DAY = timedelta(days=1)


def with_role(cast, role, name="Hana Roth", **more):
    """A person of ITMD's department who has a role: human resources, an auditor."""
    given, family = name.split()
    person = PersonFactory(
        given_name=given,
        family_name=family,
        email=f"{given.lower()}@city.example",
        department=cast.itmd,
        **more,
    )
    RoleAssignment.objects.create(person=person, role=role, granted_at=LONG_AGO)
    return person


def told(holder, at, **more):
    """A finding whose holder was told, and whose check fails by the newest evaluation."""
    finding = FindingFactory(
        device=DeviceFactory(holder=holder, department=holder.department),
        opened_at=at,
        observed_at=at,
        **more,
    )
    EvaluationFactory(device=finding.device, check_name=finding.check_name)
    with act(HOUSE, at) as doing:
        give_notice(finding, doing)
    return finding


def prepared(holder, at, **more):
    """A case that a serious finding called for."""
    finding = told(holder, at, severity="serious", **more)
    schedule.take_steps(at)
    return Case.objects.get(finding=finding)


def referred(cast, at, holder=None):
    case = prepared(holder or cast.ana, at)
    return cases.confirm(case=case, reason="I looked.", actor=actor_for(cast.ida, at), at=at)


def acknowledged(cast, at):
    return cases.acknowledge(case=referred(cast, at), actor=actor_for(cast.sue, at), at=at)


def decided(cast, hr, at, grade=Grade.WRITTEN_WARNING):
    return cases.record_outcome(
        case=acknowledged(cast, at),
        grade=grade,
        reason="Again, after coaching.",
        reference="HR-2026-17",
        actor=actor_for(hr, at),
        at=at,
    )


__all__ = ["Role", "acknowledged", "decided", "prepared", "referred", "told", "with_role"]
