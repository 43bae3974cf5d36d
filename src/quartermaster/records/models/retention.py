"""Schedules of retention, their series, and what is kept under them until when."""

from django.db import models
from django.db.models import F, Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person
from quartermaster.records.rules.retention import (
    Disposition,
    Period,
    ScheduleState,
    SetBy,
    Standing,
    Terms,
    Trigger,
)


class RetentionSchedule(Row):
    """A version of the schedule. A draft is written on; what was in force stays as it was."""

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(
        max_length=12, choices=choices(ScheduleState), default=ScheduleState.DRAFT.value
    )
    note = models.CharField("why it was changed", max_length=1000)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    writers = models.JSONField("who wrote on it", default=list)
    in_force_at = models.DateTimeField(null=True)
    in_force_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="in_force"), name="records_schedule_in_force"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="records_schedule_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", in_force_at=None, ended_at=None)
                | Q(state="in_force", in_force_at__isnull=False, ended_at=None)
                | Q(state="superseded", in_force_at__isnull=False, ended_at__isnull=False)
                | Q(state="withdrawn", in_force_at=None, ended_at__isnull=False),
                name="records_schedule_dated",
            ),
            models.CheckConstraint(
                condition=Q(in_force_by=None) | ~Q(in_force_by=F("drafted_by")),
                name="records_schedule_second_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Schedule {self.number}"


class SeriesTerms(Row):
    """How one version of the schedule keeps one series."""

    schedule = models.ForeignKey(RetentionSchedule, on_delete=models.PROTECT, related_name="series")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=1000, blank=True)
    trigger = models.CharField(max_length=12, choices=choices(Trigger))
    years = models.PositiveSmallIntegerField(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    days = models.PositiveSmallIntegerField(default=0)
    basis = models.CharField("law or ordinance", max_length=300)
    disposition = models.CharField(max_length=10, choices=choices(Disposition))
    sources = models.JSONField("kinds that fall into it", default=list)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "code"], name="records_series_once"),
            models.CheckConstraint(
                condition=Q(trigger__in=values(Trigger), disposition__in=values(Disposition))
                & Q(years__lte=100, months__lte=11, days__lte=3660),
                name="records_series_within_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(title="") & ~Q(basis=""), name="records_series_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> Period:
        return Period(self.years, self.months, self.days)

    @property
    def terms(self) -> Terms:
        """As a plain value."""
        return Terms(
            code=self.code,
            title=self.title,
            trigger=Trigger(self.trigger),
            period=self.period,
            basis=self.basis,
            disposition=Disposition(self.disposition),
            about=self.about,
            sources=tuple(self.sources),
        )


def columns_of(terms: Terms) -> dict[str, object]:
    """The terms of a series as its row has them, but for its code."""
    return {
        "title": terms.title,
        "about": terms.about,
        "trigger": terms.trigger.value,
        "years": terms.period.years,
        "months": terms.period.months,
        "days": terms.period.days,
        "basis": terms.basis,
        "disposition": terms.disposition.value,
        "sources": list(terms.sources),
    }


class Retained(Row):
    """A thing that is kept for a time: a record, or what a room above keeps of the kind ``kind``.

    ``due_on`` is the day from which it need not be kept, by the schedule in force; never before
    ``not_before``.
    """

    kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    label = models.CharField(max_length=120)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()
    series = models.CharField(max_length=40)
    set_by = models.CharField(max_length=10, choices=choices(SetBy), default=SetBy.RULE.value)
    happened_on = models.DateField("of what its period waits for", null=True)
    not_before = models.DateField(null=True)
    due_on = models.DateField(null=True)
    standing = models.CharField(
        max_length=10, choices=choices(Standing), default=Standing.KEPT.value
    )
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "label"]
        indexes = [
            models.Index(fields=["series", "due_on"], name="records_retained_series"),
            models.Index(
                fields=["due_on", "id"],
                name="records_retained_due",
                condition=Q(standing="kept", due_on__isnull=False),
            ),
            models.Index(fields=["person", "series"], name="records_retained_person"),
            models.Index(
                fields=["device", "series"],
                name="records_retained_device",
                condition=Q(device__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="records_retained_once"),
            models.CheckConstraint(
                condition=Q(standing="destroyed", destroyed_at__isnull=False)
                | Q(standing__in=["kept", "in_review"], destroyed_at=None),
                name="records_retained_destroyed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(series="") & ~Q(label=""), name="records_retained_in_a_series"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RetentionReached(models.Model):
    """Up to which record it was seen to that each is under retention: one row that moves on."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    saved_at = models.DateTimeField(null=True)
    record_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="records_reached_is_one_row"),
            models.CheckConstraint(
                condition=Q(saved_at=None, record_id=None)
                | Q(saved_at__isnull=False, record_id__isnull=False),
                name="records_reached_a_record",
            ),
        ]

    def __str__(self) -> str:
        return str(self.saved_at)
