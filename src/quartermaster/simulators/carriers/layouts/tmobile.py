"""T-Mobile: comma between cells, Windows-1252, the cycle in one cell, times of 24 hours."""

from quartermaster.simulators.carriers.layouts.base import (
    Columns,
    Layout,
    american,
    clock,
    decimal,
    gigabytes,
    party,
)

_TYPES = {
    "plan": "MRC",
    "surcharge": "Fees and surcharges",
    "tax": "Taxes",
    "equipment": "EIP",
    "credit": "Credits",
    "overage": "Overage",
    "roaming": "Roaming",
    "international": "International",
    "premium": "Third Party",
    "other": "Features",
}
_CYCLE: Columns = [
    ("Account", lambda r: r.bill.account),
    ("Bill Period", lambda r: f"{american(r.bill.cycle_from)} - {american(r.bill.cycle_until)}"),
]
_INVOICE: Columns = [
    *_CYCLE,
    ("Statement Number", lambda r: r.bill.invoice),
    ("Statement Date", lambda r: american(r.bill.issued_on)),
]
_NUMBER: Columns = [("Subscriber Number", lambda r: r.number)]
_WHEN: Columns = [
    ("Date", lambda r: american(r.event.at.date())),
    ("Time", lambda r: f"{r.event.at:%H:%M}"),
]

T_MOBILE = Layout(
    coding="windows-1252",
    columns={
        "account": [
            *_INVOICE,
            ("Due By", lambda r: american(r.bill.due_on)),
            ("Account Credits", lambda r: decimal(r.bill.account_cents("credit", "other"))),
            ("Current Charges Total", lambda r: decimal(r.bill.stated_cents)),
        ],
        "lines": [
            *_INVOICE,
            *_NUMBER,
            ("Subscriber Name", lambda r: r.line.line.user),
            ("Department ID", lambda r: r.line.line.cost_centre),
            ("Service Plan", lambda r: r.line.line.plan.name),
            ("SIM", lambda r: r.line.line.iccid),
            ("IMEI", lambda r: r.line.line.imei),
            ("Talk Time", lambda r: clock(r.line.use.minutes)),
            ("Text Count", lambda r: str(r.line.use.messages)),
            ("Data (GB)", lambda r: gigabytes(r.line.use.megabytes)),
            ("Roaming Talk Time", lambda r: clock(r.line.use.roaming_minutes)),
            ("Roaming Data (GB)", lambda r: gigabytes(r.line.use.roaming_megabytes)),
            ("International Talk Time", lambda r: clock(r.line.use.international_minutes)),
            ("Monthly Recurring", lambda r: decimal(r.line.of_kind("plan", "other"))),
            ("Usage", lambda r: decimal(r.line.of_kind("overage", "roaming", "international"))),
            ("Third Party", lambda r: decimal(r.line.of_kind("premium"))),
            ("Equipment", lambda r: decimal(r.line.of_kind("equipment"))),
            ("One-Time Credits", lambda r: decimal(r.line.of_kind("credit"))),
            ("Fees and Surcharges", lambda r: decimal(r.line.of_kind("surcharge"))),
            ("Taxes", lambda r: decimal(r.line.of_kind("tax"))),
            ("Subscriber Total", lambda r: decimal(r.line.stated_cents)),
        ],
        "charges": [
            *_INVOICE,
            *_NUMBER,
            ("Charge Type", lambda r: _TYPES[r.charge.kind]),
            ("Charge Name", lambda r: r.charge.description),
            ("Service From", lambda r: american(r.charge.from_on)),
            ("Service To", lambda r: american(r.charge.until_on)),
            ("Charge", lambda r: decimal(r.charge.cents)),
        ],
        "voice": [
            *_CYCLE,
            *_NUMBER,
            *_WHEN,
            ("Who", lambda r: party(r.event.other)),
            ("Placed From", lambda r: r.event.origin),
            (
                "Description",
                lambda r: "Incoming" if r.event.incoming else f"to {r.event.destination}",
            ),
            ("Duration", lambda r: clock(r.event.minutes)),
            (
                "Call Type",
                lambda r: (
                    "Roaming"
                    if r.event.roaming
                    else "International"
                    if r.event.international
                    else "Domestic"
                ),
            ),
            ("Cost", lambda r: decimal(r.event.cents)),
        ],
        "message": [
            *_CYCLE,
            *_NUMBER,
            *_WHEN,
            ("To or From", lambda r: party(r.event.other)),
            ("Direction", lambda r: "Incoming" if r.event.incoming else "Outgoing"),
            ("Text Type", lambda r: "Premium" if r.event.cents else "Domestic"),
            ("Cost", lambda r: decimal(r.event.cents)),
        ],
        "data": [
            *_CYCLE,
            *_NUMBER,
            *_WHEN,
            ("Usage (MB)", lambda r: str(r.event.megabytes)),
            ("Service", lambda _: "Mobile Internet"),
            ("Origin", lambda r: "Roaming" if r.event.roaming else "Home network"),
            ("Cost", lambda r: decimal(r.event.cents)),
        ],
    },
)
