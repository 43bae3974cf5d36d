"""Requests: what a person needs for their work, who recommended it, who authorised it."""

from django.db import models
from django.db.models import F, Q

from quartermaster.inventory.models import Accessory, AccessoryKind, Device, DeviceClass, Line
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.rules.requests import (
    AUTHORISED,
    LIVE_REQUESTS,
    RECOMMENDED,
    ItemKind,
    ItemState,
    RequestState,
)
from quartermaster.org.models import Department, Person


def _another(doer: str, *others: str) -> Q:
    """That ``doer`` is none of the others."""
    differs = Q()
    for other in others:
        differs &= Q(**{f"{other}__isnull": True}) | ~Q(**{doer: F(other)})
    return Q(**{f"{doer}__isnull": True}) | differs


class Request(Row):
    """One request with its items. ``…_for``: in whose absence a step was taken."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requests")
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    need = models.CharField(max_length=1000)
    wanted_from = models.DateField()
    state = models.CharField(
        max_length=12, choices=RequestState.choices, default=RequestState.ASKED
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField("due", null=True)
    wake_at = models.DateTimeField("next step of the clock", null=True)
    escalated_at = models.DateTimeField(null=True)
    recommended_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recommended_for = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recommended_at = models.DateTimeField(null=True)
    recommendation = models.CharField(max_length=1000, blank=True)
    authorised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    authorised_for = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    authorised_at = models.DateTimeField(null=True)
    authorisation = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["wake_at"],
                name="lifecycle_request_wake",
                condition=Q(state__in=values(LIVE_REQUESTS)),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(LIVE_REQUESTS), closed_at=None)
                | Q(state__in=values(set(RequestState) - LIVE_REQUESTS), closed_at__isnull=False),
                name="lifecycle_request_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(RECOMMENDED))
                | Q(recommended_by__isnull=False, recommended_at__isnull=False),
                name="lifecycle_request_recommended_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(AUTHORISED))
                | Q(authorised_by__isnull=False, authorised_at__isnull=False),
                name="lifecycle_request_authorised_by_a_person",
            ),
            models.CheckConstraint(
                condition=_another("recommended_by", "person", "asker")
                & _another("recommended_for", "person", "asker", "recommended_by"),
                name="lifecycle_nobody_recommends_their_own",
            ),
            models.CheckConstraint(
                condition=_another(
                    "authorised_by", "person", "asker", "recommended_by", "recommended_for"
                )
                & _another(
                    "authorised_for",
                    "person",
                    "asker",
                    "recommended_by",
                    "recommended_for",
                    "authorised_by",
                ),
                name="lifecycle_nobody_authorises_their_own",
            ),
            models.CheckConstraint(condition=~Q(need=""), name="lifecycle_request_says_the_need"),
        ]

    def __str__(self) -> str:
        return f"Request for {self.person}"


class RequestItem(Row):
    """One thing that is asked for, by what it must be able to do."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    device_class = models.CharField(max_length=12, choices=DeviceClass.choices, blank=True)
    cellular = models.BooleanField("with a mobile line", default=False)
    accessory_kind = models.CharField(max_length=12, choices=AccessoryKind.choices, blank=True)
    capabilities = models.JSONField(default=list, blank=True)
    wish = models.CharField(max_length=200, blank=True)
    second = models.BooleanField("a second cellular device", default=False)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.ASKED)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    accessory = models.ForeignKey(Accessory, null=True, on_delete=models.PROTECT, related_name="+")
    handed_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["request_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["request", "place"], name="lifecycle_item_in_place"),
            models.CheckConstraint(
                condition=Q(kind="device", accessory_kind="") & ~Q(device_class="")
                | Q(kind="line", accessory_kind="", device_class="")
                | Q(kind="accessory", device_class="") & ~Q(accessory_kind=""),
                name="lifecycle_item_kind_fits",
            ),
            models.CheckConstraint(
                condition=Q(state="fulfilled", handed_out_at__isnull=False)
                | (~Q(state="fulfilled") & Q(handed_out_at=None)),
                name="lifecycle_item_hand_out_dated",
            ),
        ]

    def __str__(self) -> str:
        if self.kind == ItemKind.DEVICE:
            told = self.cellular and self.device_class not in {"smartphone", "hotspot"}
            line = " with a mobile line" if told else ""
            return f"{self.get_device_class_display()}{line}"
        if self.kind == ItemKind.ACCESSORY:
            return self.get_accessory_kind_display()
        return "Line"


class Reservation(Row):
    """A thing in stock that is kept for an item. Of the live ones, one a thing and one an item."""

    item = models.ForeignKey(RequestItem, on_delete=models.PROTECT, related_name="reservations")
    device = models.ForeignKey(
        Device, null=True, on_delete=models.PROTECT, related_name="reservations"
    )
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="reservations")
    accessory = models.ForeignKey(
        Accessory, null=True, on_delete=models.PROTECT, related_name="reservations"
    )
    reserved_at = models.DateTimeField()
    reserved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-reserved_at"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[thing],
                    condition=Q(ended_at=None),
                    name=f"lifecycle_{thing}_reserved_once",
                )
                for thing in ("item", "device", "line", "accessory")
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=False, line=None, accessory=None)
                | Q(device=None, line__isnull=False, accessory=None)
                | Q(device=None, line=None, accessory__isnull=False),
                name="lifecycle_reservation_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device or self.line or self.accessory}, for {self.item.request.person}"
