"""Credentials for the makers' services: asked for, brought, replaced, retired, watched."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import Credential, CredentialKind
from quartermaster.mdm.credentials import able_driver, active_credential, open_secret, place
from quartermaster.mdm.errors import CredentialUnusable, IdentityChanges
from quartermaster.mdm.events import CredentialActivated
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.states import CREDENTIAL, CredentialStanding

LARGEST = 256 * 1024


def request_credential(*, driver: str, kind: str, actor: Actor, at: datetime) -> ServiceCredential:
    """Make a key and the request that a service wants; an earlier request is dropped (G-10)."""
    require(actor, permits.CREDENTIAL_MANAGE)
    able, known = able_driver(driver, kind)
    if not known.request_name:
        raise CredentialUnusable(f"{known.title}: the service asks for no request; bring the file.")
    made = able.request_credential(kind, at)
    key = new_id()
    with act(actor, at) as doing:
        for old in ServiceCredential.objects.select_for_update().filter(
            driver=driver, kind=kind, standing=CredentialStanding.REQUESTED
        ):
            _end(old, "retire", doing)
        credential = ServiceCredential.objects.create(
            id=key,
            driver=driver,
            kind=kind,
            label=known.title,
            request=made.request,
            sealed_secret=vault.seal(made.secret, place=place(key)),
            created_at=at,
            created_by=actor.label,
        )
        doing.record("mdm.credential.requested", credential, driver=driver, kind=kind)
    return credential


def complete_credential(
    *,
    credential: ServiceCredential,
    content: bytes,
    confirmed: bool = False,
    actor: Actor,
    at: datetime,
) -> ServiceCredential:
    """Take what the service gave for a request, and use it from now on (G-10).

    Raises:
        CredentialUnusable: not what this service gives, or not for this request.
        IdentityChanges: of another identity than the one in use, and not ``confirmed``.
        Conflict: the request is not under way any more.
    """
    require(actor, permits.CREDENTIAL_MANAGE)
    _bound(content)
    able, known = able_driver(credential.driver, credential.kind)
    CREDENTIAL.target("activate", CredentialStanding(credential.standing))
    read = able.complete_credential(credential.kind, open_secret(credential), content, at)
    with act(actor, at) as doing:
        _make_room(credential.driver, known, read, doing, confirmed=confirmed)
        step = CREDENTIAL.transitions["activate"]
        rows = ServiceCredential.objects.filter(id=credential.id, standing__in=step.sources)
        if rows.update(**_active(credential.id, read, at)) != 1:
            raise Conflict("This request was completed or dropped at the same time.")
        credential.refresh_from_db()
        _announce(credential, "mdm.credential.activated", doing)
    return credential


def import_credential(
    *,
    driver: str,
    kind: str,
    content: bytes,
    password: str = "",
    confirmed: bool = False,
    actor: Actor,
    at: datetime,
) -> ServiceCredential:
    """Bring a credential that was made elsewhere, with its key, and use it (G-10).

    Raises:
        CredentialUnusable: no credential of this kind, or the password does not open it.
        IdentityChanges: of another identity than the one in use, and not ``confirmed``.
    """
    require(actor, permits.CREDENTIAL_MANAGE)
    _bound(content)
    able, known = able_driver(driver, kind)
    read = able.read_credential(kind, content, password, at)
    key = new_id()
    with act(actor, at) as doing:
        _make_room(driver, known, read, doing, confirmed=confirmed)
        try:
            with transaction.atomic():
                credential = ServiceCredential.objects.create(
                    id=key,
                    driver=driver,
                    kind=kind,
                    created_at=at,
                    created_by=actor.label,
                    **_active(key, read, at),
                )
        except IntegrityError as problem:
            raise Conflict("Another one was brought at the same time; look again.") from problem
        _announce(credential, "mdm.credential.imported", doing)
    return credential


def retire_credential(*, credential: ServiceCredential, actor: Actor, at: datetime) -> None:
    """Stop using a credential, or drop a request; its secret is destroyed (G-10)."""
    require(actor, permits.CREDENTIAL_MANAGE)
    with act(actor, at) as doing:
        _end(credential, "retire", doing)
        credential.refresh_from_db()


def keep_state(*, credential_id: UUID, state: dict[str, Any]) -> None:
    """Keep where a synchronisation stands. Called by a driver's own tasks."""
    ServiceCredential.objects.filter(id=credential_id).update(state=state)


def note_trouble(
    *, credential_id: UUID, trouble: str, failures: int, paused_until: datetime | None
) -> None:
    """Note that a service did not answer as it should, and until when it is left alone."""
    ServiceCredential.objects.filter(id=credential_id).update(
        trouble=trouble[:500], failures=min(failures, 1000), paused_until=paused_until
    )


def note_success(*, credential_id: UUID) -> None:
    """Note that a service answers again."""
    ServiceCredential.objects.filter(id=credential_id).exclude(trouble="", failures=0).update(
        trouble="", failures=0, paused_until=None
    )


def _bound(content: bytes) -> None:
    if len(content) > LARGEST:
        raise CredentialUnusable(
            f"The file has {len(content)} bytes; a credential has {LARGEST} at most.", field="file"
        )


def _make_room(
    driver: str, known: CredentialKind, read: Credential, doing: Act, *, confirmed: bool
) -> None:
    """End the credential in use, unless the new one has another identity that nobody meant."""
    present = active_credential(driver, known.name)
    if present is None:
        return
    changes = bool(present.identity) and present.identity != read.identity
    if changes and not confirmed:
        raise IdentityChanges(
            f"The one in use is {present.identity}, and this is {read.identity}. "
            f"{known.new_identity} Confirm it if that is meant.",
            field="confirmed",
        )
    _end(present, "replace", doing)


def _active(key: UUID, read: Credential, at: datetime) -> dict[str, object]:
    return {
        "standing": CredentialStanding.ACTIVE,
        "label": read.label[:200],
        "identity": read.identity[:300],
        "public": dict(read.public),
        "sealed_secret": vault.seal(read.secret, place=place(key)),
        "expires_at": read.expires_at,
        "activated_at": at,
    }


def _announce(credential: ServiceCredential, tag: str, doing: Act) -> None:
    expires_at = credential.expires_at
    doing.record(
        tag,
        credential,
        driver=credential.driver,
        kind=credential.kind,
        identity=credential.identity,
        expires_at=expires_at.isoformat() if expires_at else "",
    )
    doing.emit(
        CredentialActivated(
            credential_id=credential.id, driver=credential.driver, kind=credential.kind
        )
    )


def _end(credential: ServiceCredential, verb: str, doing: Act) -> None:
    step = CREDENTIAL.transitions[verb]
    rows = ServiceCredential.objects.filter(id=credential.id, standing__in=step.sources)
    if rows.update(standing=step.target, sealed_secret=None, replaced_at=doing.at) != 1:
        credential.refresh_from_db()
        CREDENTIAL.target(verb, CredentialStanding(credential.standing))
        raise Conflict("The credential changed at the same time; try again.")
    doing.record(
        f"mdm.credential.{step.target.value}",
        credential,
        driver=credential.driver,
        kind=credential.kind,
        identity=credential.identity,
    )
