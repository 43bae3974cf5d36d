"""Requests for the usage detail of a person, and every look that was taken (G-9)."""

from django.db import models
from django.db.models import F, Q

from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.usage.rules.detail_requests import DetailReason, DetailState, LookKind


class DetailRequest(Row):
    """A supervisor's request for the usage detail of one person and one span.

    A second person of ITMD grants it, never about themselves. Two people may put off that the
    person is told: one proposes the day, another grants the request with it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="detail_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField("first day")
    until_on = models.DateField("last day")
    category = models.CharField(max_length=8, choices=DetailReason.choices)
    reason = models.TextField("why", max_length=1000)
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=DetailState.choices, default=DetailState.ASKED.value
    )
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField("open until", null=True)
    closed_at = models.DateTimeField(null=True)
    quiet_until = models.DateField("not told before", null=True)
    quiet_reason = models.CharField(max_length=300, blank=True)
    quiet_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    tell_at = models.DateTimeField("to be told", null=True)
    told_at = models.DateTimeField("was told", null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["tell_at"], name="usage_detail_tell", condition=Q(tell_at__isnull=False)
            ),
            models.Index(
                fields=["expires_at"], name="usage_detail_expires", condition=Q(state="granted")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DetailState.values)
                & Q(category__in=DetailReason.values)
                & ~Q(reason=""),
                name="usage_detail_request_sound",
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("since_on")), name="usage_detail_span_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")), name="usage_detail_not_of_oneself"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person"))),
                name="usage_detail_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "withdrawn"], decided_by=None, expires_at=None)
                | Q(state="declined", decided_by__isnull=False, expires_at=None)
                | Q(
                    state__in=["granted", "ended"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    expires_at__isnull=False,
                ),
                name="usage_detail_granted_expires",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "granted"], closed_at=None)
                | Q(state__in=["declined", "withdrawn", "ended"], closed_at__isnull=False),
                name="usage_detail_closing_dated",
            ),
            models.CheckConstraint(
                condition=Q(quiet_until=None, quiet_by=None, quiet_reason="")
                | Q(quiet_until__isnull=False, quiet_by__isnull=False)
                & ~Q(quiet_reason="")
                & ~Q(quiet_by=F("person"))
                & (Q(decided_by=None) | ~Q(decided_by=F("quiet_by"))),
                name="usage_detail_quiet_takes_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "ended"])
                | Q(tell_at__isnull=False)
                | Q(told_at__isnull=False),
                name="usage_detail_granted_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"Usage detail of {self.person}, {self.since_on} to {self.until_on}"


class DetailLook(Row):
    """One look at usage detail. Written before the rows are shown, and once."""

    request = models.ForeignKey(DetailRequest, on_delete=models.PROTECT, related_name="looks")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=4, choices=LookKind.choices)
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LookKind.values), name="usage_detail_look_kind_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.by}, {self.at:%Y-%m-%d %H:%M}"
