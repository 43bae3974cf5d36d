"""Orders for certificates by ACME (RFC 8555): accounts, orders, spent nonces."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.enrolment import Certificate, Invitation, Renewal
from quartermaster.mdm.states import OrderState, ProofState


def _choices(states: type[OrderState] | type[ProofState]) -> list[tuple[str, str]]:
    return [(state.value, state.value.capitalize()) for state in states]


class AcmeAccount(Row):
    """A key that orders certificates. It names nobody; what it may have is said by an order."""

    thumbprint = models.CharField(max_length=43, unique=True)
    key = models.JSONField("the public key (JWK)")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class CertificateOrder(Row):
    """One order, with its one authorisation and that one's one challenge.

    It rests on an invitation or on a renewal. ``token`` is what the challenge asks to be attested;
    ``proven_key`` the key that was, which is the only one that is certified.
    """

    account = models.ForeignKey(AcmeAccount, on_delete=models.CASCADE, related_name="orders")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, related_name="+"
    )
    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, null=True, related_name="+")
    sealed_identifier = models.BinaryField()
    token = models.CharField(max_length=43)
    state = models.CharField(
        max_length=10, choices=_choices(OrderState), default=OrderState.PENDING
    )
    proof = models.CharField(
        max_length=10, choices=_choices(ProofState), default=ProofState.PENDING
    )
    proven_key = models.BinaryField(null=True)
    evidence = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    chain = models.BinaryField("the certificate and its issuer (PEM)", null=True)
    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, null=True, related_name="order"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], name="mdm_order_expiry")]
        constraints = [
            models.CheckConstraint(
                condition=Q(invitation=None, renewal__isnull=False)
                | Q(invitation__isnull=False, renewal=None),
                name="mdm_order_rests_on_one_leave",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", proof="pending", proven_key=None)
                | Q(state__in=["ready", "valid"], proof="valid", proven_key__isnull=False)
                | Q(state="invalid"),
                name="mdm_order_proof_before_ready",
            ),
            models.CheckConstraint(
                condition=Q(state="valid", certificate__isnull=False, chain__isnull=False)
                | ~Q(state="valid") & Q(certificate=None, chain=None),
                name="mdm_order_valid_with_certificate",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OrderState]),
                name="mdm_order_state_known",
            ),
            models.CheckConstraint(
                condition=Q(proof__in=[state.value for state in ProofState]),
                name="mdm_order_proof_known",
            ),
        ]


class SpentNonce(models.Model):
    """A nonce that was used; kept until it would be too old anyway."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)
