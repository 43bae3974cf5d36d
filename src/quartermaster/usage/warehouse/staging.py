"""A layout compiled to one statement: every row of a file read as text, tried, and judged.

What becomes of a row is its ``fate``: taken; refused, with the reason; elsewhere (of another
account or cycle, which one file may hold as well); or ignored (a total, an empty row).
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fitting import Fitted, Placed
from quartermaster.usage.rules.profiles import Layout
from quartermaster.usage.warehouse import expressions, literals
from quartermaster.usage.warehouse.columns import NAMED, quoted

LONGEST_LINE = 256 * 1024
TABLE = "staged"
_SPACES = literals.text(" \t\r\n\u00a0\ufeff")


class Fate(StrEnum):
    """What becomes of a row."""

    TAKEN = "taken"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Delimited:
    """A file of one family as it lies there. ``skipped`` lines, headings among them, come first."""

    path: Path
    fitted: Fitted
    delimiter: str
    skipped: int = 1


class Statement:
    """The statement for one file and one cycle."""

    def __init__(self, file: Delimited, cycle: Cycle) -> None:
        self.file = file
        self.fitted = file.fitted
        self.layout: Layout = file.fitted.layout
        self.cycle = cycle
        self.family = self.layout.family

    def sql(self, *, parallel: bool = True) -> str:
        """Everything in one pass over the file, in the file's order."""
        values = self._values()
        columns = ", ".join(f"{values[name]} AS {quoted(name)}" for name in NAMED)
        final = ", ".join(quoted(name) for name in NAMED)
        cells = ", ".join(f"c{n}" for n in range(len(self.fitted.headings)))
        local = self._local()
        return (
            f"CREATE TEMP TABLE {TABLE} AS WITH cells AS ({self._cells(parallel)}),"
            f" timed AS (SELECT *, {local} AS moment FROM cells),"
            f" read AS (SELECT *, {self._ignored()} AS ignored, {self._elsewhere()} AS elsewhere,"
            f" {columns} FROM timed),"
            f" judged AS (SELECT *, CASE WHEN ignored OR elsewhere THEN NULL"
            f" ELSE {self._reason()} END AS reason FROM read)"
            f" SELECT {final}, CASE WHEN ignored THEN {literals.text(Fate.IGNORED)}"
            f" WHEN elsewhere THEN {literals.text(Fate.ELSEWHERE)}"
            f" WHEN reason IS NULL THEN {literals.text(Fate.TAKEN)}"
            f" ELSE {literals.text(Fate.REFUSED)} END AS fate, reason,"
            f" CASE WHEN reason IS NOT NULL THEN [{cells}] END AS cells FROM judged"
        )

    def _cells(self, parallel: bool) -> str:  # noqa: FBT001 (passed on)
        count = len(self.fitted.headings)
        names = [f"c{n}" for n in range(count)] + ["surplus"]
        types = ", ".join(f"{literals.text(name)}: 'VARCHAR'" for name in names)
        trimmed = ", ".join(f"trim(coalesce({name}, ''), {_SPACES}) AS {name}" for name in names)
        return (
            f"SELECT {trimmed} FROM read_csv({literals.text(str(self.file.path))},"
            f" columns = {{{types}}}, auto_detect = false, header = false,"
            f" skip = {int(self.file.skipped)}, delim = {literals.text(self.file.delimiter)},"
            f" quote = '\"', escape = '\"', null_padding = true, strict_mode = false,"
            f" parallel = {'true' if parallel else 'false'}, max_line_size = {LONGEST_LINE})"
        )

    def _cell(self, field: str) -> str:
        """The cell of a field, or an empty text where the file has no such column."""
        place = self.fitted.place(field)
        return f"c{place.index}" if place is not None else "''"

    def _or_zero(self, field: str, value: str) -> str:
        cell = self._cell(field)
        return f"CASE WHEN {cell} = '' THEN 0 ELSE {value} END"

    def _values(self) -> dict[str, str]:
        """SQL of each column of usage detail."""
        fitted = self.fitted
        none = "CAST(0 AS INTEGER)"
        values = {
            "kind": literals.text(self.family.value),
            "number": expressions.phone(self._cell("number")),
            "at": self._at(),
            "other": expressions.party(self._cell("other")),
            "seconds": none,
            "messages": none,
            "kilobytes": "CAST(0 AS BIGINT)",
            "cents": f"CAST({self._or_zero('amount', expressions.money(self._cell('amount')))}"
            " AS BIGINT)",
        }
        for name in ("origin", "destination", "service"):
            values[name] = expressions.text(self._cell(name))
        values["direction"] = self._word("direction")
        for name in ("roaming", "international"):
            values[name] = f"({self._word(name)} = 'yes')"
        if place := fitted.place("seconds"):
            read = expressions.duration(f"c{place.index}", place.column.unit)
            values["seconds"] = f"CAST({self._or_zero('seconds', read)} AS INTEGER)"
        if place := fitted.place("kilobytes"):
            read = expressions.volume(f"c{place.index}", place.column.unit)
            values["kilobytes"] = f"CAST({self._or_zero('kilobytes', read)} AS BIGINT)"
        if self.family.value == "message":
            read = self._or_zero("messages", expressions.count(self._cell("messages")))
            one = "CAST(1 AS INTEGER)"
            values["messages"] = (
                f"CAST({read} AS INTEGER)" if fitted.place("messages") is not None else one
            )
        return values

    def _word(self, field: str) -> str:
        place = self.fitted.place(field)
        return "''" if place is None else expressions.word(f"c{place.index}", place.column.words)

    def _at(self) -> str:
        """The instant, out of the city's time as the carrier writes it."""
        zone = literals.text(settings.TIME_ZONE)
        return f"CASE WHEN {expressions.sound_year('moment')} THEN timezone({zone}, moment) END"

    def _local(self) -> str:
        if self.fitted.place("at") is not None:
            return expressions.moment(self._cell("at"), self.layout.all_moments)
        day = expressions.moment(self._cell("date"), self.layout.all_dates)
        cell = self._cell("time")
        time = expressions.clock(cell, self.layout.all_times)
        midnight = "CAST('00:00:00' AS TIME)"
        return f"CAST({day} AS DATE) + CASE WHEN {cell} = '' THEN {midnight} ELSE {time} END"

    def _ignored(self) -> str:
        empty = " AND ".join(f"c{n} = ''" for n in range(len(self.fitted.headings)))
        return f"({empty}) OR {expressions.like_any('c0', self.layout.ignored)}"

    def _elsewhere(self) -> str:
        """Whether a row says that it is of another account or cycle."""
        parts = []
        if self.fitted.place("account") is not None:
            plain = "upper(regexp_replace({}, '[^0-9A-Za-z]', '', 'g'))"
            ours = plain.format(literals.text(self.cycle.account))
            cell = self._cell("account")
            same = literals.listed(["", self.cycle.account])
            # the usual is settled by comparing, the rest looked at closely
            parts.append(f"({cell} NOT IN {same} AND {plain.format(cell)} != {ours})")
        for field, day in (
            ("cycle_from", self.cycle.from_on),
            ("cycle_until", self.cycle.until_on),
        ):
            if self.fitted.place(field) is not None:
                cell = self._cell(field)
                read = expressions.moment(cell, self.layout.all_dates)
                same = literals.listed(["", *(day.strftime(one) for one in self.layout.all_dates)])
                other = f"coalesce(CAST({read} AS DATE) != DATE '{day.isoformat()}', false)"
                parts.append(f"({cell} NOT IN {same} AND {other})")
        return " OR ".join(parts) or "false"

    def _reason(self) -> str:
        """Why a row cannot be taken, in a sentence; NULL where it can."""
        cases = ["WHEN surplus != '' THEN 'It has more cells than there are headings.'"]
        for column, places in self._judged().items():
            cells = " || ' ' || ".join(f"left(c{place.index}, 40)" for place in places)
            titles = self.layout.fields
            title = " and ".join(titles[place.field].title.lower() for place in places)
            sentence = f"{literals.text(f'No {title}: “')} || trim({cells}) || '”.'"
            cases.append(f"WHEN {quoted(column)} IS NULL THEN {sentence}")
        return f"CASE {' '.join(cases)} END"

    def _judged(self) -> dict[str, list[Placed]]:
        """The columns that may be unreadable, with the cells that they are read from."""
        sources = {
            "number": ("number",),
            "at": ("at",) if self.fitted.place("at") is not None else ("date", "time"),
            "seconds": ("seconds",),
            "messages": ("messages",),
            "kilobytes": ("kilobytes",),
            "cents": ("amount",),
        }
        found = {
            column: [place for name in names if (place := self.fitted.place(name)) is not None]
            for column, names in sources.items()
        }
        return {column: places for column, places in found.items() if places}
