"""Cost accounts, sharing rules, and closing a month for the finance system (G-9)."""

from collections import defaultdict
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.billing.actions.common import bounded, one, today
from quartermaster.billing.actions.invoices.allocating import allocate_invoice
from quartermaster.billing.invoice_permits import ALLOCATION_MANAGE
from quartermaster.billing.models import (
    BillingPeriod,
    CostAccount,
    Invoice,
    Posting,
    Share,
    SharingRule,
)
from quartermaster.billing.queries.reading import in_force
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.billing.rules.matching.days import month_later
from quartermaster.jobs.acts import act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.org.models import Department

_TURN = 0x706F7374  # one period is closed after another
_HOUSE = system("billing")
_Key = tuple[UUID | None, str]


def set_cost_account(
    *, department_id: UUID, account: str, cost_centre: str = "", actor: Actor, at: datetime
) -> CostAccount:
    """Say to which account a department's charges go, or those of a cost centre (G-9)."""
    with act(actor, at) as doing:
        require(actor, ALLOCATION_MANAGE)
        department = one(Department.objects.all(), department_id, "department")
        centre = bounded(cost_centre, 60, "cost_centre")
        name = bounded(account, 60, "account")
        if not name:
            raise InvalidInput("Name the account.", field="account")
        known = {"cost_centre__iexact": centre} if centre else {"department": department}
        row = CostAccount.objects.filter(**known).filter(cost_centre__iexact=centre).first()
        if row is None:
            row = CostAccount(cost_centre=centre)
        row.department, row.account = department, name
        row.save()
        doing.record(
            "billing.account.set", row, department=department.code, centre=centre, account=name
        )
    return row


def set_sharing_rule(
    *,
    key: SharingKey,
    from_on: date,
    carrier: str = "",
    account: str = "",
    actor: Actor,
    at: datetime,
) -> SharingRule:
    """Say how what is of no line is shared out from a day on (G-9)."""
    with act(actor, at) as doing:
        require(actor, ALLOCATION_MANAGE)
        try:
            with transaction.atomic():
                row = SharingRule.objects.create(
                    carrier=bounded(carrier, 60, "carrier"),
                    account=bounded(account, 40, "account"),
                    key=key.value,
                    from_on=from_on,
                    entered_by=actor.label[:200],
                )
        except IntegrityError as problem:
            raise Conflict("There is a rule from this day on.", field="from_on") from problem
        doing.record(
            "billing.sharing.set", row, key=key.value, from_on=from_on.isoformat(), account=account
        )
    return row


def close_period(*, month: date, actor: Actor, at: datetime) -> BillingPeriod:
    """Close a month: what is shared out is posted, and what changes later comes as a difference.

    Every invoice whose cycle ended by the end of the month is shared out anew and posted as far as
    it was not posted before; a correction of an earlier month so stands in this one (G-9).
    """
    with act(actor, at) as doing:
        require(actor, ALLOCATION_MANAGE)
        take_turn(_TURN)
        if month.day != 1:
            raise InvalidInput("A period begins on the first of a month.", field="month")
        after = month_later(month)
        if today(at) < after:
            raise Conflict("The month is not over yet.")
        last = BillingPeriod.objects.order_by("-month").first()
        if last is not None and month <= last.month:
            raise Conflict(f"{last} is closed already; corrections come with the next month.")
        made = BillingPeriod.objects.create(
            month=month,
            closed_at=at,
            closed_by_id=actor.person_id,
            closed_label=actor.label[:200],
        )
        rows = _postings(made, after, at)
        Posting.objects.bulk_create(rows)
        doing.record(
            "billing.period.closed",
            made,
            month=month.isoformat(),
            postings=len(rows),
            cents=sum(row.cents for row in rows),
        )
    return made


def _postings(period: BillingPeriod, after: date, at: datetime) -> list[Posting]:
    posted = _posted()
    rows = []
    for invoice in in_force().filter(cycle_until__lt=after).order_by("cycle_until", "id"):
        allocate_invoice(invoice_id=invoice.id, actor=_HOUSE, at=at)
        wanted = _wanted(invoice)
        before = posted.get(_identity(invoice), {})
        for key in sorted({*wanted, *before}, key=lambda key: (str(key[0]), key[1])):
            cents = wanted.get(key, 0) - before.get(key, 0)
            if cents:
                department, account = key
                rows.append(
                    Posting(
                        period=period,
                        invoice=invoice,
                        department_id=department,
                        account=account,
                        cents=cents,
                        correction=bool(before),
                    )
                )
    return rows


def _identity(invoice: Invoice) -> tuple[object, ...]:
    return (
        invoice.carrier.casefold(),
        invoice.account,
        invoice.cycle_from,
        invoice.cycle_until,
    )


def _posted() -> dict[tuple[object, ...], dict[_Key, int]]:
    """What was posted of each invoice, those included whose place it took."""
    found: dict[tuple[object, ...], dict[_Key, int]] = defaultdict(lambda: defaultdict(int))
    for row in Posting.objects.select_related("invoice").iterator():
        found[_identity(row.invoice)][row.department_id, row.account] += row.cents
    return found


def _wanted(invoice: Invoice) -> dict[_Key, int]:
    found: dict[_Key, int] = defaultdict(int)
    shares = Share.objects.filter(allocation__invoice=invoice, allocation__superseded_at=None)
    for department, account, cents in shares.values_list("department_id", "account", "cents"):
        found[department, account] += cents
    return found
