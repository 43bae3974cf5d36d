"""Samples of invoices: a line of Ana's that nobody ordered, and what becomes of it."""

from datetime import date

from quartermaster.billing.actions import invoices
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, finding, kept
from tests.web.samples import sample


def _invoice(cast, at, account):
    line = LineFactory(holder=cast.ana)
    return kept(at, bill(line.number, charge(6500)), account=account, number=f"S-{account}")


@sample("bills:invoice", "bills:approve")
def invoice(cast, at):
    return {"key": _invoice(cast, at, "1").pk}


@sample(
    "bills:finding",
    "bills:accept",
    "bills:explain",
    "bills:contest",
    "bills:take-back",
    "bills:is-personal",
)
def found(cast, at):
    return {"key": finding(_invoice(cast, at, "2"), "unordered").pk}


@sample(
    "bills:dispute",
    "bills:dispute-send",
    "bills:dispute-answer",
    "bills:dispute-credit",
    "bills:dispute-drop",
    "bills:dispute-letter",
)
def dispute(cast, at):
    ida = cast.acting(cast.ida)
    row = finding(_invoice(cast, at, "3"), "unordered")
    item = invoices.dispute(finding=row, reason="Nobody ordered it", actor=ida, at=at)
    sent = invoices.send_dispute(dispute=item.dispute, actor=ida, at=at)
    return {"key": sent.pk}


@sample("bills:personal-end")
def personal(cast, at):
    made = invoices.enter_personal_number(
        number="+14145550177",
        person_id=cast.ana.id,
        how="She said so",
        actor=cast.acting(cast.ida),
        at=at,
    )
    return {"key": made.pk}


@sample("bills:period")
def period(cast, at):
    _invoice(cast, at, "4")
    month = date(2026, 10, 1)
    return {"key": invoices.close_period(month=month, actor=cast.acting(cast.ida), at=at).pk}
