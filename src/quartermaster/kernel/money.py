"""Money is integer cents. Here it is written for people, and read from what they write."""

import re
from collections.abc import Sequence

from quartermaster.kernel.errors import InvalidInput

LARGEST = 10**15  # cents: what a bigint and a spreadsheet both keep exactly
_WRITTEN = re.compile(r"\$? ?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13})(?:\.([0-9]{1,2}))?")


def dollars(cents: int) -> str:
    """Cents as dollars: ``-$1,234.05``."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def cents(written: str) -> int:
    """The cents of an amount as people write it: ``$1,234.5``, ``12``, ``-3.20``, ``(3.20)``.

    Raises:
        InvalidInput: it is no amount, or one of more than two decimals; never rounded.
    """
    text = written.strip()
    negative = text.startswith(("-", "\N{MINUS SIGN}")) or (text[:1], text[-1:]) == ("(", ")")
    plain = text.strip("-\N{MINUS SIGN}() ")
    found = _WRITTEN.fullmatch(plain)
    if found is None:
        raise InvalidInput(f"“{written[:40]}” is no amount of money, such as 12.50.")
    value = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    return -value if negative else value


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Cents shared out by weights, to the cent: the parts add up to the total.

    What rounding leaves goes to the largest remainders, the first of equals before the others.

    Raises:
        ValueError: no weights, a negative one, or all of them nothing.
    """
    whole = sum(weights)
    if any(weight < 0 for weight in weights) or whole <= 0:
        raise ValueError("Weights are not negative, and not all nothing.")
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    order = sorted(range(len(shares)), key=lambda n: (-shares[n][1], n))
    for n in order[: abs(total) - sum(parts)]:
        parts[n] += 1
    return [sign * part for part in parts]
