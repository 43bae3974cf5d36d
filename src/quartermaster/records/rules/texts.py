"""Text of records: its kinds, its bounds, how it is made plain, and telephone numbers in it."""

import re
import unicodedata
from enum import StrEnum

import phonenumbers

LONGEST = 100_000
MOST_POSITIONS = 50_000
MOST_NUMBERS = 200
REGION = "US"

_NUMBER = re.compile(r"(?<![\w+])\+?\(?\d[\d\s().\-/\u2010-\u2015]{5,22}\d(?!\w)")
_FEWEST_DIGITS = 7
# what is no text: controls but for line ends and tabs, and halves of surrogate pairs
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LATIN_END = 0x2000
_HIDING = str.maketrans(dict.fromkeys("<>&/_", " "))


class TextKind(StrEnum):
    """Where a text of a record was read."""

    MESSAGE = "message"
    MAIL = "mail"
    DOCUMENT = "document"
    PDF = "pdf"
    OCR = "ocr"
    DESCRIBED = "described"

    @property
    def label(self) -> str:
        return {
            TextKind.MESSAGE: "Message",
            TextKind.MAIL: "E-mail",
            TextKind.DOCUMENT: "Document",
            TextKind.PDF: "PDF",
            TextKind.OCR: "Read in a picture",
            TextKind.DESCRIBED: "Described",
        }[self]


def plain_text(text: str) -> tuple[str, bool]:
    """The text without what is no text, composed, within its bound; whether it was cut."""
    cleaned = unicodedata.normalize("NFC", _NOT_TEXT.sub(" ", text[: 2 * LONGEST])).strip()
    return cleaned[:LONGEST].rstrip(), len(cleaned) > LONGEST or len(text) > 2 * LONGEST


def folded(text: str) -> str:
    """The same letters without their accents, one for one, so that places in it stay."""
    if text.isascii():
        return text
    return "".join(_folded_letter(letter) for letter in text)


def as_indexed(text: str) -> str:
    """A text as the index reads it, one for one: no accents, and nothing that hides words.

    The database's parser takes ``<…>`` for a tag and ``and/or`` for the path of a file.
    """
    return folded(text).translate(_HIDING)


def _folded_letter(letter: str) -> str:
    if letter.isascii() or ord(letter) >= _LATIN_END:
        return letter
    base = [part for part in unicodedata.normalize("NFKD", letter) if not _is_accent(part)]
    return base[0] if len(base) == 1 else letter


def _is_accent(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f"


def phone_lexeme(text: str) -> str:
    """How a telephone number stands in the index, however it is written; empty if it is none."""
    digits = sum(letter.isdecimal() for letter in text)
    if digits < _FEWEST_DIGITS:
        return ""
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), REGION)
    except phonenumbers.NumberParseException:
        return ""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return f"tel:+{number.country_code}{phonenumbers.national_significant_number(number)}"


def phones_in(text: str) -> list[str]:
    """The telephone numbers that stand in a text, as the index has them."""
    found: dict[str, None] = {}
    for match in _NUMBER.finditer(text):
        lexeme = phone_lexeme(match.group())
        if lexeme:
            found[lexeme] = None
        if len(found) >= MOST_NUMBERS:
            break
    return list(found)
