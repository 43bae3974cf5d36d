"""Reads of service credentials; the one place that opens their secrets."""

from uuid import UUID

from django.db.models import QuerySet

from quartermaster.kernel import vault
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import CredentialKind, HasCredentials
from quartermaster.mdm.driver import drivers
from quartermaster.mdm.errors import CredentialUnusable
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.states import CredentialStanding


def place(credential_id: UUID) -> str:
    """Where a credential's secret belongs, for the vault."""
    return f"mdm.credential/{credential_id}"


def credentials_visible_to(actor: Actor) -> QuerySet[ServiceCredential]:
    """The credentials that the actor may see: all of them, or none. Secrets stay sealed."""
    rows = ServiceCredential.objects.defer("sealed_secret")
    return rows if reach(actor, permits.CREDENTIAL_MANAGE).everything else rows.none()


def active_credential(driver: str, kind: str) -> ServiceCredential | None:
    """The credential in use for a service, or None where there is none."""
    return ServiceCredential.objects.filter(
        driver=driver, kind=kind, standing=CredentialStanding.ACTIVE
    ).first()


def requested_credential(driver: str, kind: str) -> ServiceCredential | None:
    """The request under way, or None where there is none."""
    return ServiceCredential.objects.filter(
        driver=driver, kind=kind, standing=CredentialStanding.REQUESTED
    ).first()


def open_secret(credential: ServiceCredential) -> bytes:
    """The secret in the clear, for a driver to use; never for a page, a log or the ledger.

    Raises:
        NotFound: the credential was replaced or retired, and its secret destroyed.
    """
    if credential.sealed_secret is None:
        raise NotFound("This credential is over; its secret was destroyed.")
    return vault.unseal(bytes(credential.sealed_secret), place=place(credential.id))


def able_driver(driver: str, kind: str) -> tuple[HasCredentials, CredentialKind]:
    """The driver that knows a kind of credential, and the kind; `CredentialUnusable` if none."""
    for candidate in drivers():
        if candidate.name == driver and isinstance(candidate, HasCredentials):
            for known in candidate.credential_kinds():
                if known.name == kind:
                    return candidate, known
    raise CredentialUnusable(f"There is no credential “{kind}” for {driver}.")
