"""Lines, SIMs and accessories."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.identifiers import pretty_number
from quartermaster.inventory.models.base import known_choices
from quartermaster.inventory.models.devices import Device
from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person


class LineStatus(models.TextChoices):
    ORDERED = "ordered", "Ordered"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    CANCELLED = "cancelled", "Cancelled"
    PORTED = "ported", "Ported out"


LIVE = (LineStatus.ORDERED, LineStatus.ACTIVE, LineStatus.SUSPENDED)


class Line(Row):
    """A subscription with a number. It outlives its SIMs and its devices."""

    number = models.CharField("phone number", max_length=16)
    carrier = models.CharField(max_length=60)
    account = models.CharField(max_length=40, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, choices=LineStatus.choices, default=LineStatus.ORDERED)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="lines")
    holder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    activated_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(status__in=["cancelled", "ported"]),
                name="inventory_line_number_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LineStatus.values), name="inventory_line_status_known"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="inventory_line_number_e164",
            ),
        ]

    def __str__(self) -> str:
        return pretty_number(self.number)

    @property
    def live(self) -> bool:
        return self.status in LIVE


class Sim(Row):
    """A SIM card or an eSIM profile, known by its ICCID."""

    iccid = models.CharField("ICCID", max_length=20, unique=True)
    carrier = models.CharField(max_length=60)
    embedded = models.BooleanField("eSIM", default=False)
    eid = models.CharField("EID", max_length=32, blank=True)  # the chip that holds the profile
    line = models.ForeignKey(
        Line, null=True, blank=True, on_delete=models.PROTECT, related_name="sims"
    )
    device = models.ForeignKey(
        Device, null=True, blank=True, on_delete=models.PROTECT, related_name="sims"
    )
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["iccid"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(retired=False), name="inventory_line_has_one_sim"
            ),
            models.CheckConstraint(
                condition=Q(retired=False) | Q(device=None), name="inventory_retired_sim_is_out"
            ),
            models.CheckConstraint(
                condition=Q(iccid__regex=r"^89[0-9]{17,18}$"), name="inventory_sim_iccid_form"
            ),
            models.CheckConstraint(
                condition=Q(eid="") | Q(embedded=True, eid__regex=r"^89[0-9]{30}$"),
                name="inventory_sim_eid_where_embedded",
            ),
        ]

    def __str__(self) -> str:
        return self.iccid


class AccessoryKind(models.TextChoices):
    HANDS_FREE = "hands_free", "Hands-free kit"
    CASE = "case", "Case"
    CHARGER = "charger", "Charger"
    MOUNT = "mount", "Vehicle mount"
    OTHER = "other", "Other"


class Accessory(Row):
    """Equipment issued like a device, such as a hands-free kit (G-6)."""

    asset_tag = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=12, choices=AccessoryKind.choices)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="accessories"
    )
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["asset_tag"]
        verbose_name_plural = "accessories"
        constraints = [
            *known_choices("accessory", kind=AccessoryKind),
            models.CheckConstraint(
                condition=Q(retired=False) | Q(holder=None),
                name="inventory_retired_accessory_is_free",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.asset_tag})"
