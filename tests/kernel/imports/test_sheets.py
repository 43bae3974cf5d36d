"""Workbooks: the same table as a CSV file, and nothing that a workbook could do to us."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.imports import Bounds, read_csv, read_table, read_xlsx


def book(*rows, sheets=1):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for _ in range(sheets - 1):
        made.create_sheet().append(["another"])
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def rezipped(content, **files):
    """The package with some of its files replaced or added."""
    out = io.BytesIO()
    named = {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in files.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            if item.filename not in named:
                new.writestr(item, old.read(item.filename))
        for name, text in named.items():
            new.writestr(name, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_a_sheet_reads_as_the_same_csv():
    sheet = book(
        ["Tag", "IMEI", "When", "Yes", "Empty"],
        ["QM-1", 490154203237518, date(2026, 11, 24), True, None],
        [],
        ["QM-2", "490154203237518", datetime(2026, 11, 24), False, "", " "],
        sheets=2,
    )
    text = (
        b"Tag,IMEI,When,Yes,Empty\n"
        b"QM-1,490154203237518,2026-11-24,yes,\n"
        b"\n"
        b"QM-2,490154203237518,2026-11-24,no,\n"
    )
    assert read_table(sheet) == read_table(text) == read_csv(text)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["=1+1"], "Cell A2 is a formula"),
        (['=HYPERLINK("http://x")'], "Cell A2 is a formula"),
        (["ok", 8901260123456789011], "Cell B2 is a number of more than 15 digits"),
        (["ok", "#N/A"], r"Cell B2 shows an error \(#N/A\)"),
        (["x" * 4001], "more than 4,000 characters"),
    ],
)
def test_cells_that_will_not_do(row, message):
    with pytest.raises(InvalidInput, match=message):
        read_xlsx(book(["a", "b"], row))


def test_bounds_hold_for_sheets():
    few = Bounds(rows=2, columns=2)
    with pytest.raises(InvalidInput, match="more than 2 rows"):
        read_xlsx(book(["a"], ["1"], ["2"], ["3"]), bounds=few)
    with pytest.raises(InvalidInput, match="more than 2 columns"):
        read_xlsx(book(["a", "b", "c"], ["1"]), bounds=few)
    with pytest.raises(InvalidInput, match="larger than 0 KiB"):
        read_xlsx(book(["a"]), bounds=Bounds(size=10))
    with pytest.raises(InvalidInput, match="is empty"):
        read_xlsx(book())


def test_a_cell_far_away_is_not_walked_to():
    made = Workbook()
    made.active["A1"] = "a"
    made.active["A1048576"] = "b"
    content = io.BytesIO()
    made.save(content)
    with pytest.raises(InvalidInput, match="empty rows"):
        read_xlsx(content.getvalue())


def test_a_zip_bomb_is_not_unpacked():
    bomb = rezipped(book(["a"]), xl__bomb_xml=b"0" * (81 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    with pytest.raises(InvalidInput, match="too large when unpacked"):
        read_xlsx(bomb)
    many = rezipped(book(["a"]), **{f"f{n}": b"" for n in range(600)})
    with pytest.raises(InvalidInput, match="too large when unpacked"):
        read_xlsx(many)


ENTITIES = """<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "{}">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>"""
OUTSIDE = ENTITIES.replace('"{}"', 'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize("xml", [ENTITIES.format("x" * 10), OUTSIDE])
def test_entities_are_not_resolved(xml):
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_xlsx(rezipped(book(["a"]), xl__worksheets__sheet1_xml=xml.encode()))


def test_a_password_or_a_workbook_without_cells():
    locked = bytearray(book(["a"]))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # the flag in the directory of the package
    with pytest.raises(InvalidInput, match="has a password"):
        read_xlsx(bytes(locked))
    charts = Workbook()
    charts.create_chartsheet("Chart")
    charts.remove(charts.active)
    content = io.BytesIO()
    charts.save(content)
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_xlsx(content.getvalue())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 nothing more", "is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old workbook"),
        (rezipped(book(["a"]), xl__workbook_xml=b"<no"), "cannot be read"),
    ],
)
def test_what_is_no_workbook(content, message):
    with pytest.raises(InvalidInput, match=message):
        read_table(content)
