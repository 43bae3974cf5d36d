"""A layout compiled to SQL: cells read as text, tried, and judged.

What becomes of a row is its ``fate``: taken; refused, with the reason; elsewhere (of another
account or cycle, which one file may hold as well); or ignored (a total, an empty row).

`Statement.sql` judges row by row; `Statement.of_cells` and `Statement.marks` are the same words
for texts that are judged once however often they occur (`judging`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings

from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.fitting import Fitted, Placed
from quartermaster.usage.rules.profiles import Layout
from quartermaster.usage.warehouse import expressions, literals
from quartermaster.usage.warehouse.columns import NAMED, quoted

LONGEST_LINE = 256 * 1024
TABLE = "staged"
SURPLUS = "surplus"
MOMENT = "moment"  # day and time as the carrier writes them, in the city's time


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

    def sql(self, *, source: str = "", parallel: bool = True) -> str:
        """Everything in one pass over the file, or a table of its cells, in that order."""
        values = self._values()
        columns = ", ".join(f"{values[name]} AS {quoted(name)}" for name in NAMED)
        final = ", ".join(quoted(name) for name in NAMED)
        cells = ", ".join(self.cells)
        trimmed = _trimmed([*self.cells, SURPLUS])
        return (
            f"CREATE TEMP TABLE {TABLE} AS WITH cells AS ("
            f"SELECT {trimmed} FROM {source or self.texts(parallel=parallel)}),"
            f" timed AS (SELECT *, {self._local()} AS {MOMENT} FROM cells),"
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

    @property
    def cells(self) -> list[str]:
        """The names of all cells of a row under headings."""
        return [f"c{n}" for n in range(len(self.fitted.headings))]

    def texts(self, *, parallel: bool = True) -> str:
        """The file as a table of texts; what is missing at a row's end is NULL."""
        types = ", ".join(f"{literals.text(name)}: 'VARCHAR'" for name in [*self.cells, SURPLUS])
        return (
            f"read_csv({literals.text(str(self.file.path))},"
            f" columns = {{{types}}}, auto_detect = false, header = false,"
            f" skip = {int(self.file.skipped)}, delim = {literals.text(self.file.delimiter)},"
            f" quote = '\"', escape = '\"', null_padding = true, strict_mode = false,"
            f" parallel = {'true' if parallel else 'false'}, max_line_size = {LONGEST_LINE})"
        )

    def sources(self) -> dict[tuple[int, ...], list[str]]:
        """The columns of usage detail by the cells that they are read from; () for constants."""
        found: dict[tuple[int, ...], list[str]] = {}
        for name in NAMED:
            places = [self.fitted.place(field) for field in self._fields(name)]
            cells = tuple(sorted({place.index for place in places if place is not None}))
            found.setdefault(cells, []).append(name)
        return found

    def of_cells(self, cells: Sequence[int], names: Sequence[str], table: str) -> str:
        """What columns are for each row of texts of their cells, in that order."""
        values = self._values()
        chosen = ", ".join(f"{values[name]} AS {quoted(name)}" for name in names)
        trimmed = _trimmed([f"c{cell}" for cell in cells]) or "*"
        moment = f", {self._local()} AS {MOMENT}" if "at" in names else ""
        return f"SELECT {chosen} FROM (SELECT *{moment} FROM (SELECT {trimmed} FROM {table}))"

    def says(self, cell: int) -> bool:
        """Whether a cell may make its row ignored, or one of elsewhere."""
        return cell == 0 or cell in self._aways()

    def surplus(self, table: str) -> str:
        """Whether each text of the cells beyond the headings is any."""
        return (
            f"SELECT {SURPLUS} != '' AS {SURPLUS} FROM (SELECT {_trimmed([SURPLUS])} FROM {table})"
        )

    def marks(self, cell: int, table: str) -> str:
        """Whether each text of one cell is none, or makes its row ignored, or one of elsewhere."""
        like = expressions.like_any(f"c{cell}", self.layout.ignored) if cell == 0 else "false"
        away = self._aways().get(cell, "false")
        return (
            f"SELECT c{cell} = '' AS empty, {like} AS ignored, {away} AS elsewhere"
            f" FROM (SELECT {_trimmed([f'c{cell}'])} FROM {table})"
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
        if self.family is Family.MESSAGE:
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
        empty = " AND ".join(f"{cell} = ''" for cell in self.cells)
        return f"({empty}) OR {expressions.like_any('c0', self.layout.ignored)}"

    def _elsewhere(self) -> str:
        """Whether a row says that it is of another account or cycle."""
        return " OR ".join(self._aways().values()) or "false"

    def _aways(self) -> dict[int, str]:
        """The same for each cell that may say so; the usual is settled by comparing."""
        parts: dict[int, list[str]] = {}
        if (place := self.fitted.place("account")) is not None:
            plain = "upper(regexp_replace({}, '[^0-9A-Za-z]', '', 'g'))"
            ours = plain.format(literals.text(self.cycle.account))
            cell = self._cell("account")
            same = literals.listed(["", self.cycle.account])
            closely = f"{plain.format(cell)} != {ours}"
            parts.setdefault(place.index, []).append(_unless(cell, same, closely))
        for field, day in (
            ("cycle_from", self.cycle.from_on),
            ("cycle_until", self.cycle.until_on),
        ):
            if (place := self.fitted.place(field)) is not None:
                cell = self._cell(field)
                read = expressions.moment(cell, self.layout.all_dates)
                same = literals.listed(["", *(day.strftime(one) for one in self.layout.all_dates)])
                closely = f"coalesce(CAST({read} AS DATE) != DATE '{day.isoformat()}', false)"
                parts.setdefault(place.index, []).append(_unless(cell, same, closely))
        if (place := self.fitted.place("cycle_span")) is not None:
            cell = self._cell("cycle_span")
            first, last = expressions.span(cell, self.layout.all_dates)
            closely = (
                f"coalesce({first} != DATE '{self.cycle.from_on.isoformat()}'"
                f" OR {last} != DATE '{self.cycle.until_on.isoformat()}', false)"
                f" AND {first} IS NOT NULL AND {last} IS NOT NULL"
            )
            parts.setdefault(place.index, []).append(_unless(cell, literals.listed([""]), closely))
        return {cell: f"({' OR '.join(each)})" for cell, each in parts.items()}

    def _reason(self) -> str:
        """Why a row cannot be taken, in a sentence; NULL where it can.

        Of the cell only the form is said: in a row that is shifted by one it may be whom
        somebody called, and the reason is kept in clear (G-9).
        """
        cases = [f"WHEN {SURPLUS} != '' THEN 'It has more cells than there are headings.'"]
        for column, places in self.judged().items():
            cells = " || ' ' || ".join(f"left(c{place.index}, 40)" for place in places)
            titles = self.layout.fields
            title = " and ".join(titles[place.field].title.lower() for place in places)
            form = expressions.form_of(f"trim({cells})")
            sentence = f"{literals.text(f'No {title}: written like “')} || {form} || '”.'"
            cases.append(f"WHEN {quoted(column)} IS NULL THEN {sentence}")
        return f"CASE {' '.join(cases)} END"

    def judged(self) -> dict[str, list[Placed]]:
        """The columns that may be unreadable, with the cells that they are read from."""
        found = {
            column: [
                place
                for name in self._fields(column)
                if (place := self.fitted.place(name)) is not None
            ]
            for column in ("number", "at", "seconds", "messages", "kilobytes", "cents")
        }
        return {column: places for column, places in found.items() if places}

    def _fields(self, column: str) -> tuple[str, ...]:
        """The fields that a column of usage detail is read from."""
        if column == "at" and self.fitted.place("at") is None:
            return ("date", "time")
        if column == "messages" and self.family is not Family.MESSAGE:
            return ()
        return {"kind": (), "cents": ("amount",)}.get(column, (column,))


def _trimmed(names: Sequence[str]) -> str:
    return ", ".join(f"{expressions.trimmed(name)} AS {name}" for name in names)


def _unless(cell: str, usual: str, closely: str) -> str:
    return f"CASE WHEN {cell} IN {usual} THEN false ELSE {closely} END"
