"""What a scanner types: one piece a line, each of its numbers told by its own form."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from quartermaster.inventory import identifiers

MOST_ROWS = 500
LONGEST_ROW = 300
_PARTS = re.compile(r"[\t,;|]+| {2,}")
_COUNT = re.compile(
    "(?:[x\N{MULTIPLICATION SIGN}]\\s*)?([0-9]{1,3})(?:\\s*[x\N{MULTIPLICATION SIGN}])?"
)


@dataclass(frozen=True)
class Scan:
    """One piece as it was scanned: its numbers by kind, and what is wrong with it."""

    row: int
    text: str
    found: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """What must not come twice; the two IMEIs of a phone are one kind."""
        return frozenset(
            ("imei" if name == "imei2" else name, value) for name, value in self.found.items()
        )


def read_scans(text: str) -> list[Scan]:
    """The pieces of a list, in order; each row says by itself what is wrong with it."""
    # an empty row of a spreadsheet comes as separators alone
    rows = [line.strip() for line in text.splitlines() if _PARTS.sub("", line).strip()]
    return repeated([_read(number, line) for number, line in enumerate(rows[:MOST_ROWS], 1)])


def count_of(text: str) -> int | None:
    """How many pieces without numbers are meant by such as “12” or “x 3”; None by other words."""
    found = _COUNT.fullmatch(text.strip())
    return int(found[1]) if found else None


def repeated(scans: list[Scan]) -> list[Scan]:
    """The same, where a number that came before makes a row wrong."""
    seen: dict[tuple[str, str], int] = {}
    told = []
    for scan in scans:
        before = next((seen[key] for key in sorted(scan.keys) if key in seen), None)
        if before is not None and not scan.problem:
            said = f"It stands in row {before} already."
            told.append(Scan(scan.row, scan.text, scan.found, said))
            continue
        for key in scan.keys:
            seen.setdefault(key, scan.row)
        told.append(scan)
    return told


def _read(number: int, line: str) -> Scan:
    if len(line) > LONGEST_ROW:
        return Scan(number, line[:40], {}, "The row is too long to be a piece.")
    parts = [part.strip() for part in _PARTS.split(line) if part.strip()]
    if len(parts) == 1:
        parts = _by_spaces(parts[0])
    found: dict[str, str] = {}
    for part in parts:
        kind, value, problem = _sort_of(part)
        if problem:
            return Scan(number, line, found, f"{part}: {problem}.")
        if kind == "imei" and "imei" in found:
            kind = "imei2"
        if kind in found:
            return Scan(number, line, found, f"There are two of a kind in the row: {part}.")
        found[kind] = value
    return Scan(number, line, found)


def _by_spaces(text: str) -> list[str]:
    """Numbers that a scanner set apart by one space; a written phone number stays whole."""
    return [text] if _accepts(identifiers.phone_number, text) else text.split()


def _sort_of(part: str) -> tuple[str, str, str]:
    """Of which kind a number is: by its length and check digits, not by its place."""
    digits = re.sub(r"[\s.\-()]", "", part)
    if re.fullmatch(r"89[0-9]{16,18}F?", digits, re.IGNORECASE):
        return _checked("iccid", identifiers.iccid, part)
    if re.fullmatch(r"89[0-9]{30}", digits):
        return _checked("eid", identifiers.eid, part)
    if re.fullmatch(r"[0-9]{15,16}", digits):
        return _checked("imei", identifiers.imei, part)
    if re.fullmatch(r"(\+?1)?[2-9][0-9]{9}", digits) and _accepts(identifiers.phone_number, part):
        return "number", identifiers.phone_number(part), ""
    if part.startswith("+"):
        return _checked("number", identifiers.phone_number, part)
    return _checked("serial", identifiers.serial, part)


def _checked(kind: str, check: Callable[[str], str], part: str) -> tuple[str, str, str]:
    try:
        return kind, check(part), ""
    except ValueError as problem:
        return kind, "", str(problem)


def _accepts(check: Callable[[str], str], text: str) -> bool:
    try:
        check(text)
    except ValueError:
        return False
    return True
