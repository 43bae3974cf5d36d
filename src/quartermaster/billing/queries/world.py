"""Everything that an invoice is held against, read for the rules."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from quartermaster.billing.models import (
    CostAccount,
    Invoice,
    InvoiceCharge,
    OrderLine,
    PersonalNumber,
    Plan,
)
from quartermaster.billing.queries.known import known_lines
from quartermaster.billing.queries.reading import earlier
from quartermaster.billing.queries.services import rates_of
from quartermaster.billing.rules.invoices import Charge, ChargeKind, InvoiceRead
from quartermaster.billing.rules.matching.known import (
    Elsewhere,
    Personal,
    PlanOffer,
    Returned,
    Thresholds,
    Waiting,
    World,
)
from quartermaster.billing.rules.orders import OPEN_STATES, rate_on
from quartermaster.inventory.models import (
    Custodian,
    CustodyPeriod,
    Device,
    DeviceStatus,
    Ownership,
)
from quartermaster.policy.rules.versions import city_date

_GONE = (DeviceStatus.IN_STOCK, DeviceStatus.RETIRED)
_ABOUT_A_CYCLE = timedelta(days=31)


def world_of(invoice: Invoice, read: InvoiceRead) -> World:
    """What an invoice is held against, as it is known now."""
    numbers = [line.number for line in read.lines]
    known, by_iccid = known_lines(invoice.carrier, numbers, (line.iccid for line in read.lines))
    return World(
        known=known,
        by_iccid=by_iccid,
        personal=_personal(numbers),
        waiting=_waiting(invoice),
        offers=_offers(invoice),
        returned=_returned(line.imei for line in read.lines if line.imei),
        elsewhere=_elsewhere(invoice, numbers),
        earlier=tuple(earlier(invoice)),
        cost_centres=cost_centres(),
        owners=_owners(),
        thresholds=Thresholds(
            minor_cents=settings.BILL_MINOR_CENTS,
            extras_cents=settings.BILL_EXTRAS_CENTS,
            saving_cents=settings.BILL_SAVING_CENTS,
            unused_cycles=settings.BILL_UNUSED_CYCLES,
            months_compared=settings.BILL_MONTHS_COMPARED,
        ),
    )


def cost_centres() -> dict[str, UUID]:
    """The department of each cost centre that invoices name."""
    rows = CostAccount.objects.exclude(cost_centre="")
    return {row.cost_centre.casefold(): row.department_id for row in rows}


def _personal(numbers: list[str]) -> dict[str, Personal]:
    rows = PersonalNumber.objects.filter(number__in=numbers, ended_at=None)
    return {
        row.number: Personal(str(row.person or "somebody"), row.person_id, row.how)
        for row in rows.select_related("person")
    }


def _waiting(invoice: Invoice) -> tuple[Waiting, ...]:
    """Lines that were sent for at this carrier and have not come."""
    rows = (
        OrderLine.objects.select_related("order", "plan")
        .filter(plan__isnull=False, live=True, order__state__in=sorted(OPEN_STATES))
        .filter(order__contract__vendor__iexact=invoice.carrier)
        .prefetch_related("pieces")
        .order_by("order__number", "place")
    )
    found = []
    for row in rows:
        assert row.plan is not None  # the filter asked
        assert row.order.sent_at is not None  # a constraint says so
        left = row.quantity - sum(1 for piece in row.pieces.all() if piece.state == "kept")
        if left > 0:
            sent = city_date(row.order.sent_at, settings.TIME_ZONE)
            found.append(Waiting(row.plan.name, row.account, left, row.order.number, sent))
    return tuple(found)


def _offers(invoice: Invoice) -> tuple[PlanOffer, ...]:
    """The plans that can be had for the account, at the rate in force at the cycle's end."""
    plans = list(
        Plan.objects.filter(
            Q(contract__account="") | Q(contract__account=invoice.account),
            Q(contract__ends_on=None) | Q(contract__ends_on__gte=invoice.cycle_until),
            contract__vendor__iexact=invoice.carrier,
            sold=True,
        ).order_by("name", "id")
    )
    rates = rates_of({plan.id for plan in plans})
    return tuple(
        PlanOffer(plan.name, cents, plan.allowance_mb, plan.allowance_minutes, pooled=plan.pooled)
        for plan in plans
        if (cents := rate_on(rates[plan.id], invoice.cycle_until)) is not None
    )


def _returned(imeis: Iterable[str]) -> dict[str, Returned]:
    """The City's devices that their last holder gave back, by IMEI; none that is with somebody."""
    wanted = [imei[:15] for imei in imeis]
    devices = Device.objects.filter(
        Q(imei__in=wanted) | Q(imei2__in=wanted), status__in=_GONE, ownership=Ownership.CITY
    )
    found = {}
    for device in devices:
        last = (
            CustodyPeriod.objects.filter(device=device, custodian=Custodian.PERSON)
            .order_by("-position")
            .first()
        )
        if last is None or last.until is None:
            continue
        returned = Returned(device.asset_tag, city_date(last.until, settings.TIME_ZONE), device.id)
        for imei in filter(None, (device.imei, device.imei2)):
            found[imei] = returned
    return found


def _elsewhere(invoice: Invoice, numbers: list[str]) -> dict[str, tuple[Elsewhere, ...]]:
    """Dated charges of the same numbers on invoices in force that come before this one."""
    rows = InvoiceCharge.objects.select_related("line", "invoice").filter(
        kind__in=[
            kind.value
            for kind in (
                ChargeKind.PLAN,
                ChargeKind.EQUIPMENT,
                ChargeKind.SURCHARGE,
                ChargeKind.OTHER,
            )
        ],
        line__number__in=numbers,
        from_on__isnull=False,
        until_on__gte=invoice.cycle_from - _ABOUT_A_CYCLE,
        from_on__lte=invoice.cycle_until + _ABOUT_A_CYCLE,
        invoice__superseded_at=None,
        invoice__sealed=True,
        invoice__carrier__iexact=invoice.carrier,
    )
    place = _place(invoice)
    found: dict[str, tuple[Elsewhere, ...]] = defaultdict(tuple)
    for row in rows.exclude(invoice=invoice).order_by("invoice_id", "place"):
        assert row.line is not None  # the filter asked for it
        if _place(row.invoice) < place:
            charge = Charge(
                ChargeKind(row.kind), row.description, row.cents, row.from_on, row.until_on
            )
            other = Elsewhere(f"invoice {row.invoice.number} ({row.invoice.account})", charge)
            found[row.line.number] = (*found[row.line.number], other)
    return found


def _place(invoice: Invoice) -> tuple[object, ...]:
    return (invoice.cycle_from, invoice.cycle_until, invoice.account)


def _owners() -> frozenset[str]:
    """Names of people who have a device of their own in City work (G-2)."""
    rows = Device.objects.filter(ownership=Ownership.PERSONAL, holder__isnull=False).exclude(
        status=DeviceStatus.RETIRED
    )
    return frozenset(str(device.holder).casefold() for device in rows.select_related("holder"))
