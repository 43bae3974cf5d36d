"""Keeping secrets of devices, and showing one to somebody with a reason."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.models import EscrowedSecret

SHORTEST_REASON = 8


def place(secret_id: UUID) -> str:
    """Where a kept secret belongs, for the vault."""
    return f"mdm.secret/{secret_id}"


def keep_secret(
    *, device_id: UUID, kind: str, value: bytes, actor: Actor, at: datetime
) -> EscrowedSecret:
    """Keep a secret of a device, sealed; the earlier one of its kind stays (G-10).

    The caller is the device itself, or an action that asked for its own permit.
    """
    with act(actor, at) as doing:
        current = EscrowedSecret.objects.select_for_update().filter(
            device_id=device_id, kind=kind, replaced_at=None
        )
        for earlier in current:
            if vault.unseal(bytes(earlier.sealed), place=place(earlier.id)) == value:
                return earlier
        current.update(replaced_at=at)
        key = new_id()
        secret = EscrowedSecret.objects.create(
            id=key,
            device_id=device_id,
            kind=kind,
            sealed=vault.seal(value, place=place(key)),
            kept_at=at,
        )
        doing.record("mdm.secret.kept", secret, kind=kind, device=secret.device.asset_tag)
    return secret


def current_secret(device_id: UUID, kind: str) -> bytes | None:
    """The secret that a device itself may have back, or that a command needs."""
    found = EscrowedSecret.objects.filter(device_id=device_id, kind=kind, replaced_at=None).first()
    return vault.unseal(bytes(found.sealed), place=place(found.id)) if found else None


def reveal_secret(*, secret: EscrowedSecret, reason: str, actor: Actor, at: datetime) -> str:
    """Show a secret to a person, who says why; the ledger keeps who, when and why (G-10).

    Raises:
        InvalidInput: no reason, or too short a one to tell anything.
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
        raise InvalidInput("Say in a few words why the secret is needed; the reason is kept.")
    with act(actor, at) as doing:
        value = vault.unseal(bytes(secret.sealed), place=place(secret.id))
        doing.record(
            "mdm.secret.revealed",
            secret,
            kind=secret.kind,
            device=device.asset_tag,
            reason=why[:500],
        )
    return value.decode("utf-8", "backslashreplace")
