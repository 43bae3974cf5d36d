"""Who had a thing when: periods that follow one another without a gap or an overlap."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from quartermaster.inventory.models.devices import Device
from quartermaster.inventory.models.things import Accessory, Line, Sim
from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person

THINGS = ("device", "line", "sim", "accessory")


class Custodian(models.TextChoices):
    """With whom or where a thing is."""

    STOCK = "stock", "In stock"
    PERSON = "person", "With a person"
    DEPARTMENT = "department", "With a department"
    LOST = "lost", "Lost"
    REPAIR = "repair", "In repair"
    CARRIER = "carrier", "At the carrier"
    DEVICE = "device", "In a device"
    LINE = "line", "With its line"
    DISPOSED = "disposed", "Out of use"


class CustodyPeriod(Row):
    """One custodian of one thing, from an instant up to, and not including, another.

    The periods of a thing are numbered. Each begins where the one before it ends, which a foreign
    key holds (``before`` and ``since`` name the other's ``position`` and ``until``); the last one
    is open. A thing that passes through several hands at one instant has periods without a length.
    A period is written once and closed once. What proved wrong is put right by another move.
    """

    thing_id = models.UUIDField(editable=False)
    device = models.ForeignKey(
        Device, null=True, on_delete=models.PROTECT, related_name="custody", db_index=False
    )
    line = models.ForeignKey(
        Line, null=True, on_delete=models.PROTECT, related_name="custody", db_index=False
    )
    sim = models.ForeignKey(
        Sim, null=True, on_delete=models.PROTECT, related_name="custody", db_index=False
    )
    accessory = models.ForeignKey(
        Accessory, null=True, on_delete=models.PROTECT, related_name="custody", db_index=False
    )
    position = models.PositiveIntegerField()
    before = models.PositiveIntegerField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    custodian = models.CharField(max_length=10, choices=Custodian.choices)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="custody")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    in_device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    in_line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    cause_kind = models.CharField(max_length=60, blank=True)
    cause_id = models.UUIDField(null=True)
    by = models.CharField(max_length=200)
    by_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["thing_id", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(device=F("thing_id"), line=None, sim=None, accessory=None)
                | Q(line=F("thing_id"), device=None, sim=None, accessory=None)
                | Q(sim=F("thing_id"), device=None, line=None, accessory=None)
                | Q(accessory=F("thing_id"), device=None, line=None, sim=None),
                name="inventory_custody_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(custodian__in=Custodian.values), name="inventory_custody_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(custodian="person") | Q(person__isnull=False),
                name="inventory_custody_person_named",
            ),
            models.CheckConstraint(
                condition=~Q(custodian__in=["stock", "department"]) | Q(person=None),
                name="inventory_custody_stock_has_no_person",
            ),
            models.CheckConstraint(
                condition=~Q(custodian="device") | Q(in_device__isnull=False),
                name="inventory_custody_device_named",
            ),
            models.CheckConstraint(
                condition=~Q(custodian="line") | Q(in_line__isnull=False),
                name="inventory_custody_line_named",
            ),
            models.CheckConstraint(
                condition=Q(position=1, before=None) | Q(position=F("before") + 1),
                name="inventory_custody_numbered",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="inventory_custody_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(cause_kind="", cause_id=None)
                | ~Q(cause_kind="") & Q(cause_id__isnull=False),
                name="inventory_custody_cause_whole",
            ),
            models.UniqueConstraint(
                fields=["thing_id", "position"], name="inventory_custody_position_once"
            ),
            models.UniqueConstraint(
                fields=["thing_id"], condition=Q(until=None), name="inventory_custody_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["cause_id"], name="inventory_custody_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.get_custodian_display()} since {localdate(self.since)}"

    @property
    def thing(self) -> Device | Line | Sim | Accessory:
        """What the period is of."""
        held = self.device or self.line or self.sim or self.accessory
        assert held is not None  # a constraint says so
        return held
