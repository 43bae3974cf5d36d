"""Identifiers: one form, and a check digit that notices a wrong digit."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.inventory import identifiers

DIGIT = "0123456789"


def digits(count):
    return st.text(DIGIT, min_size=count, max_size=count)


IMEIS = digits(14).filter(lambda d: int(d) > 0).map(lambda d: d + identifiers.luhn_digit(d))
ICCIDS = st.one_of(digits(16), digits(17)).map(lambda d: f"89{d}{identifiers.luhn_digit(f'89{d}')}")
EIDS = digits(28).map(lambda d: f"89{d}{identifiers.eid_digits(f'89{d}')}")
MEIDS = st.text("0123456789ABCDEF", min_size=14, max_size=14).filter(lambda d: len(set(d)) > 1)
PLACES = {"imei": IMEIS, "iccid": ICCIDS, "eid": EIDS}


@pytest.mark.parametrize("kind", PLACES)
@given(data=st.data())
def test_valid_ones_pass_and_stay_as_they_are(kind, data):
    value = data.draw(PLACES[kind].filter(lambda d: len(set(d)) > 1))
    check = getattr(identifiers, kind)
    assert check(value) == value
    spaced = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    assert check(f" {spaced} ") == value


@pytest.mark.parametrize("kind", PLACES)
@given(data=st.data())
def test_one_wrong_digit_is_noticed(kind, data):
    value = data.draw(PLACES[kind])
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.sampled_from([d for d in DIGIT if d != value[place]]))
    with pytest.raises(ValueError, match=r"wrong|begin with 89|placeholder"):
        getattr(identifiers, kind)(value[:place] + other + value[place + 1 :])


@pytest.mark.parametrize("kind", sorted(identifiers.CHECKS))
@given(text=st.text(max_size=60))
def test_checks_answer_or_raise_value_error_and_are_idempotent(kind, text):
    check = identifiers.CHECKS[kind]
    with suppress(ValueError):
        once = check(text)
        assert check(once) == once


@given(MEIDS)
def test_meid_has_one_form(value):
    assert identifiers.meid(value.lower()) == value
    decimal = f"{int(value[:8], 16):010}{int(value[8:], 16):08}"
    assert identifiers.meid(decimal) == value


@given(IMEIS, digits(2))
def test_an_imeisv_leads_to_its_imei(value, software):
    if len(set(value)) > 1:
        assert identifiers.imei_of_imeisv(value[:14] + software) == value


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9./_-]{3,39}", fullmatch=True))
def test_serials_are_kept_in_capitals(text):
    with suppress(ValueError):  # a placeholder
        assert identifiers.serial(text) == text.upper()


@given(st.binary(min_size=6, max_size=6).filter(lambda b: not b[0] & 1 and len(set(b.hex())) > 1))
def test_network_addresses_have_one_form(raw):
    plain = raw.hex()
    colons = ":".join(plain[i : i + 2] for i in range(0, 12, 2))
    for form in (
        plain,
        plain.upper(),
        colons.replace(":", "-"),
        f"{plain[:4]}.{plain[4:8]}.{plain[8:]}",
    ):
        assert identifiers.mac_address(form) == colons


@pytest.mark.parametrize(
    ("kind", "given_text", "kept"),
    [
        ("imei", "49-015420-323751-8", "490154203237518"),
        ("imei", "".join(chr(ord(d) + 0xFEE0) for d in "490154203237518"), "490154203237518"),
        ("meid", "AF 01 23 45 0A BC DE", "AF0123450ABCDE"),
        ("meid", "293608736500703710", "AF0123450ABCDE"),
        ("iccid", "8901260123456789011F", "8901260123456789011"),
        ("number", "(414) 286-3800", "+14142863800"),
        ("number", "1.414.286.3800", "+14142863800"),
        ("number", "+44 20 7946 0958", "+442079460958"),
        ("serial", " f2lw 8k3jq1mn ", "F2LW8K3JQ1MN"),
        ("wifi_mac", "A4-83-E7-00-11-22", "a4:83:e7:00:11:22"),
        ("udid", "00008110-000a1d8e0e92801e", "00008110-000A1D8E0E92801E"),
    ],
)
def test_what_people_write(kind, given_text, kept):
    assert identifiers.CHECKS[kind](given_text) == kept


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("imei", "49015420323751", "has 14 digits where an IMEI has 15"),
        ("imei", "490154203237517", "fails its check digit"),
        ("imei", "4901542032375181", "IMEISV"),
        ("imei", "49015420323751X", "must consist of digits"),
        ("imei", "000000000000000", "placeholder"),
        ("imei", "4.90154E+14", "shortened by a spreadsheet"),
        ("meid", "A0000000002", "has 11 digits where an MEID has 14"),
        ("meid", "G1000000000000", "letters A to F"),
        ("meid", "A10000000000001", "leave out the check digit"),
        ("meid", "999999999900000000", "too large"),
        ("iccid", "890126012345678901", "has 18 digits"),
        ("iccid", "7901260123456789012", "begin with 89"),
        ("iccid", "8901260123456789012", "fails its check digit"),
        ("eid", "89049032", "has 8 digits where an EID has 32"),
        ("eid", "89049032005008882600033489168300", "modulo 97"),
        ("serial", "N/A!", "must consist of"),
        ("serial", "abc", "has 3 characters"),
        ("serial", "To.be.filled.by.O.E.M.", "placeholder"),
        ("serial", "11111111", "placeholder"),
        ("number", "hello", "such as"),
        ("number", "286-3800", "too few digits: give the area code"),
        ("number", "(111) 286-3800", "area code"),
        ("number", "414-286-3800 ext. 12", "extension"),
        ("wifi_mac", "01:00:5e:00:00:01", "group"),
        ("wifi_mac", "a4:83:e7", "has 6 digits"),
        ("udid", "abc", "24 to 64"),
    ],
)
def test_what_is_wrong_is_said(kind, text, message):
    with pytest.raises(ValueError, match=message):
        identifiers.CHECKS[kind](text)


def test_tac_names_the_type():
    assert identifiers.tac("490154203237518") == "49015420"


@pytest.mark.parametrize(
    ("number", "read"),
    [("+14142863800", "(414) 286-3800"), ("+442079460958", "+44 20 7946 0958"), ("x", "x")],
)
def test_numbers_as_people_read_them(number, read):
    assert identifiers.pretty_number(number) == read
