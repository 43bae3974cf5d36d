"""UScellular: pipe between cells, days without strokes, seconds and bytes."""

from datetime import date

from quartermaster.simulators.carriers.layouts.base import Columns, Layout, decimal

_CATEGORIES = {
    "plan": "ACCESS",
    "surcharge": "SURCHARGE",
    "tax": "TAX",
    "equipment": "EQUIP",
    "credit": "CREDIT",
    "overage": "OVERAGE",
    "roaming": "ROAM",
    "international": "INTL",
    "premium": "PREMIUM",
    "other": "FEATURE",
}
_BYTES = 1024 * 1024


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


_CYCLE: Columns = [
    ("ACCT_NO", lambda r: r.bill.account),
    ("BILL_PERIOD_START", lambda r: _day(r.bill.cycle_from)),
    ("BILL_PERIOD_END", lambda r: _day(r.bill.cycle_until)),
]
_INVOICE: Columns = [
    *_CYCLE,
    ("BILL_NO", lambda r: r.bill.invoice),
    ("BILL_DATE", lambda r: _day(r.bill.issued_on)),
]
_NUMBER: Columns = [("MDN", lambda r: r.number)]
_FLAGS: Columns = [
    ("ROAM_IND", lambda r: "Y" if r.event.roaming else "N"),
    ("INTL_IND", lambda r: "Y" if r.event.international else "N"),
]

USCELLULAR = Layout(
    delimiter="|",
    suffix="dat",
    columns={
        "account": [
            *_INVOICE,
            ("DUE_DATE", lambda r: _day(r.bill.due_on)),
            ("ACCT_CREDITS", lambda r: decimal(r.bill.account_cents("credit", "other"))),
            ("TOTAL_CURRENT_CHARGES", lambda r: decimal(r.bill.stated_cents)),
        ],
        "lines": [
            *_INVOICE,
            *_NUMBER,
            ("USER_NAME", lambda r: r.line.line.user.upper()),
            ("COST_CTR", lambda r: r.line.line.cost_centre),
            ("PLAN_DESC", lambda r: r.line.line.plan.name),
            ("ICCID", lambda r: r.line.line.iccid),
            ("IMEI", lambda r: r.line.line.imei),
            ("VOICE_SECS", lambda r: str(r.line.use.minutes * 60)),
            ("MSG_CNT", lambda r: str(r.line.use.messages)),
            ("DATA_BYTES", lambda r: str(r.line.use.megabytes * _BYTES)),
            ("ROAM_SECS", lambda r: str(r.line.use.roaming_minutes * 60)),
            ("ROAM_BYTES", lambda r: str(r.line.use.roaming_megabytes * _BYTES)),
            ("INTL_SECS", lambda r: str(r.line.use.international_minutes * 60)),
            ("ACCESS_CHG", lambda r: decimal(r.line.of_kind("plan", "other"))),
            ("OVERAGE_CHG", lambda r: decimal(r.line.of_kind("overage"))),
            ("ROAM_CHG", lambda r: decimal(r.line.of_kind("roaming"))),
            ("INTL_CHG", lambda r: decimal(r.line.of_kind("international"))),
            ("PREMIUM_CHG", lambda r: decimal(r.line.of_kind("premium"))),
            ("EQUIP_CHG", lambda r: decimal(r.line.of_kind("equipment"))),
            ("CREDITS", lambda r: decimal(r.line.of_kind("credit"))),
            ("SURCHARGES", lambda r: decimal(r.line.of_kind("surcharge"))),
            ("TAXES", lambda r: decimal(r.line.of_kind("tax"))),
            ("TOTAL_CHG", lambda r: decimal(r.line.stated_cents)),
        ],
        "charges": [
            *_INVOICE,
            *_NUMBER,
            ("CHG_CATEGORY", lambda r: _CATEGORIES[r.charge.kind]),
            ("CHG_DESC", lambda r: r.charge.description),
            ("CHG_FROM", lambda r: _day(r.charge.from_on)),
            ("CHG_TO", lambda r: _day(r.charge.until_on)),
            ("CHG_AMT", lambda r: decimal(r.charge.cents)),
        ],
        "voice": [
            *_CYCLE,
            *_NUMBER,
            ("CALL_DTTM", lambda r: f"{r.event.at:%Y%m%d %H:%M:%S}"),
            ("OTHER_PARTY", lambda r: r.event.other.lstrip("+")),
            ("CALL_DIR", lambda r: "I" if r.event.incoming else "O"),
            ("ORIG_LOC", lambda r: r.event.origin),
            ("DEST_LOC", lambda r: r.event.destination),
            ("CALL_SECS", lambda r: str(r.event.minutes * 60)),
            ("CALL_FEATURE", lambda _: "STD"),
            *_FLAGS,
            ("CALL_CHG", lambda r: decimal(r.event.cents)),
        ],
        "message": [
            *_CYCLE,
            *_NUMBER,
            ("MSG_DTTM", lambda r: f"{r.event.at:%Y%m%d %H:%M:%S}"),
            ("OTHER_PARTY", lambda r: r.event.other.lstrip("+")),
            ("MSG_DIR", lambda r: "I" if r.event.incoming else "O"),
            ("MSG_CNT", lambda _: "1"),
            ("MSG_TYPE", lambda r: "PREM" if r.event.cents else "SMS"),
            *_FLAGS,
            ("MSG_CHG", lambda r: decimal(r.event.cents)),
        ],
        "data": [
            *_CYCLE,
            *_NUMBER,
            ("SESSION_DTTM", lambda r: f"{r.event.at:%Y%m%d %H:%M:%S}"),
            ("SESSION_BYTES", lambda r: str(r.event.megabytes * _BYTES)),
            ("SESSION_TYPE", lambda _: "LTE"),
            *_FLAGS,
            ("SESSION_CHG", lambda r: decimal(r.event.cents)),
        ],
    },
)
