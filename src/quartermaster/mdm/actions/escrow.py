"""Keeping secrets of devices, and showing one to somebody with a reason."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, EscrowedSecret, Reveal, SecretKind

SHORTEST_REASON = 8
LONGEST_REASON = 500
# Not even an administrator has a use for these: devices and commands alone get them.
FOR_MACHINES = frozenset({SecretKind.BOOTSTRAP_TOKEN})
# What was seen by a person is replaced by what nobody has seen.
ROTATED = frozenset({SecretKind.RECOVERY_LOCK, SecretKind.DISK_KEY})


def place(secret_id: UUID) -> str:
    """Where a kept secret belongs, for the vault."""
    return f"mdm.secret/{secret_id}"


def keep_secret(
    *,
    device_id: UUID,
    kind: str,
    value: bytes,
    actor: Actor,
    at: datetime,
    command: Command | None = None,
) -> EscrowedSecret:
    """Keep a secret of a device, sealed; the earlier one of its kind stays (G-10).

    A secret that goes out with a command becomes the current one when that is acknowledged. The
    caller is the device itself, or an action that asked for its own permit.
    """
    with act(actor, at) as doing:
        current = EscrowedSecret.objects.select_for_update().filter(
            device_id=device_id, kind=kind, replaced_at=None, confirmed_at__isnull=False
        )
        for earlier in current:
            if vault.unseal(bytes(earlier.sealed), place=place(earlier.id)) == value:
                return earlier
        if command is None:
            current.update(replaced_at=at)
        key = new_id()
        secret = EscrowedSecret.objects.create(
            id=key,
            device_id=device_id,
            kind=kind,
            sealed=vault.seal(value, place=place(key)),
            kept_at=at,
            command=command,
            confirmed_at=None if command else at,
        )
        doing.record("mdm.secret.kept", secret, kind=kind, device=secret.device.asset_tag)
    return secret


def settle_secrets(command: Command, *, confirmed: bool, at: datetime) -> None:
    """A command that carried a secret was answered: the secret holds now, or never will."""
    for secret in EscrowedSecret.objects.filter(
        command=command, confirmed_at=None, replaced_at=None
    ).select_for_update():
        if confirmed:
            EscrowedSecret.objects.filter(
                device_id=secret.device_id,
                kind=secret.kind,
                replaced_at=None,
                confirmed_at__isnull=False,
            ).update(replaced_at=at)
            EscrowedSecret.objects.filter(id=secret.id).update(confirmed_at=at)
        else:
            EscrowedSecret.objects.filter(id=secret.id).update(replaced_at=at)


def current_secret(device_id: UUID, kind: str) -> bytes | None:
    """The secret that a device itself may have back, or that a command needs."""
    found = EscrowedSecret.objects.filter(
        device_id=device_id, kind=kind, replaced_at=None, confirmed_at__isnull=False
    ).first()
    return vault.unseal(bytes(found.sealed), place=place(found.id)) if found else None


def reveal_secret(*, secret: EscrowedSecret, reason: str, actor: Actor, at: datetime) -> str:
    """Show a secret to a person, who says why; the ledger keeps who, when and why (G-10).

    What can be replaced is, some hours later.

    Raises:
        InvalidInput: no reason, or too short a one to tell anything.
        NotPossible: a secret that only machines have a use for.
    """
    device = secret.device
    require(
        actor,
        permits.SECRET_REVEAL,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    why = reason.strip()
    if len(why) < SHORTEST_REASON:
        raise InvalidInput(
            "Say in a few words why the secret is needed; the reason is kept.", field="reason"
        )
    if secret.kind in FOR_MACHINES:
        raise NotPossible("Only the device itself gets this; there is nothing to do with it.")
    with act(actor, at) as doing:
        value = vault.unseal(bytes(secret.sealed), place=place(secret.id))
        Reveal.objects.create(
            secret=secret,
            revealed_at=at,
            revealed_by=actor.label,
            reason=why[:LONGEST_REASON],
        )
        if secret.kind in ROTATED and secret.replaced_at is None:
            rotate_at = at + timedelta(hours=settings.SECRET_ROTATE_HOURS)
            EscrowedSecret.objects.filter(id=secret.id).update(rotate_at=rotate_at)
        doing.record(
            "mdm.secret.revealed",
            secret,
            kind=secret.kind,
            device=device.asset_tag,
            reason=why[:LONGEST_REASON],
        )
    return value.decode("utf-8", "backslashreplace")
