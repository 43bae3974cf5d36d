"""Leave to enrol by account: what a person who signed in gives to the device in their hand."""

from django.db import models
from django.db.models import F, Q

from quartermaster.inventory.models import Device, Platform
from quartermaster.kernel.models import Row
from quartermaster.mdm import ways
from quartermaster.mdm.models.enrolment import Invitation
from quartermaster.org.models import Person


class AccountGrant(Row):
    """One person's leave for one device. The token is kept as a hash, and bound at its first use.

    ``device`` is empty until a device that nobody knew is entered; ``invitation`` is what the
    token was turned into. The device brings the token with every later message, too.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", null=True)
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="grant", null=True
    )
    way = models.CharField(max_length=24, choices=ways.CHOICES)
    platform = models.CharField(max_length=10, choices=Platform.choices)
    token_hash = models.BinaryField(max_length=32, unique=True)
    consented_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField("to be used before")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(way__in=sorted(ways.ACCOUNT_WAYS)), name="mdm_grant_way_known"
            ),
            models.CheckConstraint(
                condition=~Q(way=ways.Way.ACCOUNT_DRIVEN_USER.value)
                | Q(consented_at__isnull=False),
                name="mdm_grant_as_a_user_consented",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="mdm_grant_expires_later"
            ),
        ]
