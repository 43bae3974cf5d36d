"""Rules that act by themselves, their versions, who switched them on, what they did.

Triggers back what no constraint can say (migration `rules_take_two_people`): a version and an
approval are written once; a rule is on only by a version that another than its author approved;
an act is on a finding whose holder was told, and never on a personal device beyond work data.
"""

from django.db import models
from django.db.models import F, Q

from quartermaster.compliance.models.findings import Finding
from quartermaster.compliance.rules.automatic import (
    ACTED,
    ON_PERSONAL,
    ONCE,
    Action,
    ActState,
    Cause,
    RuleState,
)
from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.mdm.models import DestructiveRequest
from quartermaster.org.models import Person


class ActionRule(Row):
    """A rule by its name; what it says stands in its versions."""

    name = models.CharField(max_length=80, unique=True)
    state = models.CharField(
        max_length=10, choices=choices(RuleState), default=RuleState.PROPOSAL.value
    )
    current = models.ForeignKey(
        "RuleVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    looked_at = models.DateTimeField("a person looked after a stop", null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="compliance_rule_named"),
            models.CheckConstraint(
                condition=Q(state__in=values(RuleState)), name="compliance_rule_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=values({RuleState.PROPOSAL, RuleState.RETIRED}))
                | Q(current__isnull=False),
                name="compliance_rule_says_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleVersion(Row):
    """What a rule says from one change to the next. An act names the version it followed."""

    rule = models.ForeignKey(ActionRule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=10, choices=choices(Action))
    terms = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="compliance_version_numbered"),
            models.CheckConstraint(
                condition=Q(action__in=values(Action)), name="compliance_version_action_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="compliance_version_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}, version {self.number}"


class RuleApproval(Row):
    """A second person agreed to exactly this version, having proved anew who they are."""

    version = models.OneToOneField(RuleVersion, on_delete=models.PROTECT, related_name="approval")
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    proved_at = models.DateTimeField()
    approved_at = models.DateTimeField()
    sealed_proof = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__gte=F("proved_at")),
                name="compliance_rule_approved_after_proof",
            )
        ]

    def __str__(self) -> str:
        return f"{self.approver} agreed"


class ActionStop(Row):
    """A stand-still: of one rule, or (no rule) of all that acts by itself."""

    rule = models.ForeignKey(ActionRule, null=True, on_delete=models.PROTECT, related_name="stops")
    cause = models.CharField(max_length=10, choices=choices(Cause))
    note = models.CharField(max_length=500)
    stopped_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-stopped_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="compliance_one_stop_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | (Q(ended_at__gte=F("stopped_at")) & ~Q(ending_reason="")),
                name="compliance_stop_ended_with_reason",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="compliance_stop_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} ({self.rule or 'all rules'})"


class AutomaticAct(Row):
    """One act of a rule on one finding: due, done, or only what a trial would have done."""

    rule = models.ForeignKey(ActionRule, on_delete=models.PROTECT, related_name="acts")
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="acts")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="automatic_acts")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="automatic_acts")
    action = models.CharField(max_length=10, choices=choices(Action))
    state = models.CharField(max_length=10, choices=choices(ActState), default=ActState.DUE.value)
    personal = models.BooleanField()
    at_once = models.BooleanField()
    delivered_at = models.DateTimeField("notice delivered", null=True)
    ripe_at = models.DateTimeField("the holder's time was over")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    acted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    request = models.ForeignKey(
        DestructiveRequest, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="compliance_act_due",
                condition=Q(state=ActState.DUE.value),
            ),
            models.Index(
                fields=["acted_at"],
                name="compliance_act_acted",
                condition=Q(acted_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "finding"],
                condition=Q(state__in=values(ONCE)),
                name="compliance_acts_once_on_a_finding",
            ),
            models.UniqueConstraint(
                fields=["version", "finding"],
                condition=Q(state=ActState.DRY.value),
                name="compliance_tries_once_on_a_finding",
            ),
            models.CheckConstraint(
                condition=(Q(state=ActState.DUE.value) & Q(due_at__isnull=False))
                | (~Q(state=ActState.DUE.value) & Q(due_at=None)),
                name="compliance_act_due_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=values(ACTED)) & Q(acted_at__isnull=False))
                | ~Q(state__in=values(ACTED)),
                name="compliance_act_acted_dated",
            ),
            models.CheckConstraint(
                condition=Q(ripe_at__lte=F("made_at"))
                & (Q(at_once=True) | Q(delivered_at__isnull=False, delivered_at__lte=F("made_at"))),
                name="compliance_act_holder_told_first",
            ),
            models.CheckConstraint(
                condition=Q(personal=False) | Q(action__in=values(ON_PERSONAL)),
                name="compliance_act_spares_personal",
            ),
            models.CheckConstraint(
                condition=Q(request=None) | Q(action__in=["removal", "wipe"]),
                name="compliance_act_request_destroys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.device}"


class Restriction(Row):
    """Why a device is turned away by City services, from when, and until when."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="restrictions")
    act = models.OneToOneField(
        AutomaticAct, null=True, on_delete=models.PROTECT, related_name="restriction"
    )
    placed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    on_device = models.BooleanField("takes off what the City set up", default=False)
    withdrawn = models.JSONField("what it took off, by name", default=list)
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifting_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-placed_at", "-id"]
        indexes = [
            models.Index(
                fields=["device"],
                name="compliance_restriction_open",
                condition=Q(lifted_at=None),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(act=None, lifted_at=None),
                name="compliance_restricted_by_hand_once",
            ),
            models.CheckConstraint(
                condition=Q(act__isnull=False) | Q(placed_by__isnull=False),
                name="compliance_restriction_by_rule_or_person",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None)
                | (Q(lifted_at__gte=F("placed_at")) & ~Q(lifting_reason="")),
                name="compliance_restriction_lifted_with_reason",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="compliance_restriction_says_why"),
            models.CheckConstraint(
                condition=Q(on_device=True) | Q(withdrawn=[]),
                name="compliance_restriction_withdraws_on_device",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.reason}"
