"""Numbers of telephones as exports write them, made alike."""

from collections.abc import Iterable

_NATIONAL, _WITH_ONE = 10, 11


def alike(address: str) -> str:
    """A number without its punctuation, with the country where it is North American; else as is."""
    said = address.strip()
    if "@" in said:
        return said.casefold()
    digits = "".join(letter for letter in said if letter.isdigit() and letter.isascii())
    if not digits or any(letter.isalpha() for letter in said):
        return said
    if said.startswith("+"):
        return f"+{digits}"
    if len(digits) == _NATIONAL:
        return f"+1{digits}"
    return f"+{digits}" if len(digits) == _WITH_ONE and digits[0] == "1" else digits


def together(addresses: Iterable[str]) -> list[str]:
    """Several numbers, each once, in an order that does not depend on the export."""
    return sorted({one for address in addresses if (one := alike(address))})
