"""Usage detail by the million, for benchmarks: written by DuckDB, the same for the same seed.

The rows are in the layouts of `LAYOUTS`: Verizon's voice, message and data detail, one file for
each family and cycle, as `files_of` writes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from quartermaster.simulators.carriers.bills import cycle_days

CARRIER = "verizon"
FAMILIES = ("voice", "message", "data")
_SHARES = {"voice": 30, "message": 45, "data": 25}  # of a hundred rows
_DAY = "strftime({first} + INTERVAL (h % {days}) DAY, '%m/%d/%Y')"
_TIME = "strftime(TIMESTAMP '2000-01-01' + INTERVAL (h // 32 % 1440) MINUTE, '%I:%M%p')"
_LINE = "printf('%d-%03d-%04d', {area}, 200 + n // 10000, n % 10000)"
_PARTY = "printf('414-%03d-%04d', 200 + h // 7 % 700, h // 11 % 10000)"
_COLUMNS = {
    "voice": f"""{_PARTY} AS "Number",
        CASE h % 5 WHEN 0 THEN 'Madison WI' WHEN 1 THEN 'Racine WI' ELSE 'Milwaukee WI' END
            AS "Origination",
        CASE WHEN h // 3 % 5 < 2 THEN 'Incoming CL' ELSE 'Milwaukee WI' END AS "Destination",
        (1 + h // 13 % 22)::VARCHAR AS "Minutes",
        CASE WHEN h // 17 % 200 = 0 THEN 'International' ELSE 'Peak' END AS "Usage Type",
        CASE WHEN h // 19 % 100 = 0 THEN 'Roam' ELSE 'Home' END AS "Rate",
        '$0.00' AS "Total Call Charge\"""",
    "message": f"""{_PARTY} AS "To/From",
        CASE WHEN h // 3 % 2 = 0 THEN 'Received' ELSE 'Sent' END AS "Sent/Received",
        'Text' AS "Message Type",
        CASE WHEN h // 19 % 100 = 0 THEN 'Roam' ELSE 'Home' END AS "Rate",
        '$0.00' AS "Charge\"""",
    "data": """(1 + h // 13 % 90000)::VARCHAR AS "Kilobytes",
        'Mobile data' AS "Data Type",
        CASE WHEN h // 19 % 100 = 0 THEN 'Roam' ELSE 'Home' END AS "Rate",
        '$0.00' AS "Charge\"""",
}


@dataclass(frozen=True)
class BulkFile:
    """A file of detail with the cycle that it is of."""

    path: Path
    family: str
    account: str
    cycle_from: date
    cycle_until: date
    rows: int


def write_detail(
    folder: Path,
    *,
    rows: int,
    lines: int = 10_000,
    cycles: int = 12,
    first: date = date(2025, 9, 2),
    account: str = "280000000001-1",
    seed: int = 1,
    area: int = 414,
) -> list[BulkFile]:
    """So many rows over all cycles and families, of so many lines.

    The lines are numbered +1 ``area`` 200 0000 upwards, at most eight million.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[BulkFile] = []
    with duckdb.connect() as base:
        for family, cycle, count in _shares(rows, cycles, first):
            path = folder / f"{CARRIER}_{account}_{cycle[1]:%Y%m%d}_{family}.txt"
            salt = seed * 1_000_003 + len(made)
            base.execute(_statement(family, account, cycle, count, lines, salt, area, path))
            made.append(BulkFile(path, family, account, *cycle, count))
    return made


def numbers(lines: int, area: int = 414) -> Iterator[str]:
    """The lines of `write_detail`, in E.164."""
    for n in range(lines):
        yield f"+1{area}{200 + n // 10_000:03}{n % 10_000:04}"


def _shares(rows: int, cycles: int, first: date) -> Iterator[tuple[str, tuple[date, date], int]]:
    parts = [
        (family, cycle, _SHARES[family])
        for cycle in cycle_days(first, cycles)
        for family in FAMILIES
    ]
    whole, given = sum(share for *_, share in parts), 0
    for place, (family, cycle, _) in enumerate(parts, start=1):
        until = rows * sum(share for *_, share in parts[:place]) // whole
        yield family, cycle, until - given
        given = until


def _statement(
    family: str,
    account: str,
    cycle: tuple[date, date],
    count: int,
    lines: int,
    salt: int,
    area: int,
    path: Path,
) -> str:
    first, last = cycle
    day = _DAY.format(first=f"DATE '{first}'", days=(last - first).days + 1)
    return f"""
        COPY (
            SELECT '{account}' AS "Account Number",
                '{last:%m/%d/%Y}' AS "Bill Cycle Date",
                {_LINE.format(area=area)} AS "Wireless Number",
                {day} AS "Date",
                {_TIME} AS "Time",
                {_COLUMNS[family]}
            FROM (
                SELECT (hash(i + {salt}::BIGINT * 1000000007) // 2)::BIGINT AS h,
                    (hash(i * 31 + {salt}::BIGINT) % {lines})::BIGINT AS n
                FROM range({count}) AS counted(i)
            )
        ) TO '{path.as_posix().replace("'", "''")}' (HEADER, DELIMITER '\t', QUOTE '"')
    """  # noqa: S608 (values of our own)
