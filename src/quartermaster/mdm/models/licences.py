"""Licences of the maker's store: what the City owns, who is to have one, what was confirmed."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.mdm.software_states import LicenceState, LicenceUserState
from quartermaster.org.models import Person

UNLIMITED = 2_147_483_647


class LicencePool(Row):
    """What the City owns of one product. ``short_since``: more are wanted than there are."""

    driver = models.CharField(max_length=20)
    store_id = models.CharField(max_length=20)
    pricing = models.CharField(max_length=10)
    kind = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=155, blank=True)
    platforms = models.JSONField(default=list)
    total = models.PositiveBigIntegerField(default=0)
    assigned = models.PositiveBigIntegerField(default=0)
    available = models.PositiveBigIntegerField(default=0)
    device_assignable = models.BooleanField(default=True)
    revocable = models.BooleanField(default=True)
    latest_version = models.CharField(max_length=60, blank=True)
    latest_external = models.BigIntegerField(null=True)
    described_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    short_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["title", "store_id", "pricing"]
        constraints = [
            models.UniqueConstraint(
                fields=["driver", "store_id", "pricing"], name="mdm_licence_pool_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Product {self.store_id}"

    @property
    def unlimited(self) -> bool:
        return self.total >= UNLIMITED


class LicenceEvent(Row):
    """Something the service does in its own time, by its name for it."""

    driver = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=14)
    state = models.CharField(max_length=10, default="pending")
    requested = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    polls = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", ended_at=None, due_at__isnull=False)
                | Q(state__in=["complete", "failed"], ended_at__isnull=False, due_at=None),
                name="mdm_licence_event_dated",
            ),
        ]


class LicenceUser(Row):
    """A person with licences of their own, for a personal device. Known by ``reference`` alone."""

    driver = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=64)
    account = models.CharField(max_length=254, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(item.value, item.value.capitalize()) for item in LicenceUserState],
        default=LicenceUserState.WANTED,
    )
    known = models.BooleanField("the service knows the reference", default=False)
    event = models.ForeignKey(LicenceEvent, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["reference"]
        constraints = [
            models.UniqueConstraint(fields=["driver", "person"], name="mdm_licence_user_once"),
            models.UniqueConstraint(
                fields=["driver", "reference"], name="mdm_licence_user_referred_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[item.value for item in LicenceUserState]),
                name="mdm_licence_user_state_known",
            ),
        ]


class Licence(Row):
    """One licence of one device (by its serial number) or of one person.

    ``ours``: the house asked for it, and gives it back; others are only counted.
    """

    pool = models.ForeignKey(LicencePool, on_delete=models.PROTECT, related_name="licences")
    serial = models.CharField(max_length=40, blank=True)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="licences")
    user = models.ForeignKey(
        LicenceUser, null=True, on_delete=models.PROTECT, related_name="licences"
    )
    ours = models.BooleanField(default=True)
    state = models.CharField(
        max_length=12,
        choices=[(item.value, item.value.replace("_", " ").capitalize()) for item in LicenceState],
        default=LicenceState.WANTED,
    )
    event = models.ForeignKey(
        LicenceEvent, null=True, on_delete=models.PROTECT, related_name="licences"
    )
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pool", "changed_at"]
        indexes = [
            models.Index(
                fields=["due_at"], name="mdm_licence_due", condition=Q(due_at__isnull=False)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "serial"],
                condition=~Q(serial=""),
                name="mdm_licence_once_a_device",
            ),
            models.UniqueConstraint(
                fields=["pool", "user"],
                condition=Q(user__isnull=False),
                name="mdm_licence_once_a_user",
            ),
            models.CheckConstraint(
                condition=Q(serial="", user__isnull=False) | ~Q(serial="") & Q(user=None),
                name="mdm_licence_of_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[item.value for item in LicenceState]),
                name="mdm_licence_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool}: {self.serial or self.user_id} ({self.state})"


class ServiceNotice(Row):
    """A notification of a service that was taken; a second one with its name changes nothing."""

    driver = models.CharField(max_length=20)
    notice_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["driver", "notice_id"], name="mdm_notice_taken_once")
        ]
