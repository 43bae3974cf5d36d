"""Legal holds: what must be kept, who must keep it, and what each was told and said."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person
from quartermaster.records.rules.holds import HoldState, KeeperState


class Hold(Row):
    """A legal hold. Its words stand in its newest `HoldTerms`."""

    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=10,
        choices=[(item.value, item.label) for item in HoldState],
        default=HoldState.OPEN.value,
    )
    departments = models.ManyToManyField(Department, related_name="+", blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    release_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", released_at=None, release_reason="")
                | (Q(state="released", released_at__isnull=False) & ~Q(release_reason="")),
                name="records_hold_release_dated_and_reasoned",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def terms(self) -> "HoldTerms":
        """Its words as they stand."""
        return max(self.versions.all(), key=lambda item: item.number)


class HoldTerms(Row):
    """The words of a hold as opened or amended. Written once: a trigger refuses any change."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    matter = models.CharField(max_length=200)
    subject = models.TextField("what is to be kept")
    reason = models.TextField()
    legal_contact = models.CharField(max_length=200)
    since = models.DateField("from")
    until = models.DateField(null=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["hold", "number"]
        constraints = [
            models.UniqueConstraint(fields=["hold", "number"], name="records_terms_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="records_terms_span_forward",
            ),
            models.CheckConstraint(
                condition=~Q(matter="") & ~Q(subject="") & ~Q(reason=""),
                name="records_terms_say_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.matter


class HoldKeeper(Row):
    """A person who must keep what a hold is about: a custodian, in the words of litigation.

    ``due_at`` is when the clock looks next: a reminder while they are asked, a new notice after.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="keepers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.label) for item in KeeperState],
        default=KeeperState.ASKED.value,
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    terms = models.ForeignKey(HoldTerms, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminders = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    release_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["person__family_name", "person__given_name", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="records_keeper_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["person"],
                name="records_keeper_live",
                condition=Q(state__in=["acknowledged", "asked"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hold", "person"],
                condition=Q(released_at=None),
                name="records_keeper_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["acknowledged", "asked"], released_at=None, release_reason=""
                )
                | (
                    Q(state="released", released_at__isnull=False, due_at=None)
                    & ~Q(release_reason="")
                ),
                name="records_keeper_release_dated_and_reasoned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.hold}"


class HoldAcknowledgement(Row):
    """A person said that they read a notice and keep what it names. Written once."""

    keeper = models.ForeignKey(
        HoldKeeper, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    terms = models.ForeignKey(HoldTerms, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["keeper", "asked_at"], name="records_acknowledged_once"
            ),
            models.CheckConstraint(
                condition=Q(made_at__gte=F("asked_at")), name="records_acknowledged_after_asking"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.keeper}, {localdate(self.made_at)}"


class HeldDevice(Row):
    """A device that a person had while they had to keep it: held also when it is with another.

    Triggers of the database write these rows, whichever room moves the device.
    """

    keeper = models.ForeignKey(HoldKeeper, on_delete=models.PROTECT, related_name="devices")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keeper", "device"], name="records_held_device_once")
        ]

    def __str__(self) -> str:
        return f"{self.device} ({self.keeper})"
