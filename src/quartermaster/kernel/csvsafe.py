"""Cells that a spreadsheet must read as text.

A cell that begins like a formula would be run by the spreadsheet that opens the file; a quote
before it makes it text. A plain negative or signed number is left as it is.
"""

import re

_WIDE = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # the same signs, full width
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *_WIDE)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?")


def safe(cell: str) -> str:
    """The cell, with a quote before it where a spreadsheet would take it for a formula."""
    if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
