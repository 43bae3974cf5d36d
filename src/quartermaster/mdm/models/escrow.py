"""Secrets that open a device, kept sealed."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.mdm.models.commands import Command


class SecretKind(models.TextChoices):
    """What can be kept for a device."""

    BOOTSTRAP_TOKEN = "bootstrap-token", "Bootstrap token"
    UNLOCK_PIN = "unlock-pin", "PIN of a locked Mac"
    RECOVERY_LOCK = "recovery-lock", "Password of the recovery system"
    BYPASS_CODE = "bypass-code", "Code that lifts the activation lock"
    ADMINISTRATOR = "administrator", "Password of the local administrator"
    DISK_KEY = "disk-key", "Recovery key of the disk"


class EscrowedSecret(Row):
    """One secret of one device. The newest of a kind is the current one; earlier ones stay.

    A secret that goes out with a command is current only when the device has confirmed that
    command; until then both may be needed, as nobody knows which one holds. ``rotate_at``: it was
    shown to somebody and is to be replaced.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="secrets")
    kind = models.CharField(max_length=20, choices=SecretKind)
    sealed = models.BinaryField()
    kept_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    command = models.ForeignKey(
        Command, on_delete=models.PROTECT, null=True, related_name="secrets"
    )
    confirmed_at = models.DateTimeField(null=True)
    rotate_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["device", "kind", "-kept_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind"],
                condition=Q(replaced_at=None, confirmed_at__isnull=False),
                name="mdm_one_current_secret_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(command__isnull=False),
                name="mdm_secret_confirmed_or_sent",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SecretKind.values), name="mdm_secret_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.device}"

    @property
    def standing(self) -> str:
        """What is to be thought of it, in a word or two."""
        if self.replaced_at is not None:
            return "replaced"
        return "current" if self.confirmed_at is not None else "not confirmed"


class Reveal(Row):
    """That a secret was shown to somebody: the holder of the device sees it, too."""

    secret = models.ForeignKey(EscrowedSecret, on_delete=models.PROTECT, related_name="reveals")
    revealed_at = models.DateTimeField()
    revealed_by = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["-revealed_at"]


class SealingCertificate(Row):
    """To this certificate devices seal what they tell us in confidence. Its key is sealed."""

    certificate = models.BinaryField()
    sealed_key = models.BinaryField()
    created_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"],
                condition=Q(active=True),
                name="mdm_one_active_sealing_certificate",
            )
        ]
