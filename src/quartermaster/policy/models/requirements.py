"""What is required of devices: by the city, by overlays, by adoption; exceptions; and changes."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person
from quartermaster.policy.rules.requirements import (
    LONGEST_EXCEPTION_DAYS,
    ChangeState,
    ExceptionState,
)


class Ownership(models.TextChoices):
    """Who owns a device (S-1)."""

    CITY = "city", "City"
    PERSONAL = "personal", "Personal"


class CityRequirements(Row):
    """What the city requires of devices of one ownership."""

    ownership = models.CharField(max_length=10, choices=Ownership.choices, unique=True)
    settings = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "city requirements"

    def __str__(self) -> str:
        return f"City requirements of {self.get_ownership_display().lower()} devices"


class Overlay(Row):
    """What a department adds for devices of one ownership. Stricter only (C-5)."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="overlays")
    ownership = models.CharField(max_length=10, choices=Ownership.choices)
    settings = models.JSONField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "ownership"], name="policy_overlay_once_per_ownership"
            ),
            models.CheckConstraint(
                condition=~Q(settings={}), name="policy_overlay_names_something"
            ),
        ]

    def __str__(self) -> str:
        return f"Overlay of {self.department}, {self.get_ownership_display().lower()} devices"


class Adoption(Row):
    """What an excluded department took on by its own decision (S-3)."""

    department = models.OneToOneField(Department, on_delete=models.PROTECT, related_name="adoption")
    clauses = models.JSONField(default=list)
    settings = models.JSONField(default=list)
    decided_on = models.DateField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(clauses=[]) | ~Q(settings=[]), name="policy_adoption_names_something"
            ),
        ]

    def __str__(self) -> str:
        return f"Adoption by {self.department}"


class RequirementChange(Row):
    """A plan that somebody applied, or asked to apply. A destructive one takes two people."""

    state = models.CharField(
        max_length=10, choices=[(state.value, state.label) for state in ChangeState]
    )
    digest = models.CharField(max_length=64)
    proposal = models.JSONField()
    effects = models.JSONField()
    destructive = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_label = models.CharField(max_length=200)
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ChangeState]),
                name="policy_change_state_known",
            ),
            models.CheckConstraint(
                condition=Q(destructive=False)
                | ~Q(state=ChangeState.APPLIED)
                | (
                    Q(requested_by__isnull=False)
                    & Q(decided_by__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                ),
                name="policy_change_destructive_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PENDING, decided_at=None)
                | (~Q(state=ChangeState.PENDING) & Q(decided_at__isnull=False)),
                name="policy_change_decision_dated",
            ),
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(state=ChangeState.PENDING),
                name="policy_change_pending_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Change of requirements asked by {self.requested_label}"


class ExceptionScope(models.TextChoices):
    """For whom an exception is asked."""

    DEPARTMENT = "department", "Department"
    PERSON = "person", "Person"
    DEVICE = "device", "Device"


class RequirementException(Row):
    """For a time, for someone, less of one setting. The only thing that makes anything laxer."""

    setting = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    scope = models.CharField(max_length=10, choices=ExceptionScope.choices)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    device_id = models.UUIDField(null=True, blank=True)  # devices live in a room above
    subject_label = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    compensation = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=10, choices=[(state.value, state.label) for state in ExceptionState]
    )
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ExceptionState]),
                name="policy_exception_state_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="policy_exception_takes_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ExceptionState.IN_FORCE, ExceptionState.ENDED])
                | (Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="policy_exception_in_force_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("requested_at"))
                & Q(expires_at__lte=F("requested_at") + timedelta(days=LONGEST_EXCEPTION_DAYS)),
                name="policy_exception_ends_in_time",
            ),
            models.CheckConstraint(
                condition=Q(scope=ExceptionScope.DEPARTMENT, person=None, device_id=None)
                | Q(scope=ExceptionScope.PERSON, person__isnull=False, device_id=None)
                | Q(scope=ExceptionScope.DEVICE, device_id__isnull=False),
                name="policy_exception_scope_complete",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="policy_exception_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Exception to {self.setting} for {self.subject_label}"
