"""Secrets that open a device, kept sealed."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row


class SecretKind(models.TextChoices):
    """What can be kept for a device."""

    BOOTSTRAP_TOKEN = "bootstrap-token", "Bootstrap token"
    UNLOCK_PIN = "unlock-pin", "PIN of a locked Mac"
    RECOVERY_LOCK = "recovery-lock", "Password of the recovery system"
    BYPASS_CODE = "bypass-code", "Code that lifts the activation lock"
    ADMINISTRATOR = "administrator", "Password of the local administrator"


class EscrowedSecret(Row):
    """One secret of one device. The newest of a kind is the current one; earlier ones stay."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="secrets")
    kind = models.CharField(max_length=20, choices=SecretKind)
    sealed = models.BinaryField()
    kept_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["device", "kind", "-kept_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind"],
                condition=Q(replaced_at=None),
                name="mdm_one_current_secret_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SecretKind.values), name="mdm_secret_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.device}"
