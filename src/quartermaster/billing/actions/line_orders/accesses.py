"""How carriers are reached: entered once, its secrets sealed and never shown again."""

import json
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from quartermaster.billing.actions.common import bounded, one
from quartermaster.billing.line_order_permits import CARRIER_MANAGE
from quartermaster.billing.models import CarrierAccess
from quartermaster.inventory import carriers
from quartermaster.inventory.carriers import Access, Adapter, Session
from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require

LONGEST_VALUE = 500
LONGEST_ADDRESS = 200
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class AccessDetails:
    """What is entered for an access; a secret that is left empty stays as it was."""

    carrier: str
    adapter: str
    account: str = ""
    address: str = ""
    contact: str = ""
    restores_after_days: int | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def set_access(
    *, details: AccessDetails, access_id: UUID | None = None, actor: Actor, at: datetime
) -> CarrierAccess:
    """Enter or change how a carrier is reached (G-9, G-12)."""
    with act(actor, at) as doing:
        require(actor, CARRIER_MANAGE)
        if not carriers.known(details.adapter):
            raise InvalidInput("There is no such way to reach a carrier.", field="adapter")
        adapter = carriers.adapter(details.adapter)
        rows = CarrierAccess.objects.select_for_update()
        access = one(rows, access_id, "access") if access_id else CarrierAccess()
        fresh = access_id is None
        access.carrier = bounded(details.carrier, 60, "carrier")
        if not access.carrier:
            raise InvalidInput("Say which carrier.", field="carrier")
        access.account = bounded(details.account, 40, "account")
        same = CarrierAccess.objects.filter(carrier__iexact=access.carrier, account=access.account)
        if same.exclude(id=access.id).exists():
            raise Conflict("There is an access for this carrier and account.", field="account")
        changed = access.adapter != details.adapter
        access.adapter = details.adapter
        access.address = _address(details.address or adapter.address, adapter)
        access.contact = bounded(details.contact, 254, "contact")
        access.restores_after_days = details.restores_after_days
        _keep(access, adapter, details.values, from_another=changed)
        access.trouble, access.trouble_at, access.paused_until = "", None, None
        access.locked = False
        if adapter.abilities.calls_back and access.callback_key is None:
            access.callback_key = vault.seal(
                random.token_urlsafe(32).encode(), place=_place(access, "callback")
            )
        access.save(force_insert=fresh)
        doing.record(
            "billing.carrier.set",
            access,
            carrier=access.carrier,
            account=access.account,
            adapter=access.adapter,
            address=access.address,
            entered=sorted(name for name, value in details.values.items() if value),
        )
    return access


def remove_access(*, access_id: UUID, actor: Actor, at: datetime) -> None:
    """Forget how a carrier is reached; its lines' orders are written by a person again (G-9)."""
    with act(actor, at) as doing:
        require(actor, CARRIER_MANAGE)
        access = one(CarrierAccess.objects.select_for_update(), access_id, "access")
        if access.orders.filter(state__in=["sent", "overdue"]).exclude(adapter="manual").exists():
            raise Conflict("Orders are with this carrier. Wait for its word, or hand them over.")
        doing.record("billing.carrier.removed", access, carrier=access.carrier)
        access.delete()


def _address(text: str, adapter: Adapter) -> str:
    address = text.strip().rstrip("/")
    if adapter.abilities.by_person:
        return ""
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if (
        len(address) > LONGEST_ADDRESS
        or not parts.hostname
        or not (parts.scheme == "https" or local)
    ):
        raise InvalidInput("Enter an address that begins with https://.", field="address")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InvalidInput("Enter the address without a name or a question.", field="address")
    return address


def _keep(
    access: CarrierAccess, adapter: Adapter, given: Mapping[str, str], *, from_another: bool
) -> None:
    """Put what is no secret on the row, and seal the rest; what is missing is asked for."""
    sealed = {} if from_another else secrets_of(access)
    plain: dict[str, str] = {}
    for item in adapter.fields:
        value = given.get(item.name, "").strip()
        if len(value) > LONGEST_VALUE or any(not sign.isprintable() for sign in value):
            raise InvalidInput(f"{item.title}: this cannot be taken.", field=item.name)
        if item.secret:
            sealed[item.name] = value or sealed.get(item.name, "")
        else:
            plain[item.name] = value
        if item.required and not (sealed if item.secret else plain)[item.name]:
            raise InvalidInput(f"{item.title} is needed.", field=item.name)
    access.values = plain
    text = json.dumps(sealed).encode()
    access.secrets = vault.seal(text, place=_place(access, "secrets")) if sealed else None


def secrets_of(access: CarrierAccess) -> dict[str, str]:
    """The sealed values; for the adapter alone."""
    if access.secrets is None:
        return {}
    opened_: dict[str, str] = json.loads(
        vault.unseal(bytes(access.secrets), place=_place(access, "secrets"))
    )
    return opened_


def callback_key_of(access: CarrierAccess) -> str:
    """The unguessable part of the address to which the carrier sends its words."""
    if access.callback_key is None:
        return ""
    return vault.unseal(bytes(access.callback_key), place=_place(access, "callback")).decode()


def access_value(access: CarrierAccess) -> Access:
    """The access as the adapter gets it."""
    return Access(access.id, access.address, {**access.values, **secrets_of(access)})


def opened(access: CarrierAccess, adapter: Adapter) -> Session:
    return adapter.open(access_value(access))


def _place(access: CarrierAccess, what: str) -> str:
    return f"billing.carrier-access/{access.id}/{what}"
