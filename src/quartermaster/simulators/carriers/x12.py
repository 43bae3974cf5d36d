"""ANSI X12 811, consolidated service invoice, version 004010, as carriers' billing systems send it.

The hierarchy is: the provider (1), the billing arrangement or account (2), a line (4) and its
charges. Amounts of ITA and TDS have two implied decimals; TXI has them written.
"""

from collections.abc import Iterator
from datetime import datetime

from quartermaster.simulators.carriers.bills import Bill, BillLine, SimCharge

_NAMES = {
    "verizon": "VERIZON WIRELESS",
    "att": "AT&T MOBILITY",
    "t-mobile": "T-MOBILE USA",
    "uscellular": "US CELLULAR",
}
# special services codes are the industry's; what the bill says stands in the description
_CODES = {"plan": "MRC", "surcharge": "SUR", "equipment": "EQP", "credit": "CRD"}


def interchange(bill: Bill, *, made: datetime | None = None, control: int = 1) -> bytes:
    """One invoice as one interchange. Calls stand under their line; messages and data do not."""
    when = made or datetime(bill.issued_on.year, bill.issued_on.month, bill.issued_on.day)  # noqa: DTZ001
    inner = [*_heading(bill), *_details(bill), f"TDS*{bill.stated_cents}"]
    inner.append(f"CTT*{1 + len(bill.lines)}")
    total = len(inner) + 2
    sender = f"{_NAMES[bill.carrier][:15]:<15}"
    parties = f"ZZ*{sender}*ZZ*{'MODELCITY':<15}"
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*{parties}*{when:%y%m%d}*{when:%H%M}*U*00401*{control:09}*0*P*>",
        f"GS*CI*{bill.carrier.upper()[:15]}*MODELCITY*{when:%Y%m%d}*{when:%H%M}*{control}*X*004010",
        f"ST*811*{control:04}",
        *inner,
        f"SE*{total}*{control:04}",
        f"GE*1*{control}",
        f"IEA*1*{control:09}",
    ]
    return "".join(f"{segment}~\n" for segment in segments).encode("ascii", "replace")


def _heading(bill: Bill) -> Iterator[str]:
    yield f"BIG*{bill.issued_on:%Y%m%d}*{bill.invoice}"
    yield f"REF*12*{bill.account}"
    yield f"ITD******{bill.due_on:%Y%m%d}"
    yield f"DTM*186*{bill.cycle_from:%Y%m%d}"
    yield f"DTM*187*{bill.cycle_until:%Y%m%d}"
    yield f"N1*PE*{_NAMES[bill.carrier]}"
    yield "N1*PR*MODEL CITY"


def _details(bill: Bill) -> Iterator[str]:
    yield "HL*1**1*1"
    yield "HL*2*1*2*1"
    yield f"SI*TI*AN*{bill.account}"
    for charge in bill.account_charges:
        yield from _charge(charge)
    for place, line in enumerate(bill.lines, start=3):
        yield f"HL*{place}*2*4*0"
        yield from _line(line)


def _line(billed: BillLine) -> Iterator[str]:
    yield f"SI*TI*TN*{billed.line.number[2:]}"
    if billed.line.user:
        yield f"NM1*EX*1*{_plain(billed.line.user)}"
    yield f"REF*PL*{_plain(billed.line.plan.name)}"
    if billed.line.imei:
        yield f"REF*IM*{billed.line.imei}"
    yield f"QTY*99*{billed.use.minutes}*MJ"
    yield f"QTY*99*{billed.use.megabytes}*4L"
    yield f"AMT*1*{_decimal(billed.stated_cents)}"
    for charge in billed.charges:
        yield from _charge(charge)
    calls = (event for event in billed.events if event.family == "voice")
    for n, call in enumerate(calls, start=1):
        own, party = billed.line.number[2:], call.other.removeprefix("+1").lstrip("+")
        first, second = (party, own) if call.incoming else (own, party)
        yield (
            f"TCD*{n}*{call.at:%Y%m%d}*{call.at:%H%M}*TN*{first}**TN*{second}**"
            f"{call.minutes}**{_decimal(call.cents)}"
        )


def _charge(charge: SimCharge) -> Iterator[str]:
    if charge.kind == "tax":
        yield f"TXI*ST*{_decimal(charge.cents)}******{_plain(charge.description)}"
        return
    sign = "A" if charge.cents < 0 else "C"
    code = _CODES.get(charge.kind, "USG")
    said = f"{charge.kind.title()}: {_plain(charge.description)}"
    yield f"ITA*{sign}*TI*{code}*06***{abs(charge.cents)}******{said}"
    if charge.from_on and charge.until_on:
        yield f"DTM*150*{charge.from_on:%Y%m%d}"
        yield f"DTM*151*{charge.until_on:%Y%m%d}"


def _plain(text: str) -> str:
    return text.replace("*", " ").replace("~", " ").replace(">", " ")


def _decimal(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
