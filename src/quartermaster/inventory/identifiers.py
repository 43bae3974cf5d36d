"""The identifiers of equipment: brought to one form, then checked.

Each function takes what a person or a file wrote and returns the one form that the house keeps,
or raises `ValueError` with what is wrong, to be read after the name of the field ("IMEI: has 14
digits…"). All of them are idempotent: what they return, they take.
"""

import re
import unicodedata
from collections.abc import Callable

import phonenumbers

REGION = "US"

_SEPARATORS = re.compile(r"[\s\-./:_]+")
_DIGITS = re.compile(r"[0-9]+")
_HEX = re.compile(r"[0-9A-F]+")
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_SERIAL = re.compile(r"[A-Z0-9][A-Z0-9./_-]*")
_PLACEHOLDERS = frozenset(
    {
        "DEFAULTSTRING", "NA", "NONE", "NOTAPPLICABLE", "NOTAVAILABLE", "NOTSPECIFIED", "NULL",
        "SERIAL", "SERIALNUMBER", "SYSTEMSERIALNUMBER", "TBD", "TOBEFILLEDBYOEM", "UNKNOWN",
    }
)  # fmt: skip

IMEI_LENGTH = 15
IMEISV_LENGTH = 16
TAC_LENGTH = 8
MEID_LENGTH = 14
MEID_DECIMAL_LENGTH = 18
ICCID_LENGTHS = (19, 20)
EID_LENGTH = 32
SERIAL_LENGTHS = (4, 40)
MAC_LENGTH = 12
_LARGEST_MAKER, _LARGEST_NUMBER = 0xFFFF_FFFF, 0xFF_FFFF  # the two halves of a decimal MEID


def imei(text: str) -> str:
    """An IMEI: 15 digits of which the last is a Luhn check digit."""
    digits = _only_digits(text)
    if len(digits) == IMEISV_LENGTH:
        raise ValueError(
            "has 16 digits: that is an IMEISV, which ends in the software version instead of a"
            " check digit. Give the IMEI of 15 digits"
        )
    _expect_length(digits, "an IMEI", IMEI_LENGTH)
    _expect_luhn(digits)
    return _not_all_same(digits)


def imei_of_imeisv(text: str) -> str:
    """The IMEI behind an IMEISV: its first 14 digits with their check digit."""
    digits = _only_digits(text)
    _expect_length(digits, "an IMEISV", IMEISV_LENGTH)
    body = digits[: IMEI_LENGTH - 1]
    return _not_all_same(body + luhn_digit(body))


def tac(imei_digits: str) -> str:
    """The type allocation code, which names make and model: the first 8 digits of the IMEI."""
    return imei(imei_digits)[:TAC_LENGTH]


def meid(text: str) -> str:
    """An MEID: 14 hexadecimal digits; the decimal form of 18 digits is converted."""
    plain = _plain(text)
    if len(plain) == MEID_DECIMAL_LENGTH and _DIGITS.fullmatch(plain):
        return _not_all_same(_meid_of_decimal(plain))
    if not _HEX.fullmatch(plain):
        raise ValueError("must consist of the digits 0 to 9 and the letters A to F")
    if len(plain) == MEID_LENGTH + 1:
        raise ValueError("has 15 digits: leave out the check digit at its end")
    if len(plain) != MEID_LENGTH:
        raise ValueError(
            f"has {len(plain)} digits where an MEID has 14 (hexadecimal) or 18 (decimal)"
        )
    return _not_all_same(plain)


def iccid(text: str) -> str:
    """An ICCID: 19 or 20 digits that begin with 89, the last a Luhn check digit.

    Readers pad 19 digits with an F; the F is dropped.
    """
    plain = _plain(text)
    if len(plain) == max(ICCID_LENGTHS):
        plain = plain.removesuffix("F")
    digits = _only_digits(plain)
    if len(digits) not in ICCID_LENGTHS:
        raise ValueError(f"has {len(digits)} digits where an ICCID has 19 or 20")
    if not digits.startswith("89"):
        raise ValueError("must begin with 89, as the number of every telecom card does")
    _expect_luhn(digits)
    return digits


def eid(text: str) -> str:
    """An EID: 32 digits that begin with 89, the last two making the whole 1 modulo 97 (SGP.02)."""
    digits = _only_digits(text)
    _expect_length(digits, "an EID", EID_LENGTH)
    if not digits.startswith("89"):
        raise ValueError("must begin with 89, as the number of every eSIM chip does")
    if int(digits) % 97 != 1:
        raise ValueError("fails its check digits (modulo 97): a digit is wrong")
    return digits


