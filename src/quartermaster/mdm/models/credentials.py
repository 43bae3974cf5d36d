"""What we prove ourselves with to the services of the platforms' makers."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.mdm.states import CredentialStanding

_LIVE = ["requested", "active"]


class ServiceCredential(Row):
    """One credential, from the request for it to its end. Earlier ones stay, without their secret.

    ``identity`` is what must not change when it is renewed; ``public`` holds what may be shown;
    ``state`` where a synchronisation stands. ``trouble`` and ``paused_until`` say how the service
    answered lately.
    """

    driver = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    label = models.CharField(max_length=200, blank=True)
    standing = models.CharField(
        max_length=10,
        choices=[(item.value, item.value.capitalize()) for item in CredentialStanding],
        default=CredentialStanding.REQUESTED,
    )
    identity = models.CharField(max_length=300, blank=True)
    public = models.JSONField(default=dict, blank=True)
    request = models.BinaryField("what is handed to the service", blank=True)
    sealed_secret = models.BinaryField(null=True)
    state = models.JSONField(default=dict, blank=True)
    trouble = models.CharField(max_length=500, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    activated_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["driver", "kind", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["driver", "kind"],
                condition=Q(standing="active"),
                name="mdm_one_active_credential_a_kind",
            ),
            models.UniqueConstraint(
                fields=["driver", "kind"],
                condition=Q(standing="requested"),
                name="mdm_one_credential_request_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=[item.value for item in CredentialStanding]),
                name="mdm_credential_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=_LIVE, sealed_secret__isnull=False, replaced_at=None)
                | ~Q(standing__in=_LIVE) & Q(sealed_secret=None, replaced_at__isnull=False),
                name="mdm_credential_secret_while_live",
            ),
            models.CheckConstraint(
                condition=~Q(standing="active") | Q(activated_at__isnull=False),
                name="mdm_credential_active_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.label or f"{self.driver} {self.kind} ({self.standing})"

    @property
    def active(self) -> bool:
        return self.standing == CredentialStanding.ACTIVE


class CredentialWarning(Row):
    """A step of the way to a credential's end that ITMD was told of: once a step."""

    credential = models.ForeignKey(
        ServiceCredential, on_delete=models.CASCADE, related_name="warnings"
    )
    days = models.PositiveSmallIntegerField("days before the end")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "days"], name="mdm_credential_warned_once_a_step"
            )
        ]
