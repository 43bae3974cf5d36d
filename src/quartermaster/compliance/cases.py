"""Reads of cases: who sees which, what waits for whom, which findings call for one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from quartermaster.compliance import permits
from quartermaster.compliance.models import Case, Evaluation, Finding, Outcome, Statement
from quartermaster.compliance.queries import findings_visible_to
from quartermaster.compliance.rules.cases import (
    LIVE_CASES,
    UNDECIDED,
    CaseState,
    Trigger,
    trigger_of,
)
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.kernel.worded import values
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import supervisors_above

_WRONG = [CaseState.DISMISSED.value, CaseState.WITHDRAWN.value]


def _reached(actor: Actor, asked: Permit) -> Q:
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    return Q(holder_id__in=extent.people) | Q(department_id__in=extent.departments)


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases that the actor may see: other people before than after the referral (C-1)."""
    before = Q(referred_at=None) & _reached(actor, permits.CASE_VIEW_PREPARED)
    after = Q(referred_at__isnull=False) & _reached(actor, permits.CASE_VIEW_REFERRED)
    rows = Case.objects.select_related(
        "finding__device__department", "holder", "department", "supervisor", "confirmed_by"
    )
    return rows.filter(before | after)


def outcomes_visible_to(actor: Actor, case: Case) -> QuerySet[Outcome]:
    """What was decided: for the holder, the supervisors above and human resources alone (E-1)."""
    rows = Outcome.objects.filter(case=case).select_related("decided_by")
    return rows if _sees_outcomes(actor, case) else rows.none()


def statements_visible_to(actor: Actor, finding: Finding) -> QuerySet[Statement]:
    """What the holder said; what was said after a referral is a matter of personnel."""
    rows = Statement.objects.filter(finding=finding).select_related("author")
    case = Case.objects.filter(finding=finding).first()
    if case is None:
        return rows if findings_visible_to(actor).filter(id=finding.id).exists() else rows.none()
    if _sees_outcomes(actor, case) and case.referred_at is not None:
        return rows
    if not findings_visible_to(actor).filter(id=finding.id).exists():
        return rows.none()
    return rows if case.referred_at is None else rows.filter(made_at__lt=case.referred_at)


def said_to_others(actor: Actor, finding: Finding) -> bool:
    """Whether the holder said something that this actor does not read: that it was is told."""
    seen = statements_visible_to(actor, finding).values("id")
    return Statement.objects.filter(finding=finding).exclude(id__in=seen).exists()


def _sees_outcomes(actor: Actor, case: Case) -> bool:
    return reach(actor, permits.OUTCOME_VIEW).covers(person_id=case.holder_id)


def waiting_for(actor: Actor) -> dict[CaseState, QuerySet[Case]]:
    """The cases whose next step is the actor's, by the state that they are in."""
    rows = cases_visible_to(actor).filter(paused_at=None)
    others = rows.exclude(holder_id=actor.person_id)
    asked = {
        CaseState.PREPARED: permits.CASE_CONFIRM,
        CaseState.REFERRED: permits.CASE_ACKNOWLEDGE,
        CaseState.ACKNOWLEDGED: permits.OUTCOME_RECORD,
        CaseState.APPEALED: permits.OUTCOME_RECORD,
    }
    found = {
        state: others.filter(_reached(actor, permit), state=state)
        for state, permit in asked.items()
    }
    if not actor.reports:  # human resources step in where there is no supervisor, or none acts
        late = found[CaseState.REFERRED]
        found[CaseState.REFERRED] = late.filter(Q(supervisor=None) | Q(wake_at=None))
    found[CaseState.DECIDED] = rows.filter(state=CaseState.DECIDED, holder_id=actor.person_id)
    return found


def calling_for_a_case(at: datetime) -> QuerySet[Finding]:
    """The findings that may call for a case: told, failing by the newest evaluation, no case yet.

    ``earlier`` counts notices of the same to the same holder that were no mistake.
    """
    since = at - timedelta(days=settings.REPEAT_WITHIN_DAYS)
    told_before = (
        Finding.objects.filter(
            holder_id=OuterRef("holder_id"),
            check_name=OuterRef("check_name"),
            state=FindingState.CURED,
            noticed_at__gte=since,
            fault=None,
        )
        .exclude(case__state__in=_WRONG)
        .order_by()
        .values("holder_id")
        .annotate(many=Count("id"))
        .values("many")
    )
    failing = Evaluation.objects.filter(
        device_id=OuterRef("device_id"), check_name=OuterRef("check_name"), state=State.FAIL
    )
    running = Case.objects.filter(
        holder_id=OuterRef("holder_id"),
        finding__device_id=OuterRef("device_id"),
        finding__check_name=OuterRef("check_name"),
        state__in=values(LIVE_CASES),
    )
    return (
        Finding.objects.filter(
            Exists(failing),
            ~Exists(running),
            state__in=[FindingState.NOTICED, FindingState.OVERDUE],
            case=None,
            holder_id=F("device__holder_id"),
            holder__standing=Standing.ACTIVE,
        )
        .annotate(earlier=Coalesce(Subquery(told_before), 0))
        .filter(
            Q(state=FindingState.OVERDUE)
            | Q(severity=Severity.SERIOUS)
            | Q(earlier__gte=settings.REPEAT_COUNT - 1)
        )
        .order_by("noticed_at", "id")
    )


def why(finding: Finding) -> Trigger | None:
    """Why a finding of `calling_for_a_case` calls for one; None where it does not after all."""
    now = Evaluation.objects.filter(device_id=finding.device_id, check_name=finding.check_name)
    found = now.values_list("state", flat=True).first()
    return trigger_of(
        finding=FindingState(finding.state),
        severity=Severity(finding.severity),
        now=State(found) if found else State.UNKNOWN,
        earlier=getattr(finding, "earlier", 0),
        repeats=settings.REPEAT_COUNT,
    )


def supervisor_of(holder: Person) -> Person | None:
    """The nearest supervisor who is at work; None where there is none."""
    above = supervisors_above(holder)
    return next((one for one in above if one.standing == Standing.ACTIVE), None)


def undecided(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.filter(state__in=values(UNDECIDED))
