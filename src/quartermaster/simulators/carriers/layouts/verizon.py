"""Verizon: tab between cells, dollars with their sign, times such as 10:15AM."""

from collections.abc import Callable

from quartermaster.simulators.carriers.layouts.base import (
    Columns,
    Layout,
    Row,
    american,
    dashed,
    dollars,
    party,
)

_CATEGORIES = {
    "plan": "Monthly charges",
    "surcharge": "Surcharges",
    "tax": "Taxes",
    "equipment": "Equipment charges",
    "credit": "Credits",
    "overage": "Overage charges",
    "roaming": "Roaming charges",
    "international": "International charges",
    "premium": "Third-Party Charges",
    "other": "Features",
}
_CYCLE: Columns = [
    ("Account Number", lambda r: r.bill.account),
    ("Bill Cycle Date", lambda r: american(r.bill.cycle_until)),
]
_INVOICE: Columns = [
    *_CYCLE,
    ("Invoice Number", lambda r: r.bill.invoice),
    ("Invoice Date", lambda r: american(r.bill.issued_on)),
]
_NUMBER: Columns = [("Wireless Number", lambda r: dashed(r.number))]
_WHEN: Columns = [
    ("Date", lambda r: american(r.event.at.date())),
    ("Time", lambda r: f"{r.event.at:%I:%M%p}"),
]
_RATE: Columns = [("Rate", lambda r: "Roam" if r.event.roaming else "Home")]


def _money(heading: str, *kinds: str) -> tuple[str, Callable[[Row], str]]:
    return heading, lambda r: dollars(r.line.of_kind(*kinds))


VERIZON = Layout(
    delimiter="\t",
    suffix="txt",
    columns={
        "account": [
            *_INVOICE,
            ("Date Due", lambda r: american(r.bill.due_on)),
            ("Previous Balance", lambda _: "$0.00"),
            (
                "Account Charges and Credits",
                lambda r: dollars(r.bill.account_cents("credit", "other")),
            ),
            ("Total Current Charges", lambda r: dollars(r.bill.stated_cents)),
        ],
        "lines": [
            *_INVOICE,
            *_NUMBER,
            ("User Name", lambda r: r.line.line.user.upper()),
            ("Cost Center", lambda r: r.line.line.cost_centre),
            ("Your Calling Plan", lambda r: r.line.line.plan.name),
            ("SIM", lambda r: r.line.line.iccid),
            ("Device ID", lambda r: r.line.line.imei),
            ("Voice Plan Usage", lambda r: str(r.line.use.minutes)),
            ("Messaging Usage", lambda r: str(r.line.use.messages)),
            ("Data Usage (KB)", lambda r: f"{r.line.use.megabytes * 1024:,}"),
            ("Voice Roaming Usage", lambda r: str(r.line.use.roaming_minutes)),
            ("Data Roaming Usage (KB)", lambda r: f"{r.line.use.roaming_megabytes * 1024:,}"),
            ("International Voice Usage", lambda r: str(r.line.use.international_minutes)),
            _money("Monthly Charges", "plan", "other"),
            _money("Usage and Purchase Charges", "usage", "overage", "roaming", "international"),
            _money("Equipment Charges", "equipment"),
            _money("Surcharges and Other Charges and Credits", "surcharge", "credit"),
            _money("Taxes, Governmental Surcharges and Fees", "tax"),
            _money("Third-Party Charges", "premium"),
            ("Total Charges", lambda r: dollars(r.line.stated_cents)),
        ],
        "charges": [
            *_INVOICE,
            *_NUMBER,
            ("Item Category", lambda r: _CATEGORIES[r.charge.kind]),
            ("Item Description", lambda r: r.charge.description),
            ("Begin Date", lambda r: american(r.charge.from_on)),
            ("End Date", lambda r: american(r.charge.until_on)),
            ("Cost", lambda r: dollars(r.charge.cents)),
        ],
        "voice": [
            *_CYCLE,
            *_NUMBER,
            *_WHEN,
            ("Number", lambda r: party(r.event.other)),
            ("Origination", lambda r: r.event.origin),
            ("Destination", lambda r: r.event.destination),
            ("Minutes", lambda r: str(r.event.minutes)),
            ("Usage Type", lambda r: "International" if r.event.international else "Peak"),
            *_RATE,
            ("Total Call Charge", lambda r: dollars(r.event.cents)),
        ],
        "message": [
            *_CYCLE,
            *_NUMBER,
            *_WHEN,
            ("To/From", lambda r: party(r.event.other)),
            ("Sent/Received", lambda r: "Received" if r.event.incoming else "Sent"),
            ("Message Type", lambda r: "Premium" if r.event.cents else "Text"),
            *_RATE,
            ("Charge", lambda r: dollars(r.event.cents)),
        ],
        "data": [
            *_CYCLE,
            *_NUMBER,
            *_WHEN,
            ("Kilobytes", lambda r: str(r.event.megabytes * 1024)),
            ("Data Type", lambda _: "Mobile data"),
            *_RATE,
            ("Charge", lambda r: dollars(r.event.cents)),
        ],
    },
)
