"""Cells to values, for summaries and for trying a profile out; detail says the same in SQL.

Each function takes trimmed text that is not empty and returns a value, or None where the cell
cannot be read so. Nothing is guessed, and no amount of money is rounded.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

from quartermaster.usage.rules.profiles import Unit

EARLIEST, LATEST = 1990, 2099
LONGEST_TEXT = 120
LONGEST_PARTY = 40
_SPACES = " \t\r\n\u00a0\ufeff"
_COUNT = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})"
_PHONE = re.compile(r"\+?[-0-9 ().\u00b7/]+")
_MONEY = re.compile(
    rf"(?P<sign>[-\u2212(]?\$? ?[-\u2212(]?)(?P<whole>{_COUNT})?(?:\.(?P<part>[0-9]{{0,2}})0*)?"
    r"(?P<after>\)?-?(?: ?[Cc][Rr])?)"
)
_DECIMAL = re.compile(rf"(?:{_COUNT})?(?:\.[0-9]*)?")
_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,6}):([0-5][0-9])")
_WRITTEN = re.compile(r"([0-9.,]+) ?([a-z]+)")
_UNITS = {
    "k": Unit.KILOBYTES,
    "m": Unit.MEGABYTES,
    "g": Unit.GIGABYTES,
}
_FACTORS = {Unit.KILOBYTES: 1, Unit.MEGABYTES: 1024, Unit.GIGABYTES: 1024 * 1024}
_SPAN = re.compile(r"(.+?)\s+(?:-|\u2013|to|through|thru)\s+(.+)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")


def trimmed(cell: str) -> str:
    """The cell without what surrounds it."""
    return cell.strip(_SPACES)


def text(cell: str, longest: int = LONGEST_TEXT) -> str:
    """The text, bounded, without characters that are not seen."""
    return trimmed(_CONTROL.sub(" ", cell))[:longest]


def form_of(cell: str) -> str:
    """How a cell is written, and not what it says: 0 for each digit, a for each letter."""
    return re.sub(r"[^\W_]", lambda found: "0" if found[0].isdigit() else "a", cell)


def phone(cell: str) -> str | None:
    """A number as E.164: ten digits, eleven after 1, or + and eight to fifteen."""
    if not _PHONE.fullmatch(cell):
        return None
    digits = re.sub(r"[^0-9]", "", cell)
    if cell.startswith("+"):
        return f"+{digits}" if re.fullmatch(r"[1-9][0-9]{7,14}", digits) else None
    if len(digits) == 10:  # noqa: PLR2004 (a number of North America)
        return f"+1{digits}"
    return f"+{digits}" if re.fullmatch(r"1[0-9]{10}", digits) else None


def party(cell: str) -> str:
    """The other party: a number where it is one, else the text."""
    return phone(cell) or text(cell, LONGEST_PARTY)


def moment(cell: str, forms: Iterable[str]) -> datetime | None:
    """Day and time in the first of the forms that gives a sound year."""
    for form in forms:
        try:
            found = datetime.strptime(cell, form)  # noqa: DTZ007 (the city's time, set by who asks)
        except ValueError:
            continue
        if EARLIEST <= found.year <= LATEST:
            return found
    return None


def day(cell: str, forms: Iterable[str]) -> date | None:
    """A day; one that a workbook gives with midnight is one as well."""
    bare = cell.removesuffix("T00:00:00").removesuffix(" 00:00:00")
    found = moment(bare, forms)
    return found.date() if found else None


def clock_time(cell: str, forms: Iterable[str]) -> time | None:
    """A time of the day."""
    for form in forms:
        try:
            return datetime.strptime(cell, form).time()  # noqa: DTZ007
        except ValueError:
            continue
    return None


def span(cell: str, forms: Iterable[str]) -> tuple[date, date] | None:
    """Two days with a dash or "to" between them."""
    kept = tuple(forms)
    found = _SPAN.fullmatch(cell)
    if found is None:
        return None
    first, last = day(found[1].strip(), kept), day(found[2].strip(), kept)
    return (first, last) if first and last and first <= last else None


def cents(cell: str) -> int | None:
    """Cents; never rounded. A minus, parentheses and CR make a credit."""
    found = _MONEY.fullmatch(cell)
    if found is None or not re.search(r"[0-9]", cell):
        return None
    whole = int((found["whole"] or "0").replace(",", ""))
    value = whole * 100 + int((found["part"] or "").ljust(2, "0"))
    marks = found["sign"] + found["after"]
    credit = any(mark in marks for mark in ("-", "\u2212", "(")) or "r" in marks.lower()
    return -value if credit else value


def count(cell: str) -> int | None:
    """A whole number, with commas or without."""
    return int(cell.replace(",", "")) if re.fullmatch(_COUNT, cell) else None


def _decimal(cell: str) -> Decimal | None:
    if not _DECIMAL.fullmatch(cell) or not re.search(r"[0-9]", cell):
        return None
    return Decimal(cell.replace(",", ""))


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def seconds(cell: str, unit: Unit) -> int | None:
    """A length in seconds, parts rounded half up."""
    if unit is Unit.CLOCK:
        found = _CLOCK.fullmatch(cell)
        if found is None or (found[1] and int(found[2]) > 59):  # noqa: PLR2004 (minutes)
            return None
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    value = _decimal(cell)
    if value is None:
        return None
    return _rounded(value * 60 if unit is Unit.MINUTES else value)


def kilobytes(cell: str, unit: Unit) -> int | None:
    """A volume in kilobytes of 1,024 bytes, parts rounded half up."""
    if unit is Unit.WRITTEN:
        found = _WRITTEN.fullmatch(cell.lower())
        named = _named_unit(found[2]) if found else None
        return kilobytes(found[1], named) if found and named else None
    value = _decimal(cell)
    if value is None:
        return None
    if unit is Unit.BYTES:
        return (_rounded(value) + 512) // 1024
    return _rounded(value * _FACTORS[unit])


def _named_unit(word: str) -> Unit | None:
    if word in {"b", "byte", "bytes"}:
        return Unit.BYTES
    known = re.fullmatch(r"([kmg])(?:b|ib|bytes?)?|(kilo|mega|giga)bytes?", word)
    return _UNITS[word[0]] if known else None
