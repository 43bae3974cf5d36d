"""The list of rules, one with its plan, and what rules did."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from quartermaster.compliance import automatic, permits
from quartermaster.compliance.models import ActionRule, AutomaticAct
from quartermaster.compliance.planning import Plan, plan_of
from quartermaster.compliance.rules.automatic import (
    RULE,
    Action,
    ActState,
    RuleState,
)
from quartermaster.kernel.permits import reach
from quartermaster.kernel.worded import choices
from quartermaster.mdm.permits import DESTRUCTION_REQUEST
from quartermaster.web.automatic.tables import ActTable, RuleTable
from quartermaster.web.automatic.words import ACTS, STATES, sentences
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

LEAD = (
    "A rule is tried before it acts, switched on by a second person, and stops itself at its"
    " limit. No holder is acted on before they were told and had time to put it right."
)
MOST_ACTS = 10


class RuleFilters(Filters):
    """By state; what is retired is shown where it is asked for."""

    state = django_filters.ChoiceFilter(
        choices=choices(RuleState), empty_label="Not retired", label="State"
    )

    def filter_queryset(self, queryset: QuerySet[ActionRule]) -> QuerySet[ActionRule]:
        rows: QuerySet[ActionRule] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.exclude(state=RuleState.RETIRED.value)


class Rules(ListPage[ActionRule]):
    """Every rule that is not retired, and whether everything stands still."""

    permit = permits.AUTOMATIC_VIEW
    title = "Automatic actions"
    template_name = "automatic/rules.html"
    lead = LEAD
    table_class = RuleTable
    filters = RuleFilters
    search = ("name",)
    search_hint = "Name of a rule"
    empty = "There is no rule: nothing is done by itself."
    noun = ("rule", "rules")

    def rows(self) -> QuerySet[ActionRule]:
        really = Q(acts__acted_at__isnull=False)
        return automatic.rules_visible_to(self.actor).annotate(
            done_count=Count("acts", filter=really)
        )

    def buttons(self) -> Sequence[Button]:
        stopped = automatic.everything_stopped()
        key = {"key": stopped.pk} if stopped else {}
        first = (
            Button("Let everything go on", "automatic:resume", permits.AUTOMATIC_APPROVE, key)
            if stopped
            else Button(
                "Stop everything",
                "automatic:stop-everything",
                permits.AUTOMATIC_STOP,
                look="secondary",
            )
        )
        return (
            Button("Propose a rule", "automatic:propose", permits.AUTOMATIC_MANAGE, look=""),
            Button("What rules did", "automatic:acts", permits.AUTOMATIC_VIEW),
            first,
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "stopped": automatic.everything_stopped()}


class ActFilters(Filters):
    """By what was done and how it stands."""

    state = django_filters.ChoiceFilter(choices=choices(ActState), empty_label="Any")
    action = django_filters.ChoiceFilter(choices=choices(Action), empty_label="Any", label="What")


class Acts(ListPage[AutomaticAct]):
    """What rules did, what waits, and what a trial would have done."""

    permit = permits.AUTOMATIC_VIEW
    title = "What rules did"
    table_class = ActTable
    filters = ActFilters
    search = ("device__asset_tag", "rule__name", "finding__title", "note")
    search_hint = "Asset tag, rule or finding"
    empty = "No rule did anything, and none was tried."
    noun = ("act", "acts")

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automatic actions", reverse("automatic:rules")),)

    def rows(self) -> QuerySet[AutomaticAct]:
        return automatic.acts_visible_to(self.actor)


class OfRule:
    """What the pages of one rule share."""

    actor: Any
    at: Any
    object: ActionRule
    thing = "rule"

    def rows(self) -> QuerySet[ActionRule]:
        return automatic.rules_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automatic actions", reverse("automatic:rules")),)

    @property
    def plan(self) -> Plan:
        """The plan as it is now, made once a request."""
        if not hasattr(self, "_plan"):
            assert self.object.current is not None  # it is set with the first version
            self._plan = plan_of(self.object, self.object.current, self.at)
        return self._plan


_VERBS: Sequence[tuple[str, str, str, Any, str]] = (
    ("try", "Try it", "try", permits.AUTOMATIC_MANAGE, ""),
    ("approve", "Switch on", "approve", permits.AUTOMATIC_APPROVE, ""),
    ("go on", "Let it go on", "go-on", permits.AUTOMATIC_APPROVE, ""),
    ("stop", "Stop", "stop", permits.AUTOMATIC_STOP, "secondary"),
    ("change", "Change", "change", permits.AUTOMATIC_MANAGE, "outline"),
    ("retire", "Retire", "retire", permits.AUTOMATIC_MANAGE, "outline"),
)
_SECOND = {"approve", "go on"}


class RulePage(OfRule, DetailPage[ActionRule]):
    """One rule: what it says, its plan, what it proposes, what it did, what stopped it."""

    permit = permits.AUTOMATIC_VIEW
    template_name = "automatic/rule.html"

    def state(self) -> Any:
        state = RuleState(self.object.state)
        return chip(state.label, raw=state.value, tone=STATES[state.value])

    def buttons(self) -> Sequence[Button]:
        rule = self.object
        assert rule.current is not None  # it is set with the first version
        possible = {*RULE.verbs_from(RuleState(rule.state))}
        if rule.state == RuleState.PROPOSAL:
            possible.add("change")
        if rule.current.author_id == self.actor.person_id:
            possible -= _SECOND
        return [
            Button(label, f"automatic:{name}", permit, {"key": rule.pk}, look)
            for verb, label, name, permit, look in _VERBS
            if verb in possible
        ]

    def facts(self) -> Sequence[Fact]:
        version = self.object.current
        assert version is not None  # it is set with the first version
        approval = getattr(version, "approval", None)
        second = approval.approver.name if approval else "Nobody yet"
        agreed = f"{full_time(approval.approved_at)}: {approval.reason}" if approval else ""
        written = f"{full_time(version.made_at)}: {version.reason}"
        facts = [
            Fact("Does", version.get_action_display()),
            Fact("Written by", version.author.name, note=written),
            Fact("Second person", second, note=agreed),
            Fact("Version", version.number),
        ]
        if stop := automatic.stop_of(self.object):
            facts.append(Fact("Stopped", full_time(stop.stopped_at), note=stop.note))
        return facts

    def context(self) -> dict[str, Any]:
        rule, plan = self.object, self.plan
        return {
            **super().context(),
            "says": list(sentences(automatic.terms_of(plan.version))),
            "plan": plan,
            "proposals": list(automatic.proposals(rule)),
            "may_ask": reach(self.actor, DESTRUCTION_REQUEST).everything,
            "counts": [
                (state.label, count) for state, count in automatic.counts_of(rule).items() if count
            ],
            "acts": [
                (item, chip(item.get_state_display(), raw=item.state, tone=ACTS[item.state]))
                for item in automatic.acts_visible_to(self.actor).filter(rule=rule)[:MOST_ACTS]
            ],
            "versions": list(rule.versions.select_related("author", "approval__approver")),
            "stops": list(rule.stops.select_related("stopped_by", "ended_by")[:MOST_ACTS]),
        }
