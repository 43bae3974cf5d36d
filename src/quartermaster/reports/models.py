"""How the checks stood on each day: counts, never a name."""

from django.db import models

from quartermaster.org.models import Department


class ComplianceDay(models.Model):
    """How one check stood on one day, for a department's devices of one ownership.

    The row of today is written anew until the day is over; then it stays.
    """

    day = models.DateField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    ownership = models.CharField(max_length=10)
    clause = models.CharField(max_length=8)
    check_name = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    passing = models.PositiveIntegerField(default=0)
    failing = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    excepted = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    unanswerable = models.PositiveIntegerField(default=0)  # by the platform: part of no report
    looked_at = models.DateTimeField(null=True)  # when a device of these was looked at last
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "department", "ownership", "clause", "check_name"],
                name="reports_one_count_a_day",
            )
        ]


class Figure(models.TextChoices):
    """What is counted of a fleet."""

    DEVICES = "devices", "Devices under management"
    SYSTEM = "system", "Systems with their versions"
    LAG = "lag", "Behind the lowest version"
    UPDATES = "updates", "Updates that wait"
    SOFTWARE = "software", "Software of City devices"
    STANDING = "standing", "Devices by their worst outcome"


class FleetCount(models.Model):
    """What a department's devices of one ownership run, as the clock counted it last."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    ownership = models.CharField(max_length=10)
    figure = models.CharField(max_length=10, choices=Figure.choices)
    key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    devices = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["figure", "department", "ownership", "key"], name="reports_one_count_a_key"
            ),
            # the software of a personal device is never counted (G-1)
            models.CheckConstraint(
                condition=~models.Q(figure="software") | models.Q(ownership="city"),
                name="reports_no_personal_software",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.key}: {self.devices}"


class HouseCount(models.Model):
    """How many there are of something in the whole house, as the clock counted it last."""

    figure = models.CharField(max_length=20)
    key = models.CharField(max_length=20, blank=True)
    number = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["figure", "key"], name="reports_one_house_count_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.key}: {self.number}"


class DepartmentMonth(models.Model):
    """The figures of one department for one month, as they stood just after it: never changed.

    Its paper is made of them alone, so that it can be made again at any time.
    """

    month = models.DateField("its first day")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField()
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "department"], name="reports_one_report_a_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department}, {self.month:%B %Y}"
