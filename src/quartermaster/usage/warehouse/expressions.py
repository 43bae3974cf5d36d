"""What each form of a cell is in SQL: a value, or NULL where the cell cannot be read so.

Each takes SQL of a trimmed text and gives SQL; an empty text is dealt with by who asks.
"""

from collections.abc import Iterable, Mapping

from quartermaster.usage.rules.profiles import Unit
from quartermaster.usage.warehouse import literals

EARLIEST, LATEST = 1990, 2099
LONGEST_TEXT = 120
_SPACES = literals.text(" \t\r\n\u00a0\ufeff")
_COUNT = r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,15}"
_DECIMAL = rf"(?:{_COUNT})?(?:\.[0-9]*)?"
_SPAN = r"^(.+?)\s+(?:-|\x{2013}|to|through|thru)\s+(.+)$"
_MINUS = "-\N{MINUS SIGN}("
_MONEY = (
    rf"[{_MINUS}]?\$? ?[{_MINUS}]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,13}})?"
    r"(?:\.[0-9]{0,2}0*)?\)?-?(?: ?[Cc][Rr])?"
)
_FACTORS = {Unit.KILOBYTES: 1, Unit.MEGABYTES: 1024, Unit.GIGABYTES: 1024 * 1024}
_WRITTEN = {
    "(?:k|kb|kib|kbytes?|kilobytes?)": Unit.KILOBYTES,
    "(?:m|mb|mib|mbytes?|megabytes?)": Unit.MEGABYTES,
    "(?:g|gb|gib|gbytes?|gigabytes?)": Unit.GIGABYTES,
    "(?:b|bytes?)": Unit.BYTES,
}


def _fits(cell: str, pattern: str) -> str:
    return f"regexp_full_match({cell}, {literals.text(pattern)})"


def form_of(cell: str) -> str:
    """How a cell is written, and not what it says: 0 for each digit, a for each letter."""
    digits = f"regexp_replace({cell}, '[0-9]', '0', 'g')"
    return rf"regexp_replace({digits}, '\p{{L}}', 'a', 'g')"


def trimmed(cell: str) -> str:
    """A cell without what surrounds it; one that ends in plain letters is left as it is.

    Trimming reads letter by letter, which is dear; hardly any cell needs it.
    """
    last = f"right({cell}, 1)"
    return (
        f"CASE WHEN {cell} IS NULL THEN ''"
        f" WHEN {cell} BETWEEN '!' AND '~' AND {last} BETWEEN '!' AND '~' THEN {cell}"
        f" ELSE trim({cell}, {_SPACES}) END"
    )


def phone(cell: str) -> str:
    """A number as E.164: ten digits, eleven after 1, or + and eight to fifteen.

    The commonest is asked for first: what stands later is only tried for what is left.
    """
    bare = f"translate({cell}, '- ().·/', '')"
    parted = " || ".join(
        f"substr({cell}, {at}, {count})" for at, count in ((2, 3), (7, 3), (11, 4))
    )
    return (
        f"CASE WHEN length({cell}) = 14 AND {_fits(cell, '[(][0-9]{3}[)] [0-9]{3}-[0-9]{4}')}"
        f" THEN '+1' || {parted}"
        f" WHEN length({cell}) = 12 AND {_fits(cell, '[0-9]{3}-[0-9]{3}-[0-9]{4}')}"
        f" THEN '+1' || replace({cell}, '-', '')"
        f" WHEN {_fits(bare, '[0-9]{10}')} THEN '+1' || {bare}"
        f" WHEN {_fits(bare, '1[0-9]{10}')} THEN '+' || {bare}"
        f" WHEN starts_with({cell}, '+') AND {_fits(bare, '[+][1-9][0-9]{7,14}')}"
        f" THEN {bare} END"
    )


def party(cell: str) -> str:
    """The other party: a number where it is one, else the text."""
    return f"coalesce({phone(cell)}, left({cell}, 40))"


def text(cell: str) -> str:
    return f"left({cell}, {LONGEST_TEXT})"


def moment(cell: str, forms: Iterable[str]) -> str:
    """A day, a time, or both, in the first of the forms that fits.

    Years of two digits are tried before those of four, which would read 26 as the year 26; whether
    the year is sound is for `sound_year`.
    """
    return _parsed(cell, sorted(forms, key=lambda form: "%Y" in form))


def span(cell: str, forms: Iterable[str]) -> tuple[str, str]:
    """The first and the last of two days in one cell; both NULL where it is no such thing."""
    kept = list(forms)
    days = []
    for group in (1, 2):
        part = f"trim(regexp_extract({cell}, {literals.text(_SPAN)}, {group}, 'i'))"
        read = moment(part, kept)
        days.append(f"CAST(CASE WHEN {sound_year(read)} THEN {read} END AS DATE)")
    return days[0], days[1]


