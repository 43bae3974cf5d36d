"""Devices and their models."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from quartermaster.inventory.models.base import known_choices
from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person

IDENTIFIERS = ("serial", "imei", "imei2", "meid", "eid", "udid", "wifi_mac")
_SEARCHED = ("serial", "imei", "imei2")


class DeviceClass(models.TextChoices):
    SMARTPHONE = "smartphone", "Smartphone"
    TABLET = "tablet", "Tablet"
    LAPTOP = "laptop", "Laptop"
    HOTSPOT = "hotspot", "Mobile hot-spot"


class Platform(models.TextChoices):
    IOS = "ios", "iOS"
    IPADOS = "ipados", "iPadOS"
    MACOS = "macos", "macOS"
    ANDROID = "android", "Android"
    WINDOWS = "windows", "Windows"
    NONE = "none", "None"


class Ownership(models.TextChoices):
    """Whose the device is (S-1)."""

    CITY = "city", "City"
    PERSONAL = "personal", "Personal"


class DeviceStatus(models.TextChoices):
    IN_STOCK = "in_stock", "In stock"
    ASSIGNED = "assigned", "Assigned"
    LOST = "lost", "Lost"
    IN_REPAIR = "in_repair", "In repair"
    RETIRED = "retired", "Retired"


class DeviceModel(Row):
    """A make and model, with what a replacement would have to match."""

    manufacturer = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    identifier = models.CharField("model identifier", max_length=60, blank=True)
    device_class = models.CharField(max_length=12, choices=DeviceClass.choices)
    platform = models.CharField(max_length=10, choices=Platform.choices)
    capabilities = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["manufacturer", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("manufacturer"), Lower("name"), name="inventory_model_named_once"
            ),
            models.UniqueConstraint(
                Lower("manufacturer"),
                Lower("identifier"),
                condition=~Q(identifier=""),
                name="inventory_model_identified_once",
            ),
            *known_choices("model", device_class=DeviceClass, platform=Platform),
            models.CheckConstraint(
                condition=~Q(device_class="hotspot") | Q(platform="none"),
                name="inventory_hotspot_model_has_no_platform",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manufacturer} {self.name}"


class Device(Row):
    """A device that the policy covers, City-owned or a person's own.

    Of a personal device the City keeps no hardware identifier (G-1); the database refuses one.
    """

    asset_tag = models.CharField(max_length=30, unique=True)
    device_class = models.CharField(max_length=12, choices=DeviceClass.choices)
    platform = models.CharField(max_length=10, choices=Platform.choices)
    ownership = models.CharField(max_length=10, choices=Ownership.choices, default=Ownership.CITY)
    model = models.ForeignKey(
        DeviceModel, null=True, blank=True, on_delete=models.PROTECT, related_name="devices"
    )
    serial = models.CharField("serial number", max_length=40, blank=True)
    imei = models.CharField("IMEI", max_length=15, blank=True)
    imei2 = models.CharField("second IMEI", max_length=15, blank=True)
    meid = models.CharField("MEID", max_length=14, blank=True)
    eid = models.CharField("EID", max_length=32, blank=True)
    udid = models.CharField("UDID", max_length=64, blank=True)
    wifi_mac = models.CharField("Wi-Fi address", max_length=17, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="devices")
    holder = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="devices"
    )
    status = models.CharField(
        max_length=12, choices=DeviceStatus.choices, default=DeviceStatus.IN_STOCK
    )
    acquired_on = models.DateField(null=True, blank=True)
    confirmed_at = models.DateTimeField("last confirmed", null=True, editable=False)
    note = models.CharField(max_length=300, blank=True)
    # set by the database as soon as somebody holds it; cleared where its sanitisation is verified
    needs_sanitising = models.BooleanField(
        "to be sanitised", default=False, db_default=False, editable=False
    )

    class Meta:
        ordering = ["asset_tag"]
        indexes = [
            *(
                models.Index(
                    fields=[name],
                    opclasses=["varchar_pattern_ops"],
                    condition=~Q(**{name: ""}),
                    name=f"inventory_device_{name}_like",
                )
                for name in _SEARCHED
            ),
            models.Index(
                fields=["department", "status"],
                condition=~Q(status="retired"),
                name="inventory_device_in_use",
            ),
        ]
        constraints = [
            *known_choices(
                "device",
                device_class=DeviceClass,
                platform=Platform,
                ownership=Ownership,
                status=DeviceStatus,
            ),
            *(
                models.UniqueConstraint(
                    fields=[name], condition=~Q(**{name: ""}), name=f"inventory_device_{name}_once"
                )
                for name in IDENTIFIERS
            ),
            models.CheckConstraint(
                condition=Q(ownership="city") | Q(**dict.fromkeys(IDENTIFIERS, "")),
                name="inventory_personal_device_unidentified",
            ),
            models.CheckConstraint(
                condition=Q(imei="") | ~Q(imei=F("imei2")), name="inventory_device_imeis_differ"
            ),
            models.CheckConstraint(
                condition=Q(imei2="") | ~Q(imei=""), name="inventory_device_first_imei_first"
            ),
            models.CheckConstraint(
                condition=Q(ownership="city") | Q(holder__isnull=False) | Q(status="retired"),
                name="inventory_personal_device_has_holder",
            ),
            models.CheckConstraint(
                condition=Q(status="assigned", holder__isnull=False)
                | Q(status__in=["in_stock", "retired"], holder=None)
                | Q(status__in=["lost", "in_repair"]),
                name="inventory_device_holder_fits_status",
            ),
            models.CheckConstraint(
                condition=~Q(device_class="hotspot") | Q(platform="none"),
                name="inventory_hotspot_has_no_platform",
            ),
        ]

    def __str__(self) -> str:
        return self.asset_tag

    @property
    def personal(self) -> bool:
        return self.ownership == Ownership.PERSONAL

    @property
    def quarantined(self) -> bool:
        """In stock, and not to be handed out before it is sanitised (C-3)."""
        return self.status == DeviceStatus.IN_STOCK and self.needs_sanitising

    @property
    def identifiers(self) -> dict[str, str]:
        """The identifiers that it has, by the name of their field."""
        found = {name: getattr(self, name) for name in IDENTIFIERS}
        return {name: value for name, value in found.items() if value}
