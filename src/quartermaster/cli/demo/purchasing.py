"""Whom the demo city buys from: contracts, plans, prices, and the lines that were there before."""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.billing.actions import contracts, services
from quartermaster.billing.actions.contracts import ContractDetails
from quartermaster.billing.models import Contract
from quartermaster.billing.rules.orders import LineKind
from quartermaster.cli.demo.fleet import CARRIERS, MODELS
from quartermaster.cli.demo.orders import VENDOR, order
from quartermaster.inventory.models import AccessoryKind, DeviceModel
from quartermaster.kernel.permits import system

HOUSE = system("the demo")
PLANS: tuple[tuple[str, int, int | None, int | None], ...] = (
    # name, cents a month, megabytes, minutes (no figure: unlimited)
    ("Government Unlimited", 3999, None, None),
    ("Data 50 GB", 2999, 51_200, 0),
    ("Basic", 1899, 2048, 300),
)
PRICES = (72_900, 42_900, 34_900, 99_900, 51_900, 21_900)
KITS = (
    (AccessoryKind.HANDS_FREE, "Bluetooth hands-free kit", 8_900),
    (AccessoryKind.MOUNT, "Vehicle mount", 3_450),
    (AccessoryKind.CASE, "Rugged case", 4_995),
)


def contract(at: datetime) -> None:
    """A contract with each carrier, one for equipment, every line on the list, and three orders."""
    start = date(localdate(at).year - 1, 1, 1)
    for number, carrier in enumerate(CARRIERS, 1):
        made = _contract(f"MC-{start.year}-{number:02}", carrier, start, carrier=True, at=at)
        for name, cents, megabytes, minutes in PLANS:
            contracts.add_plan(
                contract_id=made.id,
                name=name,
                monthly_cents=cents + 100 * number,
                allowance_mb=megabytes,
                allowance_minutes=minutes,
                actor=HOUSE,
                at=at,
            )
        services.enter_services(
            contract_id=made.id,
            reason="On the carrier's invoices before orders were kept here.",
            actor=HOUSE,
            at=at,
        )
    _catalogue(_contract(f"MC-{start.year}-10", VENDOR, start, carrier=False, at=at), at)
    order(at)


def _contract(number: str, vendor: str, start: date, *, carrier: bool, at: datetime) -> Contract:
    details = ContractDetails(
        number=number,
        vendor=vendor,
        starts_on=start,
        ends_on=start + timedelta(days=365 * 4),
        carrier=carrier,
        account="MC-2026-01" if carrier else "88213",
        email=f"government@{vendor.split(maxsplit=1)[0].lower().replace('-', '')}.example",
    )
    return contracts.add_contract(details=details, actor=HOUSE, at=at)


def _catalogue(vendor: Contract, at: datetime) -> None:
    for (manufacturer, name, *_), price in zip(MODELS, PRICES, strict=True):
        model = DeviceModel.objects.get(manufacturer=manufacturer, name=name)
        contracts.add_item(
            contract_id=vendor.id,
            kind=LineKind.DEVICE,
            name="",
            price_cents=price,
            model_id=model.id,
            actor=HOUSE,
            at=at,
        )
    for kind, name, price in KITS:
        contracts.add_item(
            contract_id=vendor.id,
            kind=LineKind.ACCESSORY,
            name=name,
            price_cents=price,
            accessory_kind=kind.value,
            actor=HOUSE,
            at=at,
        )
