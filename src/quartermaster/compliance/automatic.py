"""Reads of rules that act by themselves: who sees them, what they did, what they may still do."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from quartermaster.compliance import permits
from quartermaster.compliance.models import (
    ActionRule,
    ActionStop,
    AutomaticAct,
    Evaluation,
    Finding,
    RuleApproval,
    RuleVersion,
)
from quartermaster.compliance.queries import live_findings
from quartermaster.compliance.rules.applications import CHECKS as APPLICATION_CHECKS
from quartermaster.compliance.rules.automatic import (
    ON_PERSONAL,
    ONCE,
    ActState,
    RuleState,
    Terms,
    approving,
    ceiling,
    digest_of,
    is_jump,
    sudden,
)
from quartermaster.compliance.rules.checks import CHECKS
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import State
from quartermaster.compliance.rules.records import RECORD_CHECKS
from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.worded import values
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.states import EnrolmentState
from quartermaster.org.accounts import is_genuine
from quartermaster.org.models import Coverage

DAY = timedelta(days=1)
CHECK_TITLES: dict[str, str] = {
    **{check.name: check.title for check in CHECKS},
    **{check.name: check.title for check in APPLICATION_CHECKS},
    **{check.name: check.title for check in RECORD_CHECKS if check.of_holder},
}


def rules_visible_to(actor: Actor) -> QuerySet[ActionRule]:
    """The rules that the actor may see: all, or none (G-10)."""
    rows = ActionRule.objects.select_related("current__author", "current__approval__approver")
    return rows if reach(actor, permits.AUTOMATIC_VIEW).everything else rows.none()


def acts_visible_to(actor: Actor) -> QuerySet[AutomaticAct]:
    """What rules did, or would have done, as far as the actor may see it."""
    rows = AutomaticAct.objects.select_related(
        "rule", "version", "device__department", "finding__holder", "request"
    )
    return rows if reach(actor, permits.AUTOMATIC_VIEW).everything else rows.none()


def acts_on_device(actor: Actor, device_id: UUID) -> QuerySet[AutomaticAct]:
    """What rules really did to one device; its page asks who may see the device's findings."""
    told = values(set(ActState) - {ActState.DRY, ActState.DUE, ActState.PASSED})
    return AutomaticAct.objects.select_related("finding").filter(
        device_id=device_id,
        state__in=told,
        finding__in=_findings_seen(actor),
    )


def _findings_seen(actor: Actor) -> QuerySet[Finding]:
    extent = reach(actor, permits.FINDING_VIEW)
    rows = Finding.objects.all()
    if extent.everything:
        return rows
    return rows.filter(
        Q(holder_id__in=extent.people) | Q(device__department_id__in=extent.departments)
    )


def terms_of(version: RuleVersion) -> Terms:
    return Terms.of_json(version.terms)


def agreed(version: RuleVersion) -> bool:
    """Whether two people agreed to exactly this, as far as the kept proof can tell.

    A row that somebody wrote by another way than the action has no genuine proof.
    """
    approval = RuleApproval.objects.filter(version=version).first()
    if approval is None or approval.approver_id == version.author_id:
        return False
    digest = digest_of(version.rule_id, version.number, terms_of(version))
    if not digest == version.digest == approval.digest:
        return False
    purpose = approving(version.id, digest)
    sealed = bytes(approval.sealed_proof)
    return is_genuine(sealed, approval.approver_id, purpose, approval.proved_at)


def everything_stopped() -> ActionStop | None:
    """The stand-still of all that acts by itself, if there is one."""
    return ActionStop.objects.select_related("stopped_by").filter(rule=None, ended_at=None).first()


def stop_of(rule: ActionRule) -> ActionStop | None:
    """The stand-still of one rule, if there is one."""
    return rule.stops.select_related("stopped_by").filter(ended_at=None).first()


def rules_waiting_for(actor: Actor) -> QuerySet[ActionRule]:
    """The rules that stand still or are tried, and that the actor may switch on as the second."""
    if not reach(actor, permits.AUTOMATIC_APPROVE).everything:
        return ActionRule.objects.none()
    rows = rules_visible_to(actor).filter(state__in=[RuleState.STOPPED, RuleState.TRIAL])
    return rows.exclude(current__author_id=actor.person_id)


def in_scope(terms: Terms) -> QuerySet[Finding]:
    """The live findings that a rule speaks of."""
    rows = live_findings(Finding.objects.select_related("device__department", "holder"))
    asked = {
        "check_name__in": terms.checks,
        "severity__in": terms.severities,
        "device__ownership__in": terms.ownerships,
        "device__device_class__in": terms.classes,
        "device__department_id__in": terms.departments,
    }
    return rows.filter(**{name: value for name, value in asked.items() if value})


