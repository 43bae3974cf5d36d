"""Requests: what was asked, by whom, by when, and how it ended."""

from django.db import models
from django.db.models import Q

from quartermaster.disclosure.rules.requests import OPEN, Channel, Kind, Outcome, RequestState
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person


class RecordsRequest(Row):
    """A request for records. ``wake_at`` is when the clock looks at it next."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=choices(Kind))
    channel = models.CharField("came by", max_length=10, choices=choices(Channel))
    state = models.CharField(
        max_length=10, choices=choices(RequestState), default=RequestState.RECEIVED.value
    )
    wanted = models.TextField("what is asked for")
    since = models.DateField("from", null=True)
    until = models.DateField(null=True)
    requester_name = models.CharField(max_length=200, blank=True)
    requester_email = models.CharField(max_length=310, blank=True)
    requester_contact = models.CharField(max_length=500, blank=True)
    code_digest = models.CharField("of the status code", max_length=64, unique=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledge_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    wake_at = models.DateTimeField(null=True)
    overdue_told_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=choices(Outcome), blank=True)
    outcome_words = models.TextField("what the answer says", blank=True)
    kept_until = models.DateTimeField("nothing it reached is destroyed before", null=True)
    destroyed_at = models.DateTimeField("its file, by the schedule", null=True)

    class Meta:
        ordering = ["-received_at", "-number"]
        indexes = [
            models.Index(
                fields=["wake_at"],
                name="disclosure_request_wake",
                condition=Q(state__in=values(OPEN)),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(OPEN), closed_at=None, kept_until=None)
                | Q(state__in=["answered", "withdrawn"], closed_at__isnull=False),
                name="disclosure_request_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(outcome="") & Q(kept_until__isnull=False)),
                name="disclosure_request_answer_says_how",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "withdrawn"]) | Q(acknowledged_at__isnull=False),
                name="disclosure_request_acknowledged_first",
            ),
            models.CheckConstraint(condition=~Q(wanted=""), name="disclosure_request_asks"),
            models.CheckConstraint(
                condition=Q(destroyed_at=None)
                | Q(
                    closed_at__isnull=False,
                    wanted="Destroyed",
                    requester_name="",
                    requester_email="",
                    requester_contact="",
                    outcome_words="",
                ),
                name="disclosure_request_destroyed_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(code_digest__regex=r"^[0-9a-f]{64}$"),
                name="disclosure_request_code_is_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Knock(models.Model):
    """That somebody outside filed a request or tried a code: counted, and forgotten in a day.

    ``place`` is a keyed digest of the address, never the address.
    """

    kind = models.CharField(max_length=6)
    place = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "at"], name="disclosure_knock_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