def serial(text: str) -> str:
    """A maker's serial number, in capitals, without spaces."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    _refuse_scientific(plain)
    shortest, longest = SERIAL_LENGTHS
    if not _SERIAL.fullmatch(plain):
        raise ValueError("must consist of letters, digits, dots, dashes and strokes")
    if not shortest <= len(plain) <= longest:
        raise ValueError(f"has {len(plain)} characters where {shortest} to {longest} are expected")
    if _SEPARATORS.sub("", plain) in _PLACEHOLDERS:
        raise ValueError("is a placeholder, not a serial number. Leave it empty")
    return _not_all_same(plain)


def phone_number(text: str, region: str = REGION) -> str:
    """A phone number in the form E.164 (+14145550101); without a country code, of ``region``."""
    plain = unicodedata.normalize("NFKC", text).strip()
    _refuse_scientific(plain)
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException as problem:
        raise ValueError("must be a phone number such as (414) 286-3800") from problem
    if number.extension:
        raise ValueError("has an extension; a line has its own number")
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise ValueError("has too few digits: give the area code")
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValueError("has too few or too many digits for a phone number of its country")
    if not phonenumbers.is_valid_number(number):
        raise ValueError("is not in use as a phone number: look at its area code")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mac_address(text: str) -> str:
    """A hardware address of a network interface, as aa:bb:cc:dd:ee:ff."""
    plain = _plain(text)
    if not _HEX.fullmatch(plain):
        raise ValueError("must consist of the digits 0 to 9 and the letters A to F")
    if len(plain) != MAC_LENGTH:
        raise ValueError(f"has {len(plain)} digits where a network address has {MAC_LENGTH}")
    if int(plain[:2], 16) & 1:
        raise ValueError("is the address of a group, not of one device")
    _not_all_same(plain)
    return ":".join(plain[i : i + 2] for i in range(0, MAC_LENGTH, 2)).lower()


def udid(text: str) -> str:
    """What device management calls the device: a UDID or hardware UUID, in capitals."""
    plain = re.sub(r"\s+", "", text).upper()
    if not re.fullmatch(r"[0-9A-F-]{24,64}", plain):
        raise ValueError("must consist of 24 to 64 hexadecimal digits and dashes")
    return plain


def luhn_digit(body: str) -> str:
    """The Luhn check digit of some digits."""
    return str(-_luhn_sum(body + "0") % 10)


def eid_digits(body: str) -> str:
    """The two check digits of the first 30 digits of an EID."""
    return f"{98 - int(body + '00') % 97:02}"


def pretty_number(number: str) -> str:
    """A number in E.164 as people of its country read it."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)


CHECKS: dict[str, Callable[[str], str]] = {
    "serial": serial,
    "imei": imei,
    "imei2": imei,
    "meid": meid,
    "eid": eid,
    "udid": udid,
    "wifi_mac": mac_address,
    "iccid": iccid,
    "number": phone_number,
}


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    _refuse_scientific(plain)
    return _SEPARATORS.sub("", plain)


def _only_digits(text: str) -> str:
    plain = _plain(text)
    if not _DIGITS.fullmatch(plain):
        raise ValueError("must consist of digits")
    return plain


def _refuse_scientific(text: str) -> None:
    if _SCIENTIFIC.fullmatch(text) and ("+" in text or "." in text or "," in text):
        raise ValueError(
            "was shortened by a spreadsheet, and its last digits are lost. Format the column as"
            " text and enter it again"
        )


def _expect_length(digits: str, what: str, length: int) -> None:
    if len(digits) != length:
        raise ValueError(f"has {len(digits)} digits where {what} has {length}")


def _expect_luhn(digits: str) -> None:
    if _luhn_sum(digits) % 10:
        raise ValueError("fails its check digit (Luhn): a digit is wrong, or two are exchanged")


def _not_all_same(text: str) -> str:
    if len(set(text)) == 1:
        raise ValueError("is a placeholder: all its characters are the same")
    return text


def _luhn_sum(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 (the sum of two digits)
    return total


def _meid_of_decimal(digits: str) -> str:
    maker, number = int(digits[:10]), int(digits[10:])
    if maker > _LARGEST_MAKER or number > _LARGEST_NUMBER:
        raise ValueError("is too large for the decimal form of an MEID: a digit is wrong")
    return f"{maker:08X}{number:06X}"