def to_act_on(rule: ActionRule, version: RuleVersion, at: datetime) -> QuerySet[Finding]:
    """Of these, those that nothing in the database speaks against; each is looked at further."""
    terms = terms_of(version)
    rows = in_scope(terms).filter(
        Exists(
            Evaluation.objects.filter(
                device_id=OuterRef("device_id"),
                check_name=OuterRef("check_name"),
                state=State.FAIL,
            )
        ),
        Exists(
            Enrolment.objects.filter(device_id=OuterRef("device_id"), state=EnrolmentState.ENROLLED)
        ),
        state__in=[FindingState.NOTICED, FindingState.OVERDUE],
        holder_id=F("device__holder_id"),
        device__department__coverage=Coverage.COVERED,
        noticed_at__lte=at,
    )
    if terms.action not in ON_PERSONAL:
        rows = rows.filter(device__ownership="city")
    if not terms.serious_at_once:
        rows = rows.filter(cure_until__lte=at)
    tried = AutomaticAct.objects.filter(finding_id=OuterRef("id"))
    if rule.state == RuleState.TRIAL:
        return rows.filter(~Exists(tried.filter(version=version, state=ActState.DRY.value)))
    return rows.filter(~Exists(tried.filter(rule=rule, state__in=values(ONCE))))


def fleet_size() -> int:
    """How many devices are under management."""
    return Enrolment.objects.filter(state=EnrolmentState.ENROLLED).count()


@dataclass(frozen=True)
class Standing:
    """How much a rule, and all rules together, may still do. Exact only under the brake's turn."""

    fleet: int
    allowance: int
    spent: frozenset[UUID]
    ceiling: int
    spent_by_all: frozenset[UUID]

    @property
    def left(self) -> int:
        room = min(self.allowance - len(self.spent), self.ceiling - len(self.spent_by_all))
        return max(0, room)

    def holds_back(self, device_id: UUID) -> bool:
        """Whether one more device would pass the rule's limit."""
        return device_id not in self.spent and len(self.spent) >= self.allowance

    def holds_all_back(self, device_id: UUID) -> bool:
        """Whether one more device would pass the limit of all rules."""
        return device_id not in self.spent_by_all and len(self.spent_by_all) >= self.ceiling


def standing_of(rule: ActionRule, terms: Terms, at: datetime) -> Standing:
    """Count what was done in the span of the rule, and in a day by all (G-10)."""
    lately = Q(acted_at__gt=at - timedelta(hours=terms.hours))
    if rule.looked_at is not None:
        lately &= Q(acted_at__gte=rule.looked_at)
    acted = AutomaticAct.objects.order_by().values_list("device_id", flat=True).distinct()
    fleet = fleet_size()
    return Standing(
        fleet=fleet,
        allowance=terms.allowance(fleet),
        spent=frozenset(acted.filter(lately, rule=rule)),
        ceiling=ceiling(settings.AUTOMATIC_LIMIT_FLEET, settings.AUTOMATIC_LIMIT_PERCENT, fleet),
        spent_by_all=frozenset(acted.filter(acted_at__gt=at - DAY)),
    )


def jump_of(rule: ActionRule, findings: Iterable[Finding], fleet: int) -> str:
    """Whether what a rule would act on came all at once, as a sentence; empty: it did not.

    So many devices that fail one check at once are rather a fault of ours than of their holders.
    What a person looked at, and let the rule go on with, is not counted again.
    """
    span = timedelta(hours=settings.AUTOMATIC_JUMP_HOURS)
    first: dict[str, datetime] = {}
    titles: dict[str, str] = {}
    for finding in findings:
        titles[finding.check_name] = finding.title
        known = first.get(finding.check_name, finding.opened_at)
        first[finding.check_name] = min(known, finding.opened_at)
    for check, since in sorted(first.items()):
        rows = Finding.objects.filter(check_name=check, opened_at__gte=since - span)
        rows = rows.exclude(state=FindingState.WITHDRAWN)
        if rule.looked_at is not None:
            rows = rows.filter(opened_at__gt=rule.looked_at)
        failing = sudden(list(rows.values_list("device_id", "opened_at")), span)
        asked = settings.AUTOMATIC_JUMP_PERCENT
        if is_jump(failing, fleet, percent=asked, least=settings.AUTOMATIC_JUMP_LEAST):
            return (
                f"{failing} of {fleet} devices began to fail “{titles[check]}” within"
                f" {settings.AUTOMATIC_JUMP_HOURS} hours, which looks like a fault of ours."
            )
    return ""


def counts_of(rule: ActionRule) -> dict[ActState, int]:
    """How many acts of a rule stand how."""
    found = Counter(rule.acts.values_list("state", flat=True))
    return {state: found[state.value] for state in ActState}


def proposals(rule: ActionRule) -> QuerySet[AutomaticAct]:
    """What a rule proposes and nobody at ITMD has asked for or declined."""
    rows = AutomaticAct.objects.select_related("device__holder", "finding")
    return rows.filter(rule=rule, state=ActState.PROPOSED.value).order_by("made_at", "id")
