"""Surplus lots and write-offs: the only ways out of the City's property (C-3)."""

from django.db import models
from django.db.models import F, Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Accessory, Device
from quartermaster.kernel.models import Row
from quartermaster.lifecycle.models.losses import Loss
from quartermaster.lifecycle.models.returns import Sanitisation
from quartermaster.lifecycle.rules.disposals import (
    PAID,
    LotState,
    Way,
    WriteOffKind,
    WriteOffState,
)
from quartermaster.org.models import Department, Person


class SurplusLot(Row):
    """Devices that the City's surplus office takes together, and what it did with them."""

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=LotState.choices, default=LotState.COLLECTING)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices, blank=True)
    document = models.CharField("document of the surplus office", max_length=60, blank=True)
    disposed_on = models.DateField(null=True)
    proceeds_cents = models.PositiveIntegerField(null=True)
    certificate = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("opened_by")),
                name="lifecycle_lot_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(state="collecting", approved_by=None, closed_at=None)
                | Q(state="approved", approved_by__isnull=False, closed_at=None)
                | Q(
                    state="disposed",
                    approved_by__isnull=False,
                    closed_at__isnull=False,
                    disposed_on__isnull=False,
                    proceeds_cents__isnull=False,
                )
                & ~Q(document="")
                & ~Q(way="")
                | Q(state="cancelled", closed_at__isnull=False),
                name="lifecycle_lot_by_the_procedure",
            ),
            models.CheckConstraint(
                condition=Q(proceeds_cents=None) | Q(proceeds_cents=0) | Q(way__in=sorted(PAID)),
                name="lifecycle_proceeds_of_a_sale",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DisposalLine(Row):
    """One thing of a lot, with the sanitisation that lets it go, and its part of the proceeds."""

    lot = models.ForeignKey(SurplusLot, on_delete=models.PROTECT, related_name="lines")
    device = models.OneToOneField(
        Device, null=True, on_delete=models.PROTECT, related_name="disposal"
    )
    accessory = models.OneToOneField(
        Accessory, null=True, on_delete=models.PROTECT, related_name="disposal"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    sanitisation = models.ForeignKey(
        Sanitisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)
    proceeds_cents = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(device__isnull=False, accessory=None)
                | Q(device=None, accessory__isnull=False, sanitisation=None),
                name="lifecycle_disposal_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing}, {self.lot}"

    @property
    def thing(self) -> Device | Accessory:
        found = self.device or self.accessory
        assert found is not None  # a constraint says so
        return found


class WriteOff(Row):
    """The record of a device ends without it: asked by one person, agreed to by another."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="write_offs")
    kind = models.CharField(max_length=8, choices=WriteOffKind.choices)
    loss = models.ForeignKey(Loss, null=True, on_delete=models.PROTECT, related_name="write_offs")
    police_number = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=500)
    state = models.CharField(
        max_length=8, choices=WriteOffState.choices, default=WriteOffState.ASKED
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state__in=["asked", "approved"]),
                name="lifecycle_written_off_once",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_by=None, decided_at=None)
                | ~Q(state="asked") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="lifecycle_write_off_decided_dated",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(kind="mistake") | ~Q(decided_by=F("asked_by")),
                name="lifecycle_write_off_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(kind="mistake", loss=None)
                | Q(kind__in=["lost", "stolen"], loss__isnull=False),
                name="lifecycle_write_off_of_a_loss",
            ),
            models.CheckConstraint(
                condition=~Q(kind="stolen") | ~Q(police_number=""),
                name="lifecycle_write_off_names_police_report",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="lifecycle_write_off_says_why"),
        ]

    def __str__(self) -> str:
        return f"Write-off of {self.device}"
