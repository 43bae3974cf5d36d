"""What goes to the finance system, as a file with documented columns (G-9)."""

import csv
import io
from collections.abc import Iterable

from quartermaster.billing.models import Posting
from quartermaster.kernel.csvsafe import safe

# docs/guides/bills-and-disputes.md says what each means
COLUMNS = (
    "period",
    "posting",
    "carrier",
    "carrier_account",
    "invoice",
    "cycle_from",
    "cycle_until",
    "department",
    "account",
    "amount",
    "correction",
)


def as_csv(rows: Iterable[Posting]) -> str:
    """Postings as CSV: ISO dates, amounts with two decimals, no cell that a spreadsheet runs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        invoice = row.invoice
        cells = (
            f"{row.period.month:%Y-%m}",
            str(row.id),
            invoice.carrier,
            invoice.account,
            invoice.number,
            invoice.cycle_from.isoformat(),
            invoice.cycle_until.isoformat(),
            row.department.code if row.department else "",
            row.account,
            amount(row.cents),
            "yes" if row.correction else "no",
        )
        writer.writerow([safe(cell) for cell in cells])
    return text.getvalue()


def amount(cents: int) -> str:
    """Such as -1234.05: what every spreadsheet and ledger reads as a number."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
