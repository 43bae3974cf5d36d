"""What goes with an answer: fees, letters, notices to record subjects, appeals."""

from django.db import models
from django.db.models import F, Q

from quartermaster.disclosure.models.files import SealedFile
from quartermaster.disclosure.models.requests import RecordsRequest
from quartermaster.disclosure.models.review import RequestItem
from quartermaster.disclosure.rules.appeals import Finding
from quartermaster.disclosure.rules.fees import FeeState
from quartermaster.disclosure.rules.letters import LetterKind
from quartermaster.disclosure.rules.requests import Channel
from quartermaster.disclosure.rules.subjects import Cause, NoticeState
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Person


class Letter(Row):
    """A letter to the requester, as PDF. Written once."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=8, choices=choices(LetterKind))
    file = models.OneToOneField(SealedFile, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["written_at", "id"]

    def __str__(self) -> str:
        return self.get_kind_display()


class FeeEstimate(Row):
    """What a request costs, as the requester was told."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="fees")
    lines = models.JSONField()
    total_cents = models.BigIntegerField()
    prepay = models.BooleanField("to be paid in advance")
    state = models.CharField(max_length=8, choices=choices(FeeState), default=FeeState.ASKED.value)
    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="asked"), name="disclosure_fee_one_asked"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", settled_at=None)
                | (~Q(state="asked") & Q(settled_at__isnull=False)),
                name="disclosure_fee_settled_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(reason=""),
                name="disclosure_fee_waived_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(total_cents__gte=0), name="disclosure_fee_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"Fee for {self.request}"


class SubjectNotice(Row):
    """That somebody was told of the release of a record about them, and what they said."""

    item = models.ForeignKey(RequestItem, on_delete=models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=choices(Cause))
    state = models.CharField(
        max_length=8, choices=choices(NoticeState), default=NoticeState.SERVED.value
    )
    served_at = models.DateTimeField()
    served_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    object_by = models.DateTimeField()
    sue_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    statement = models.TextField(blank=True)
    settled_as = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["served_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], name="disclosure_notice_once"),
            models.CheckConstraint(
                condition=Q(object_by__gt=F("served_at"), sue_by__gte=F("object_by")),
                name="disclosure_notice_days_forward",
            ),
            models.CheckConstraint(
                condition=Q(state="served", answered_at=None)
                | (~Q(state="served") & Q(answered_at__isnull=False)),
                name="disclosure_notice_answer_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | ~Q(settled_as=""),
                name="disclosure_notice_settled_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.item.request}"


class Appeal(Row):
    """That a requester did not agree with an answer, and what came of it."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="appeals")
    channel = models.CharField("came by", max_length=10, choices=choices(Channel))
    text = models.TextField()
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=8, choices=choices(Finding), blank=True)
    words = models.TextField("what the requester is told", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(decided_at=None),
                name="disclosure_appeal_one_open",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, finding="", words="")
                | (Q(decided_at__isnull=False) & ~Q(finding="") & ~Q(words="")),
                name="disclosure_appeal_decided_with_words",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="disclosure_appeal_says_why"),
        ]

    def __str__(self) -> str:
        return f"Appeal in {self.request}"
