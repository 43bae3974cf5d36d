"""Random files in random order, some of them several times, give the same ledger."""

import hashlib

from quartermaster.billing.models import Invoice, InvoiceCharge
from quartermaster.simulators.carriers import (
    Anomaly,
    bill_city,
    files_of,
    invented_city,
)
from quartermaster.usage.models import Difference, ImportedPart

CITY = invented_city(seed=11, lines=4, carriers=("verizon", "uscellular"))
BILLS = bill_city(
    CITY,
    cycles=2,
    seed=11,
    anomalies={Anomaly.WRONG_TOTAL: 1, Anomaly.WRONG_LINE_TOTAL: 1, Anomaly.ROAMING: 1},
).bills
SINGLE = [
    file for bill in BILLS for file in files_of(bill, ["account", "lines", "charges", "voice"])
]


def _ledger():
    """What is in force, whatever the way that led there."""
    parts = ImportedPart.objects.filter(state="in_force").order_by(
        "carrier", "account", "cycle_from", "family"
    )
    invoices = Invoice.objects.filter(superseded_at=None).order_by("account", "cycle_from")
    charges = InvoiceCharge.objects.filter(invoice__in=invoices).order_by(
        "invoice__account", "invoice__cycle_from", "place"
    )
    live = Difference.objects.filter(state="open").order_by("account", "cycle_from", "number")
    return {
        "parts": [
            (p.carrier, p.account, p.cycle_from, p.family, p.rows, p.cents, p.file.digest)
            for p in parts
        ],
        "invoices": list(invoices.values_list("account", "cycle_from", "digest", "stated_cents")),
        "charges": hashlib.sha256(
            repr(list(charges.values_list("line__number", "kind", "cents"))).encode()
        ).hexdigest(),
        "differences": list(live.values_list("account", "number", "stated_cents", "read_cents")),
    }