def sound_year(value: str) -> str:
    """Whether a time is of our times."""
    return f"{value} BETWEEN TIMESTAMP '{EARLIEST}-01-01' AND TIMESTAMP '{LATEST}-12-31'"


def clock(cell: str, forms: Iterable[str]) -> str:
    """A time of the day."""
    return f"CAST({_parsed(cell, forms)} AS TIME)"


def _parsed(cell: str, forms: Iterable[str]) -> str:
    return f"try_strptime({cell}, {literals.listed(forms)})"


def money(cell: str) -> str:
    """Cents; never rounded. A minus, parentheses and CR make a credit."""
    sign = f"CASE WHEN regexp_matches({cell}, '[{_MINUS}]|[Cc][Rr]$') THEN -1 ELSE 1 END"
    value = f"try_cast(regexp_replace({cell}, '[^0-9.]', '', 'g') AS DECIMAL(18, 2))"
    plain = _fits(cell, r"\$?[0-9]{1,13}\.[0-9]{2}")
    return (
        f"CASE WHEN {plain} THEN CAST(translate({cell}, '$.', '') AS BIGINT)"
        f" WHEN {_fits(cell, _MONEY)} AND regexp_matches({cell}, '[0-9]')"
        f" THEN CAST({value} * 100 AS BIGINT) * {sign} END"
    )


def count(cell: str) -> str:
    return f"CASE WHEN {_fits(cell, _COUNT)} THEN try_cast(replace({cell}, ',', '') AS INTEGER) END"


def _decimal(cell: str) -> str:
    value = f"try_cast(replace({cell}, ',', '') AS DECIMAL(28, 12))"
    return f"CASE WHEN {_fits(cell, _DECIMAL)} AND regexp_matches({cell}, '[0-9]') THEN {value} END"


def _scaled(cell: str, factor: int, kind: str) -> str:
    """A decimal times a factor, parts rounded half up; whole numbers by the short way."""
    return (
        f"CASE WHEN {_fits(cell, '[0-9]{1,9}')}"
        f" THEN try_cast(CAST({cell} AS BIGINT) * {factor} AS {kind})"
        f" ELSE try_cast(floor({_decimal(cell)} * {factor} + 0.5) AS {kind}) END"
    )


def duration(cell: str, unit: Unit | None) -> str:
    """A length in seconds, parts rounded half up."""
    if unit is Unit.CLOCK:
        part = [f"CAST(string_split({cell}, ':')[{n}] AS INTEGER)" for n in (1, 2, 3)]
        return (
            f"CASE WHEN {_fits(cell, '[0-9]{1,4}:[0-5]?[0-9]:[0-5][0-9]')}"
            f" THEN {part[0]} * 3600 + {part[1]} * 60 + {part[2]}"
            f" WHEN {_fits(cell, '[0-9]{1,6}:[0-5][0-9]')} THEN {part[0]} * 60 + {part[1]} END"
        )
    return _scaled(cell, 60 if unit is Unit.MINUTES else 1, "INTEGER")


def volume(cell: str, unit: Unit | None) -> str:
    """A volume in kilobytes of 1,024 bytes, parts rounded half up."""
    if unit is Unit.BYTES:
        return f"(try_cast(floor({_decimal(cell)} + 0.5) AS BIGINT) + 512) // 1024"
    if unit is not Unit.WRITTEN:
        return _scaled(cell, _FACTORS[unit or Unit.KILOBYTES], "BIGINT")
    bare = f"trim(regexp_replace({cell}, '[A-Za-z]+$', ''))"
    cases = " ".join(
        f"WHEN {_fits(f'lower({cell})', f'[0-9.,]+ ?{name}')} THEN {volume(bare, each)}"
        for name, each in _WRITTEN.items()
    )
    return f"CASE {cases} END"


def word(cell: str, words: Mapping[str, Iterable[str]]) -> str:
    """The first value with a word that fits; "" where none does."""
    cases = " ".join(
        f"WHEN {' OR '.join(f'lower({cell}) LIKE {literals.like(one)}' for one in fitting)}"
        f" THEN {literals.text(value)}"
        for value, fitting in words.items()
        if fitting
    )
    return f"CASE WHEN {cell} = '' THEN '' {cases} ELSE '' END"


def like_any(cell: str, words: Iterable[str]) -> str:
    """Whether a text is what one of the words says."""
    said = " OR ".join(f"lower({cell}) LIKE {literals.like(one)}" for one in words)
    return f"({said or 'false'})"
