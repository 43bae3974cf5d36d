"""Files that want to do harm, or are simply wrong: refused as a whole, or row by row."""

import codecs
import csv
import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from quartermaster.simulators.carriers import SimFile, bundle, files_of, interchange
from quartermaster.usage.reading.bounds import BOUNDS, FileRefused
from quartermaster.usage.rules.reading import Given, whose_of
from tests.factories.carriers import bill, read_file

LINES = files_of(bill(), ["lines"])[0]
TEXT = LINES.content.decode()


def _file(content, name="bill.txt"):
    return SimFile(name, content if isinstance(content, bytes) else content.encode())


def _zip(members, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return SimFile("bill.zip", out.getvalue(), **more)


@pytest.mark.parametrize(
    "coded",
    [
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("windows-1252"),
        TEXT.replace("\r\n", "\n").encode(),
        b"\r\nRaw data of your account\r\n\r\n" + TEXT.encode(),
    ],
    ids=["utf-8-mark", "utf-16-le", "utf-16-be", "windows-1252", "unix", "title-above"],
)
def test_every_coding_and_what_stands_above_the_headings_gives_the_same(tmp_path, coded):
    (plain,) = read_file(tmp_path, LINES)
    (read,) = read_file(tmp_path, _file(coded))

    assert [part.content for part in read.parts] == [part.content for part in plain.parts]
    assert any("Ñ" in line.bill.user or "Ë" in line.bill.user for line in read.parts[0].lines)


def test_another_delimiter_after_a_spreadsheet_saved_it_is_read(tmp_path):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(csv.reader(io.StringIO(TEXT), delimiter="\t"))

    (read,) = read_file(tmp_path, _file(out.getvalue()))

    assert read.rows == len(bill().lines)
    assert read.refusals == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02" * 100, "is no text"),
        (TEXT.encode("utf-16-le"), "is no text"),
        (codecs.BOM_UTF16_LE + b"a\x00\xd8", "not sound UTF-16-LE"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "an old workbook"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"PK\x03\x04 and nothing more", "a damaged archive"),
        (b"just,some,words\n1,2,3\n", "No profile knows the headings"),
        (TEXT.replace("Total Charges", "Sum").replace("Wireless Number", "Who"), "No profile fits"),
        (b"a" * 300_000, "has more than 262,144 bytes"),
        (b"," * 100_000, "has more than 200 columns"),
        (b"ISA*00*cut", "cut off in its header"),
    ],
)
def test_what_is_no_bill_is_refused_with_the_reason(tmp_path, content, said):
    with pytest.raises(FileRefused, match=said):
        read_file(tmp_path, _file(content))


def test_the_nearest_layout_is_named_with_what_is_lacking(tmp_path):
    with pytest.raises(FileRefused, match=r"Account and wireless summary.*number of the line"):
        read_file(tmp_path, _file(TEXT.replace("Wireless Number", "Who")))


def test_a_giant_cell_is_refused_and_does_not_fill_the_memory(tmp_path):
    head, row = TEXT.split("\r\n")[:2]
    with pytest.raises(FileRefused, match="cannot be read"):
        read_file(tmp_path, _file(f"{head}\r\n" + '"' + ("x" * 80_000 + "\r\n") * 3 + row))


def test_more_rows_than_a_summary_has_are_refused(tmp_path):
    with pytest.raises(FileRefused, match="more than 3 rows"):
        read_file(tmp_path, LINES, bounds=replace(BOUNDS, summary_rows=3))


def test_an_archive_that_grows_without_measure_is_refused(tmp_path):
    bomb = _zip([("a.csv", b"\x20" * (12 * 1024 * 1024))])
    with pytest.raises(FileRefused, match="much larger unpacked"):
        read_file(tmp_path, bomb)


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    content = bytearray(_zip([("a.csv", b"\x20" * 200_000)]).content)
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefused):
        read_file(tmp_path, SimFile("bill.zip", bytes(content)))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([], "is empty"),
        ([(f"{n}.csv", TEXT) for n in range(41)], "more than 40 files"),
        ([("in.zip", _zip([("a.csv", TEXT)]).content)], "an archive within an archive"),
    ],
)
def test_archives_of_too_much_are_refused(tmp_path, members, said):
    with pytest.raises(FileRefused, match=said):
        read_file(tmp_path, _zip(members))


