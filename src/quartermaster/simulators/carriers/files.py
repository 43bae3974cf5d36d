"""Files as a carrier's portal gives them: delimited, as workbooks, several of them in a ZIP."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook

from quartermaster.simulators.carriers.bills import Bill
from quartermaster.simulators.carriers.layouts import FAMILIES, LAYOUTS, Layout, rows_of

_MOMENT = re.compile(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class SimFile:
    """A file with its name."""

    name: str
    content: bytes
    family: str = ""
    carrier: str = ""


def files_of(bill: Bill, families: Sequence[str] = FAMILIES) -> tuple[SimFile, ...]:
    """The files of one bill, one a family, as its carrier writes them."""
    layout = LAYOUTS[bill.carrier]
    return tuple(
        SimFile(
            f"{bill.carrier}_{bill.account}_{bill.cycle_until:%Y%m%d}_{family}.{layout.suffix}",
            _delimited(layout, bill, family),
            family,
            bill.carrier,
        )
        for family in families
    )


def _delimited(layout: Layout, bill: Bill, family: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerow([heading for heading, _ in layout.columns[family]])
    writer.writerows(rows_of(layout, bill, family))
    return text.getvalue().encode(layout.coding)


def workbook_of(bill: Bill, family: str) -> SimFile:
    """One family of a bill as a workbook, with what portals put above the headings."""
    layout = LAYOUTS[bill.carrier]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([f"Account {bill.account}", f"Bill {bill.invoice}"])
    sheet.append([])
    sheet.append([heading for heading, _ in layout.columns[family]])
    for row in rows_of(layout, bill, family):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    name = f"{bill.carrier}_{bill.account}_{bill.cycle_until:%Y%m%d}_{family}.xlsx"
    return SimFile(name, _without_time(out.getvalue()), family, bill.carrier)


def _without_time(workbook: bytes) -> bytes:
    """The workbook without the moment at which it was written, so that the same is the same."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as inside:
        parts = [SimFile(name, inside.read(name)) for name in inside.namelist()]
    parts = [SimFile(p.name, _MOMENT.sub(b"2026-11-02T00:00:00Z", p.content)) for p in parts]
    return bundle(parts).content


def bundle(files: Sequence[SimFile], name: str = "bill.zip") -> SimFile:
    """Several files in one archive, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            about = zipfile.ZipInfo(file.name, (2026, 11, 2, 0, 0, 0))
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, file.content)
    return SimFile(name, out.getvalue(), "", files[0].carrier if files else "")
