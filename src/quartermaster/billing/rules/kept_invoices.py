"""An invoice as it may be kept: sound, one bill a number, and known again by its content."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from hashlib import sha256
from typing import Any

from quartermaster.billing.rules.invoices import Amounts, Charge, InvoiceRead, LineBill
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import LARGEST

MOST_LINES = 200_000
MOST_CHARGES = 2_000_000
LONGEST_CYCLE = 366  # days
MOST_USED = 2**53
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST = {"plan": 80, "user": 120, "cost_centre": 60, "iccid": 20, "imei": 16}


def sound(read: InvoiceRead) -> InvoiceRead:
    """The invoice in the one form in which it is kept, whatever order its rows came in.

    Raises:
        InvalidInput: it cannot be kept as it is, and why.
    """
    if len(read.lines) > MOST_LINES:
        raise InvalidInput(f"An invoice has at most {MOST_LINES:,} lines.", field="lines")
    if not read.cycle_from <= read.cycle_until:
        raise InvalidInput("The cycle ends before it begins.", field="cycle_until")
    if (read.cycle_until - read.cycle_from).days >= LONGEST_CYCLE:
        raise InvalidInput("A bill cycle is a year at most.", field="cycle_until")
    lines = tuple(_sound_bill(bill) for bill in _merged(read.lines))
    account_charges = _in_order(_sound_charge(charge) for charge in read.account_charges)
    if sum(len(bill.charges) for bill in lines) + len(account_charges) > MOST_CHARGES:
        raise InvalidInput(f"An invoice has at most {MOST_CHARGES:,} charges.", field="lines")
    kept = replace(
        read,
        carrier=_named(read.carrier, 60, "carrier"),
        account=_named(read.account, 40, "account"),
        number=_named(read.number, 60, "number"),
        lines=lines,
        account_charges=account_charges,
    )
    for total in (kept.stated_cents, kept.cents):
        _sound_cents(total)
    return kept


def digest_of(read: InvoiceRead) -> str:
    """What the content of a sound invoice is known by."""
    plain = json.dumps(asdict(read), default=_plain, ensure_ascii=False, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> str:
    assert isinstance(value, date)  # all else is JSON by itself
    return value.isoformat()


def _merged(bills: Iterable[LineBill]) -> list[LineBill]:
    """One bill a number, by number; what a carrier writes in several parts is one."""
    found: dict[str, LineBill] = {}
    for bill in bills:
        first = found.get(bill.number)
        found[bill.number] = bill if first is None else _together(first, bill)
    return [found[number] for number in sorted(found)]


def _together(first: LineBill, second: LineBill) -> LineBill:
    ours, theirs = asdict(first.used), asdict(second.used)
    words: dict[str, Any] = {
        name: getattr(first, name) or getattr(second, name) for name in _LONGEST
    }
    return replace(
        first,
        **words,
        used=Amounts(**{name: ours[name] + theirs[name] for name in ours}),
        charges=(*first.charges, *second.charges),
    )


def _sound_bill(bill: LineBill) -> LineBill:
    if not _NUMBER.fullmatch(bill.number):
        raise InvalidInput(f"“{bill.number[:40]}” is no phone number.", field="number")
    if any(not 0 <= amount <= MOST_USED for amount in asdict(bill.used).values()):
        raise InvalidInput(f"What {bill.number} used is no sound amount.", field="used")
    words: dict[str, Any] = {
        name: " ".join(getattr(bill, name).split())[:most] for name, most in _LONGEST.items()
    }
    charges = _in_order(_sound_charge(charge) for charge in bill.charges)
    _sound_cents(sum(charge.cents for charge in charges))
    return replace(bill, **words, charges=charges)


def _sound_charge(charge: Charge) -> Charge:
    _sound_cents(charge.cents)
    begins, ends = charge.from_on, charge.until_on
    if begins is None or ends is None:  # one end alone says a day
        begins = ends = begins or ends
    if begins is not None and ends is not None and ends < begins:
        raise InvalidInput("A charge is for a time that ends before it begins.", field="until_on")
    words = " ".join(charge.description.split())[:200]
    return replace(charge, description=words, from_on=begins, until_on=ends)


def _sound_cents(cents: int) -> None:
    if not -LARGEST <= cents <= LARGEST:
        raise InvalidInput("An amount is beyond reason.", field="cents")


def _in_order(charges: Iterable[Charge]) -> tuple[Charge, ...]:
    def place(charge: Charge) -> tuple[str, str, date, date, int]:
        span = (charge.from_on or date.min, charge.until_on or date.min)
        return (charge.kind.value, charge.description, *span, charge.cents)

    return tuple(sorted(charges, key=place))


def _named(text: str, longest: int, field: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise InvalidInput("An invoice names its carrier, account and number.", field=field)
    if len(plain) > longest:
        raise InvalidInput(f"At most {longest} characters.", field=field)
    return plain
