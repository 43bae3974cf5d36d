"""Destructive requests: who asked, who agreed, on which devices, and what became of each.

Triggers back what no constraint can say (migration `two_people_in_the_database`): a request is
never changed after it was made, never moves against its machine, is never approved by its
requester, and no command that destroys exists without a released row of a device here.
"""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.enrolment import Enrolment
from quartermaster.mdm.rules.destruction import Kind, RequestState, TargetState
from quartermaster.org.models import Person


class DestructiveRequest(Row):
    """What one person asks for, and what a second agrees to, word for word (G-10)."""

    kind = models.CharField(max_length=10, choices=[(item.value, item.label) for item in Kind])
    arguments = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=500)
    statement = models.TextField("what it removes")
    despite_hold = models.BooleanField("in spite of a hold", default=False, db_default=False)
    digest = models.CharField(max_length=64)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.label) for item in RequestState],
        default=RequestState.REQUESTED,
    )
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    note = models.CharField("how it came to this", max_length=500, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mdm_destruction_due",
                condition=Q(state__in=["requested", "waiting", "blocked"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[item.value for item in Kind]),
                name="mdm_destruction_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["requested", "waiting", "blocked"],
                    due_at__isnull=False,
                    released_at=None,
                    closed_at=None,
                )
                | Q(state="released", released_at__isnull=False, closed_at=None)
                | Q(
                    state__in=["confirmed", "unconfirmed"],
                    released_at__isnull=False,
                    closed_at__isnull=False,
                )
                | Q(state__in=["refused", "stopped", "expired"], closed_at__isnull=False),
                name="mdm_destruction_state_dated",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(statement=""), name="mdm_destruction_says_why_and_what"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, asked by {self.requester}"


class DestructiveTarget(Row):
    """One device of a request, under the enrolment that it had then: never in a later life."""

    request = models.ForeignKey(
        DestructiveRequest, on_delete=models.PROTECT, related_name="targets"
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.label) for item in TargetState],
        default=TargetState.PENDING,
    )
    released_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["request", "id"]
        indexes = [
            models.Index(fields=["released_at"], name="mdm_target_released"),
            models.Index(
                fields=["state"],
                name="mdm_target_unsettled",
                condition=Q(state="released"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "enrolment"], name="mdm_target_once"),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state__in=["pending", "released"]),
                name="mdm_target_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", released_at=None, settled_at=None)
                | Q(state="released", released_at__isnull=False, settled_at=None)
                | Q(
                    state__in=["confirmed", "unconfirmed"],
                    released_at__isnull=False,
                    settled_at__isnull=False,
                )
                | Q(state="withdrawn", settled_at__isnull=False),
                name="mdm_target_state_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.device} ({self.state})"


class DestructiveApproval(Row):
    """A second person agreed to exactly this, having proved anew who they are."""

    request = models.OneToOneField(
        DestructiveRequest, on_delete=models.PROTECT, related_name="approval"
    )
    approver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    proved_at = models.DateTimeField()
    approved_at = models.DateTimeField()
    sealed_proof = models.BinaryField()
    holds = models.JSONField(
        "holds passed over, by key",
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_at__gte=models.F("proved_at")),
                name="mdm_approval_after_proof",
            )
        ]

    def __str__(self) -> str:
        return f"{self.approver} agreed"