def test_a_part_without_a_name_is_passed_over(tmp_path):
    content = _zip([("zz.csv", TEXT), ("a.csv", TEXT)]).content.replace(b"zz.csv", b"\0z.csv")
    (read,) = read_file(tmp_path, SimFile("bill.zip", content))
    assert read.rows == 8


def test_a_name_that_leads_out_of_the_archive_leads_nowhere(tmp_path):
    reads = read_file(tmp_path, _zip([("../../../outside.txt", TEXT), ("C:\\x\\y.txt", TEXT)]))

    assert [read.rows for read in reads] == [8, 8]
    kept = {path.name for path in tmp_path.rglob("*")}
    assert not any("outside" in name for name in kept)
    assert not (tmp_path.parent / "outside.txt").exists()


def _sheet(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimFile("bill.xlsx", out.getvalue())


def test_a_formula_in_a_workbook_is_never_computed(tmp_path):
    rows = [line.split("\t") for line in TEXT.split("\r\n") if line]
    place = rows[0].index("Total Charges")
    rows[1][place] = '=HYPERLINK("http://evil.example")'
    rows[2][place] = "=1+1"

    (read,) = read_file(tmp_path, _sheet(rows))

    assert [(r.row, r.reason) for r in read.refusals] == [
        (2, "Total of the line: “(formula)” cannot be read."),
        (3, "Total of the line: “(formula)” cannot be read."),
    ]
    assert read.parts[0].rows == len(bill().lines) - 2


def test_a_workbook_bomb_is_refused(tmp_path):
    plain = _sheet([["a", "b"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain.content)) as inside, zipfile.ZipFile(out, "w") as archive:
        for item in inside.infolist():
            content = inside.read(item)
            if item.filename.endswith("sheet1.xml"):
                content += b" " * (40 * 1024 * 1024)
            archive.writestr(item.filename, content, zipfile.ZIP_DEFLATED)
    with pytest.raises(FileRefused, match="much larger unpacked"):
        read_file(tmp_path, SimFile("bill.xlsx", out.getvalue()))


def test_a_workbook_with_an_entity_bomb_is_refused(tmp_path):
    plain = _sheet([["a", "b"]])
    out = io.BytesIO()
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with zipfile.ZipFile(io.BytesIO(plain.content)) as inside, zipfile.ZipFile(out, "w") as archive:
        for item in inside.infolist():
            content = evil if item.filename == "xl/workbook.xml" else inside.read(item)
            archive.writestr(item.filename, content)
    with pytest.raises(FileRefused, match="has nothing in it"):
        read_file(tmp_path, SimFile("bill.xlsx", out.getvalue()))


@pytest.mark.parametrize(
    ("heading", "cell", "reason"),
    [
        ("Wireless Number", "414-200", "Number of the line: “414-200” cannot be read."),
        ("Wireless Number", "", "Number of the line: empty."),
        ("Total Charges", "$1.005", "Total of the line: “$1.005” cannot be read."),
        ("Monthly Charges", "twenty", "Charge of the line: “twenty” cannot be read."),
        ("Bill Cycle Date", "13/45/2026", "Last day of the bill cycle: “13/45/2026” cannot be"),
        ("Data Usage (KB)", "-5", "Data used: “-5” cannot be read."),
        ("Account Number", "", "No account: neither the row"),
        ("User Name", "A\tB", "It has more cells than there are headings."),
    ],
)
def test_a_row_is_refused_with_its_reason_and_the_others_are_taken(tmp_path, heading, cell, reason):
    rows = [line.split("\t") for line in TEXT.split("\r\n") if line]
    rows[3][rows[0].index(heading)] = cell
    (read,) = read_file(tmp_path, _file("\n".join("\t".join(row) for row in rows)))

    (refusal,) = read.refusals
    assert refusal.row == 4
    assert refusal.reason.startswith(reason)
    assert refusal.text.startswith(rows[3][0][:10] if heading != "Account Number" else " |")
    assert read.parts[0].rows == len(bill().lines) - 1


def test_totals_and_empty_rows_are_no_rows_of_data(tmp_path):
    more = "\t\t\t\r\nTotal\t\t\t$9,999.00\r\nGRAND TOTAL FOR ACCOUNT\t1\r\n"

    (read,) = read_file(tmp_path, _file(TEXT + more))

    assert (read.rows, read.ignored, read.refusals) == (8, 3, [])


def test_what_the_rows_do_not_say_may_be_given(tmp_path):
    rows = [line.split("\t")[1:] for line in TEXT.split("\r\n") if line]
    renamed = "\n".join("\t".join(row) for row in rows).replace("Bill Cycle Date", "Billed", 1)
    with pytest.raises(FileRefused):
        read_file(tmp_path, _file(renamed))
    edi = interchange(bill()).decode()
    silent = "~\n".join(s for s in edi.split("~\n") if not s.startswith(("DTM*186", "DTM*187")))
    counted = silent.split("SE*")[1].split("*")[0]
    silent = silent.replace(f"SE*{counted}*", f"SE*{int(counted) - 2}*")
    known = Given("", bill().cycle_from, bill().cycle_until)

    without = read_file(tmp_path, _file(silent))
    reads = read_file(tmp_path, _file(silent), given=known)

    assert {r.reason for read in without for r in read.refusals} == {
        "No bill cycle: neither the row nor who sent the file says it."
    }
    assert all(read.refusals == [] for read in reads)
    assert {part.whose.until_on for read in reads for part in read.parts} == {bill().cycle_until}


EDI = interchange(bill()).decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("SE*", "SE*1"), "SE counts 1"),
        (("GE*1*", "GE*2*"), "GE counts 2"),
        (("IEA*1*000000001", "IEA*1*000000009"), "another control number"),
        (("ST*811", "ST*810"), "a set 810"),
        (("GS*CI", "GS*IN"), "a group IN"),
        (("BIG*2026", "BIG*20X6"), "has no day: it is written like “00a00000”"),
        (("TDS*", "TDS*1.5"), "no amount in cents"),
        (("IEA*1*000000001~\n", ""), "its envelope is not closed"),
        (("~\nIEA*1*000000001~\n", ""), "its last segment has no end"),
        (("REF*12*", "REF*ZZ*"), "has no account"),
        (("HL*1**1*1~\n", "ISA*x~\n"), "is out of place"),
        (("ITA*C*TI*MRC*06***", "ITA*C*TI*MRC*06***9e99"), "no amount"),
        (("TXI*ST*", "TXI*ST*0.001*"), "not of whole cents"),
    ],
)
def test_an_interchange_that_is_not_sound_is_refused_as_a_whole(tmp_path, change, said):
    assert change[0] in EDI
    with pytest.raises(FileRefused, match=said):
        read_file(tmp_path, _file(EDI.replace(*change, 1), "bill.edi"))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_bytes_whatever_do_more_than_be_refused(tmp_path, data):
    whole = data.draw(
        st.sampled_from([LINES.content, EDI.encode(), bundle(files_of(bill())).content])
    )
    start = data.draw(st.integers(0, len(whole) - 1))
    noise = data.draw(st.binary(max_size=40))
    content = whole[:start] + noise + whole[start + data.draw(st.integers(0, 60)) :]
    try:
        reads = read_file(tmp_path, _file(content))
    except FileRefused:
        return
    assert sum(part.rows for read in reads for part in read.parts) + sum(
        len(read.refusals) for read in reads
    ) == sum(read.rows for read in reads)


@pytest.mark.parametrize(
    ("row", "known", "expected"),
    [
        ({"cycle_until": 30}, (1, 30), (1, 30)),
        ({"cycle_until": 30}, (2, 29), (1, 30)),
        ({"cycle_from": 1}, (1, 28), (1, 28)),
        ({"cycle_from": 1, "cycle_until": 20}, (1, 30), (1, 20)),
        ({}, (1, 30), (1, 30)),
    ],
)
def test_the_day_that_a_row_does_not_say_is_the_one_given_where_the_other_agrees(
    row, known, expected
):
    days = {name: date(2026, 9, day) for name, day in row.items()}
    given_days = Given("A", *(date(2026, 9, day) for day in known))

    whose = whose_of({"account": "A", **days}, given_days)

    assert (whose.from_on, whose.until_on) == tuple(date(2026, 9, day) for day in expected)
