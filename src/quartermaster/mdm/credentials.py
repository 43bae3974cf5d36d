"""Reads of service credentials; the one place that opens their secrets."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.kernel import vault
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import CredentialKind, HasCredentials, credential_kinds
from quartermaster.mdm.driver import drivers
from quartermaster.mdm.errors import CredentialUnusable
from quartermaster.mdm.models import Enrolment, ServiceCredential
from quartermaster.mdm.states import CredentialStanding, EnrolmentState


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


@dataclass(frozen=True)
class Shelf:
    """One kind of credential: what is in use, and the request under way."""

    driver: str
    kind: CredentialKind
    active: ServiceCredential | None = None
    requested: ServiceCredential | None = None


def shelves_visible_to(actor: Actor) -> list[Shelf]:
    """Every kind that this installation can have, with what there is of it; for ITMD alone."""
    live = {
        (row.driver, row.kind, row.standing): row
        for row in credentials_visible_to(actor).filter(
            standing__in=[CredentialStanding.ACTIVE, CredentialStanding.REQUESTED]
        )
    }
    if reach(actor, permits.CREDENTIAL_MANAGE).nothing:
        return []
    return [
        Shelf(
            driver.name,
            kind,
            live.get((driver.name, kind.name, CredentialStanding.ACTIVE.value)),
            live.get((driver.name, kind.name, CredentialStanding.REQUESTED.value)),
        )
        for driver, kind in credential_kinds()
    ]


def shelf(actor: Actor, driver: str, kind: str) -> Shelf:
    """One kind with what there is of it.

    Raises:
        Refused: the actor may not see credentials.
        NotFound: no such kind.
    """
    require(actor, permits.CREDENTIAL_MANAGE)
    for found in shelves_visible_to(actor):
        if (found.driver, found.kind.name) == (driver, kind):
            return found
    raise NotFound("There is no such kind of credential here.")


def listening(driver: str, identity: str) -> QuerySet[Enrolment]:
    """The devices under management that are woken under this identity."""
    return Enrolment.objects.filter(driver=driver, state=EnrolmentState.ENROLLED, topic=identity)


def listening_elsewhere(driver: str, identity: str) -> QuerySet[Enrolment]:
    """The devices under management that this identity cannot wake: they must enrol again."""
    rows = Enrolment.objects.filter(driver=driver, state=EnrolmentState.ENROLLED)
    return rows.exclude(topic__in=["", identity])


def waking_kinds() -> Iterator[tuple[str, str]]:
    """The kinds of credential that wake devices, by driver."""
    for driver, kind in credential_kinds():
        if kind.wakes:
            yield driver.name, kind.name
