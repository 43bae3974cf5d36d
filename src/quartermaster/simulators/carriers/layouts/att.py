"""AT&T and FirstNet: comma between cells, all of them quoted, volumes with their unit."""

from quartermaster.simulators.carriers.layouts.base import (
    Columns,
    Layout,
    american,
    dashed,
    decimal,
    dollars,
    party,
)

_SECTIONS = {
    "plan": "Monthly charges",
    "surcharge": "Surcharges and other fees",
    "tax": "Government fees and taxes",
    "equipment": "Equipment",
    "credit": "Credits and adjustments",
    "overage": "Overage",
    "roaming": "Roaming",
    "international": "International",
    "premium": "Purchases",
    "other": "Options",
}
_CYCLE: Columns = [
    ("Foundation Account", lambda _: "00055501"),
    ("Billing Account Number", lambda r: r.bill.account),
    ("Bill Cycle Start", lambda r: american(r.bill.cycle_from)),
    ("Market Cycle End Date", lambda r: american(r.bill.cycle_until)),
]
_INVOICE: Columns = [
    *_CYCLE,
    ("Invoice ID", lambda r: r.bill.invoice),
    ("Bill Date", lambda r: american(r.bill.issued_on)),
]
_NUMBER: Columns = [("Wireless Number", lambda r: dashed(r.number).replace("-", ".", 2))]
_FLAGS: Columns = [
    ("Roaming Indicator", lambda r: "Y" if r.event.roaming else "N"),
    ("International Indicator", lambda r: "Y" if r.event.international else "N"),
]

ATT = Layout(
    quoted=True,
    columns={
        "account": [
            *_INVOICE,
            ("Due Date", lambda r: american(r.bill.due_on)),
            ("Account Adjustments", lambda r: dollars(r.bill.account_cents("credit", "other"))),
            ("Total New Charges", lambda r: dollars(r.bill.stated_cents)),
        ],
        "lines": [
            *_INVOICE,
            *_NUMBER,
            ("Wireless User Full Name", lambda r: r.line.line.user),
            ("Cost Center", lambda r: r.line.line.cost_centre),
            ("Rate Plan Name", lambda r: r.line.line.plan.name),
            ("SIM Number", lambda r: r.line.line.iccid),
            ("IMEI", lambda r: r.line.line.imei),
            ("Total Minutes Used", lambda r: f"{r.line.use.minutes}.00"),
            ("Total Messages", lambda r: str(r.line.use.messages)),
            ("Total MB Used", lambda r: f"{r.line.use.megabytes:,}.000"),
            ("Roaming Minutes", lambda r: f"{r.line.use.roaming_minutes}.00"),
            ("Roaming MB", lambda r: f"{r.line.use.roaming_megabytes:,}.000"),
            ("International Minutes", lambda r: f"{r.line.use.international_minutes}.00"),
            ("Rate Plan Charges", lambda r: dollars(r.line.of_kind("plan", "other"))),
            ("Usage Charges", lambda r: dollars(r.line.of_kind("overage", "premium"))),
            ("Roaming Charges", lambda r: dollars(r.line.of_kind("roaming"))),
            ("International Charges", lambda r: dollars(r.line.of_kind("international"))),
            ("Equipment Installment", lambda r: dollars(r.line.of_kind("equipment"))),
            ("Credits and Adjustments", lambda r: dollars(r.line.of_kind("credit"))),
            ("Surcharges and Other Fees", lambda r: dollars(r.line.of_kind("surcharge"))),
            ("Government Fees and Taxes", lambda r: dollars(r.line.of_kind("tax"))),
            ("Total Current Charges", lambda r: dollars(r.line.stated_cents)),
        ],
        "charges": [
            *_INVOICE,
            *_NUMBER,
            ("Charge Section", lambda r: _SECTIONS[r.charge.kind]),
            ("Charge Description", lambda r: r.charge.description),
            ("Charge Start Date", lambda r: american(r.charge.from_on)),
            ("Charge End Date", lambda r: american(r.charge.until_on)),
            ("Charge Amount", lambda r: dollars(r.charge.cents)),
        ],
        "voice": [
            *_CYCLE,
            *_NUMBER,
            ("Call Date", lambda r: american(r.event.at.date())),
            ("Call Time", lambda r: f"{r.event.at:%I:%M %p}"),
            ("Number Called/Calling", lambda r: party(r.event.other)),
            ("Call From", lambda r: r.event.origin),
            ("Call To", lambda r: r.event.destination),
            ("Call Direction", lambda r: "MT" if r.event.incoming else "MO"),
            ("Minutes", lambda r: str(r.event.minutes)),
            ("Rate Code", lambda _: "NBSU"),
            *_FLAGS,
            ("Total Charge", lambda r: decimal(r.event.cents)),
        ],
        "message": [
            *_CYCLE,
            *_NUMBER,
            ("Message Date", lambda r: american(r.event.at.date())),
            ("Message Time", lambda r: f"{r.event.at:%I:%M %p}"),
            ("To/From Number", lambda r: party(r.event.other)),
            ("In/Out", lambda r: "In" if r.event.incoming else "Out"),
            ("Message Type", lambda r: "Premium" if r.event.cents else "Text"),
            *_FLAGS,
            ("Message Charge", lambda r: decimal(r.event.cents)),
        ],
        "data": [
            *_CYCLE,
            *_NUMBER,
            ("Data Date", lambda r: american(r.event.at.date())),
            ("Data Time", lambda r: f"{r.event.at:%I:%M %p}"),
            ("Data Volume", lambda r: f"{r.event.megabytes} MB"),
            ("Data Service", lambda _: "Wireless data"),
            *_FLAGS,
            ("Data Charge", lambda r: decimal(r.event.cents)),
        ],
    },
)
