"""What a scanner types is told by its own form, and never by its place."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quartermaster.billing.rules.scans import count_of, read_scans
from tests.factories.inventory import eid, iccid, imei

IMEI, OTHER, ICCID, EID = imei(1), imei(2), iccid(1), eid(1)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("f2labc1", {"serial": "F2LABC1"}),
        (IMEI, {"imei": IMEI}),
        (f"F2LABC1\t{IMEI}", {"serial": "F2LABC1", "imei": IMEI}),
        (f"{IMEI} {OTHER}", {"imei": IMEI, "imei2": OTHER}),
        (f"{ICCID};+14142863800", {"iccid": ICCID, "number": "+14142863800"}),
        (f"{ICCID}, (414) 286-3800", {"iccid": ICCID, "number": "+14142863800"}),
        ("(414) 286-3800", {"number": "+14142863800"}),
        (f"{EID}|{ICCID}", {"eid": EID, "iccid": ICCID}),
        (
            f"F2LABC1  {IMEI}  {ICCID}  4142863800",
            {"serial": "F2LABC1", "imei": IMEI, "iccid": ICCID, "number": "+14142863800"},
        ),
    ],
)
def test_each_number_is_told_by_its_form(line, found):
    (scan,) = read_scans(f"\n  {line}  \n\n")
    assert (scan.problem, scan.found) == ("", found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (IMEI[:-1] + str((int(IMEI[-1]) + 1) % 10), "check digit"),
        (IMEI + "1", "IMEISV"),
        (f"{ICCID} {iccid(2)}", "two of a kind"),
        ("AB", "2 characters"),
        ("x" * 301, "too long"),
        ("3.59E+14", "spreadsheet"),
    ],
)
def test_a_row_says_what_is_wrong_with_it(line, said):
    (scan,) = read_scans(line)
    assert said in scan.problem


def test_what_came_before_is_named_with_its_row():
    first, second, third = read_scans(f"F2LABC1 {IMEI}\n{OTHER} {IMEI}\nf2labc1")
    assert (first.problem, second.problem, third.problem) == (
        "",
        "It stands in row 1 already.",
        "It stands in row 1 already.",
    )


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("12", 12),
        ("x 3", 3),
        ("3 x", 3),
        (" \N{MULTIPLICATION SIGN}7", 7),
        ("A-12", None),
        ("", None),
    ],
)
def test_pieces_without_numbers_are_counted(text, count):
    assert count_of(text) == count


@example(";")
@example("\t\t\n1,,")
@given(st.text(max_size=400))
def test_garbage_never_fails(text):
    for scan in read_scans(text):
        assert scan.found or scan.problem
