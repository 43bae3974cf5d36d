"""Bytes to a bounded table of text; hostile files get a clear sentence."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.imports import Bounds, Encoding, Line, Table, read_csv, table_of

TABLE = Table(("number", "name"), (Line(2, ("1001", "José")),))
TEXT = "number,name\r\n1001,José\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("\r\n", "\n").encode(),
    ],
)
def test_read_csv_knows_unicode_and_delimiters(content):
    assert read_csv(content) == TABLE


def test_read_csv_takes_windows_1252_only_when_declared():
    content = TEXT.encode("windows-1252")
    with pytest.raises(InvalidInput, match="Line 2 is not valid UTF-8"):
        read_csv(content)
    assert read_csv(content, encoding=Encoding.WINDOWS_1252) == TABLE


def test_declared_windows_1252_yields_to_a_byte_order_mark():
    assert read_csv(TEXT.encode("utf-8-sig"), encoding=Encoding.WINDOWS_1252) == TABLE


def test_read_csv_counts_lines_of_the_file_not_of_records():
    content = b'number,name\n\n1001,"two\nlines"\n,\n1002,plain\n'
    assert read_csv(content).lines == (
        Line(3, ("1001", "two\nlines")),
        Line(6, ("1002", "plain")),
    )


def test_read_csv_keeps_formulas_as_text():
    content = b'number,name\n1001,"=HYPERLINK(""http://x"")"\n1002,@SUM(A1)\n1003,+1\n'
    assert [line.cells[1] for line in read_csv(content).lines] == [
        '=HYPERLINK("http://x")',
        "@SUM(A1)",
        "+1",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"number,name\n1,a\x00b\n", "Line 2 contains a NUL character"),
        (b"number\n" + b"\xff\xfe\xfa", "Line 2 is not valid UTF-8"),
        (b"\xff\xfe\x00", "is not valid UTF-16"),
        (b'number,name\n1,"open\n', "Line 2 cannot be read as CSV"),
        (b'number,name\n1,"a"b\n', "Line 2 cannot be read as CSV"),
        (b"number\n" + b"x" * (10 * 1024 * 1024), "larger than 10,240 KiB"),
        (b"number\n" + b"x" * (9 * 1024 * 1024), "Line 2 cannot be read as CSV"),
        (b"number\n" + b"x" * 5000, "Line 2 has a cell of more than 4,000 characters"),
        (b",".join([b"c"] * 101) + b"\n", "more than 100 columns"),
    ],
    ids=[
        "empty", "blank", "nul", "broken", "half-utf16", "open-quote", "bad-quote", "too-large",
        "huge-cell", "large-cell", "columns",
    ],
)  # fmt: skip
def test_read_csv_refuses(content, message):
    with pytest.raises(InvalidInput, match=message):
        read_csv(content)


def test_read_csv_bounds_rows():
    with pytest.raises(InvalidInput, match="more than 2 rows"):
        read_csv(b"n\n1\n2\n3\n", bounds=Bounds(rows=2))
    assert len(read_csv(b"n\n1\n2\n", bounds=Bounds(rows=2)).lines) == 2


@given(st.binary(max_size=400))
def test_read_csv_never_crashes_on_garbage(content):
    with suppress(InvalidInput):
        read_csv(content)


def test_table_of_a_sheet_turns_values_into_text():
    rows = [
        {"number": 1001.0, "since": datetime(2026, 1, 2), "ok": True, "note": None},
        {"number": None, "since": None, "ok": None, "note": None},
        {"number": 1002, "since": date(2026, 1, 3), "ok": False, "note": " x "},
    ]
    assert table_of(rows) == Table(
        ("number", "since", "ok", "note"),
        (
            Line(2, ("1001", "2026-01-02", "yes", "")),
            Line(4, ("1002", "2026-01-03", "no", "x")),
        ),
    )


def test_table_of_refuses_an_empty_sheet_and_bounds_rows():
    with pytest.raises(InvalidInput, match="sheet is empty"):
        table_of([])
    with pytest.raises(InvalidInput, match="more than 1 rows"):
        table_of([{"n": 1}, {"n": 2}], bounds=Bounds(rows=1))
