"""What lines used and cost, cycle by cycle: small rows that outlive the detail."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Line
from quartermaster.kernel.models import Row
from quartermaster.kernel.money import LARGEST
from quartermaster.org.models import Department, Person
from quartermaster.usage.models.warehouse import UsageCycle


class LineUsage(Row):
    """One line's part of a cycle that belonged to one department and holder."""

    cycle = models.ForeignKey(UsageCycle, on_delete=models.PROTECT, related_name="lines")
    month = models.DateField()
    number = models.CharField("phone number", max_length=16)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    plan = models.CharField(max_length=80, blank=True)
    days = models.PositiveSmallIntegerField()
    seconds = models.PositiveBigIntegerField(default=0)
    messages = models.PositiveBigIntegerField(default=0)
    kilobytes = models.PositiveBigIntegerField(default=0)
    roaming_seconds = models.PositiveBigIntegerField(default=0)
    roaming_kilobytes = models.PositiveBigIntegerField(default=0)
    international_seconds = models.PositiveBigIntegerField(default=0)
    cost_cents = models.BigIntegerField("cost", default=0)
    overage_cents = models.BigIntegerField("overage", default=0)
    roaming_cents = models.BigIntegerField("roaming charges", default=0)
    international_cents = models.BigIntegerField("international charges", default=0)
    families = models.CharField("counted from detail", max_length=30, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-month", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "number", "department", "holder"],
                nulls_distinct=False,
                name="usage_line_part_once",
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"), name="usage_line_number_e164"
            ),
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{f"{name}__gte": -LARGEST, f"{name}__lte": LARGEST})
                        for name in ("cost_cents", "overage_cents")
                    ),
                    roaming_cents__gte=-LARGEST,
                    international_cents__gte=-LARGEST,
                ),
                name="usage_line_cents_sound",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="usage_line_month_is_a_first",
            ),
        ]
        indexes = [
            models.Index(fields=["month", "department"], name="usage_line_of_department"),
            models.Index(fields=["holder", "month"], name="usage_line_of_holder"),
            models.Index(fields=["number", "month"], name="usage_line_of_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.month:%B %Y}"
