"""How a device comes under management: authority, invitation, enrolment, certificate."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.mdm import ways
from quartermaster.mdm.states import EnrolmentState, InvitationState, RenewalState
from quartermaster.mdm.ways import Way
from quartermaster.org.models import Person


def _choices(states: type[InvitationState] | type[EnrolmentState]) -> list[tuple[str, str]]:
    return [(state.value, state.value.capitalize()) for state in states]


class Authority(Row):
    """The installation's own certificate authority. Its private key is sealed."""

    certificate = models.BinaryField()
    sealed_key = models.BinaryField()
    created_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "authorities"
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="mdm_one_active_authority"
            )
        ]


class Invitation(Row):
    """Leave for one device to enrol once. Token and challenge are kept as hashes alone."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    challenge_hash = models.BinaryField(max_length=32, unique=True, null=True)
    way = models.CharField(
        "how it leads in",
        max_length=24,
        choices=ways.CHOICES,
        default=Way.PROFILE.value,
        db_default=Way.PROFILE.value,
    )
    state = models.CharField(
        max_length=12, choices=_choices(InvitationState), default=InvitationState.OPEN
    )
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    terms = models.JSONField("what a renewed profile must repeat", null=True)
    expected_id = models.CharField(
        "the device's own name, where it has proven it", max_length=128, blank=True, db_default=""
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state__in=["open", "fetched"]),
                name="mdm_one_live_invitation_a_device",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in InvitationState]),
                name="mdm_invitation_state_known",
            ),
            models.CheckConstraint(
                condition=Q(way__in=ways.VALUES) & ~Q(way=Way.IMPORTED.value),
                name="mdm_invitation_way_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="mdm_invitation_expires_later",
            ),
        ]


class Enrolment(Row):
    """A device under management, from its certificate to its check-out. History stays."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="+", null=True
    )
    way = models.CharField(
        "how it came",
        max_length=24,
        choices=ways.CHOICES,
        default=Way.PROFILE.value,
        db_default=Way.PROFILE.value,
    )
    driver = models.CharField(max_length=20)
    external_id = models.CharField("the device's own name", max_length=128, blank=True)
    state = models.CharField(
        max_length=10, choices=_choices(EnrolmentState), default=EnrolmentState.PENDING
    )
    topic = models.CharField(max_length=200, blank=True)
    former_terms = models.JSONField("under what it enrolled elsewhere", null=True)
    sealed_push_token = models.BinaryField(null=True)
    sealed_push_magic = models.BinaryField(null=True)
    token_at = models.DateTimeField("when the push token came", null=True)
    sealed_unlock_token = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    enrolled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=100, blank=True)
    last_seen_at = models.DateTimeField(null=True)
    attest_due_at = models.DateTimeField("asked for a proof next", null=True)
    awaits_since = models.DateTimeField("waits to be set up", null=True)
    set_up_at = models.DateTimeField("its set-up was queued", null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_at"], name="mdm_enrolment_newest"),
            models.Index(
                fields=["awaits_since"],
                name="mdm_enrolment_waits",
                condition=Q(awaits_since__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(state="enrolled"), name="mdm_device_enrolled_once"
            ),
            models.UniqueConstraint(
                fields=["driver", "external_id"],
                condition=Q(state="enrolled"),
                name="mdm_hardware_enrolled_once",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", ended_at=None)
                | Q(state="enrolled", enrolled_at__isnull=False, ended_at=None) & ~Q(external_id="")
                | Q(state="ended", ended_at__isnull=False),
                name="mdm_enrolment_state_dated",
            ),
            models.CheckConstraint(
                condition=Q(way__in=ways.VALUES), name="mdm_enrolment_way_known"
            ),
            models.CheckConstraint(
                condition=Q(invitation__isnull=False) | Q(way=Way.IMPORTED.value),
                name="mdm_enrolment_invited_or_imported",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} ({self.state})"


class Certificate(Row):
    """An identity issued to an enrolment; requests are pinned to its fingerprint.

    ``renew_at`` is when the device is asked (again) to renew it; empty once that is settled.
    ``attested``: the maker of the device vouched that the key cannot leave the device.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="certificates")
    fingerprint = models.BinaryField(max_length=32, unique=True)
    serial = models.CharField(max_length=50)
    means = models.CharField("how it was asked for", max_length=20, blank=True, db_default="")
    attested = models.BooleanField(default=False, db_default=False)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    first_used_at = models.DateTimeField(null=True)
    renew_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(
                fields=["renew_at"],
                name="mdm_certificate_renewable",
                condition=Q(renew_at__isnull=False, revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"certificate {self.serial} of {self.enrolment.device}"

    @property
    def live(self) -> bool:
        return self.revoked_at is None


class Renewal(Row):
    """Leave for one enrolment to get one new certificate. The challenge is kept as a hash."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="renewals")
    challenge_hash = models.BinaryField(max_length=32, unique=True)
    means = models.CharField("how it may be used", max_length=20, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value.capitalize()) for state in RenewalState],
        default=RenewalState.OPEN,
    )
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state="open"),
                name="mdm_one_open_renewal_an_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RenewalState]),
                name="mdm_renewal_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="used") | Q(used_at__isnull=False),
                name="mdm_renewal_use_dated",
            ),
        ]
