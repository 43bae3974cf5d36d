"""Rows of texts made rows of usage detail, each text that occurs judged once.

A bill repeats itself: a month has few days, a department few lines, a carrier few words. So cells
are numbered by their text, and what a text comes to is asked of the engine, in the words of the
one `Statement`, for as many texts as there are, not for as many rows. docs/adr/0080.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from quartermaster.usage.warehouse import coding, columns
from quartermaster.usage.warehouse.staging import SURPLUS, Fate, Statement

_TEXTS = "texts"


@dataclass
class Judged:
    """What became of some rows: the columns of those taken, where those refused are, counts."""

    taken: dict[str, pa.Array]
    refused: pa.Array  # positions among these rows
    counts: dict[Fate, int]


def judged(statement: Statement, rows: pa.Table, engine: duckdb.DuckDBPyConnection) -> Judged:
    """What becomes of these rows of texts, c0 and so on; ``engine`` is asked about the texts."""
    return _Judge(statement, rows, engine).judged()


class _Judge:
    def __init__(
        self, statement: Statement, rows: pa.Table, engine: duckdb.DuckDBPyConnection
    ) -> None:
        self.statement = statement
        self.rows = rows
        self.engine = engine
        self.known: dict[str, tuple[pa.Array, pa.Array]] = {}

    def judged(self) -> Judged:
        found = dict(self._columns())
        ignored, elsewhere = self._apart()
        apart = pc.or_(ignored, elsewhere)
        refused = pc.and_not(self._unreadable(found), apart)
        left = pc.or_(apart, refused)
        counts = {
            Fate.TAKEN: len(left) - _true(left),
            Fate.REFUSED: _true(refused),
            Fate.ELSEWHERE: _true(pc.and_not(elsewhere, ignored)),
            Fate.IGNORED: _true(ignored),
        }
        if counts[Fate.TAKEN] < len(left):
            mask = pc.invert(left)
            found = {name: values.filter(mask) for name, values in found.items()}
        return Judged(found, pc.indices_nonzero(refused), counts)

    def _columns(self) -> Iterator[tuple[str, pa.Array]]:
        """Each column of usage detail for every row; NULL where it cannot be read."""
        for cells, names in self.statement.sources().items():
            codes, texts = self._together(cells)
            answers = self._asked(self.statement.of_cells(cells, names, _TEXTS), texts)
            for name in names:
                spread = _numbered if name in columns.NUMBERED else pc.take
                yield name, spread(answers.column(name).combine_chunks(), codes)

    def _together(self, cells: Sequence[int]) -> tuple[pa.Array, pa.Table]:
        """Texts of these cells as they occur together, each once, and which of them a row has."""
        if not cells:
            return self._all(0, pa.int32()), pa.table({"none": pa.nulls(1)})
        codes, texts = self._texts(f"c{cells[0]}")
        parts = {f"c{cells[0]}": texts}
        for cell in cells[1:]:
            own, more = self._texts(f"c{cell}")
            wide = pc.multiply(codes.cast(pa.int64()), pa.scalar(len(more), pa.int64()))
            codes, met = coding.coded(pc.add(wide, own))
            first = pc.divide(met, len(more))
            parts = {name: part.take(first) for name, part in parts.items()}
            parts[f"c{cell}"] = more.take(pc.subtract(met, pc.multiply(first, len(more))))
        return codes, pa.table(parts)

    def _texts(self, name: str) -> tuple[pa.Array, pa.Array]:
        if name not in self.known:
            self.known[name] = coding.numbered(self.rows.column(name))
        return self.known[name]

    def _all(self, value: Any, kind: pa.DataType) -> pa.Array:
        return coding.repeated(value, len(self.rows), kind)

    def _apart(self) -> tuple[pa.Array, pa.Array]:
        """Which rows are ignored, and which are of elsewhere."""
        ignored = elsewhere = self._all(value=False, kind=pa.bool_())
        empty = self._all(value=True, kind=pa.bool_())
        for cell in range(len(self.statement.fitted.headings)):
            if not self.statement.says(cell) and not _true(empty):
                continue  # it decides nothing, and no row can be empty any longer
            codes, texts = self._texts(f"c{cell}")
            marks = self._asked(self.statement.marks(cell, _TEXTS), pa.table({f"c{cell}": texts}))
            ignored = _or(ignored, marks, "ignored", codes)
            elsewhere = _or(elsewhere, marks, "elsewhere", codes)
            empty = pc.and_(empty, marks.column("empty").combine_chunks().take(codes))
        return pc.or_(ignored, empty), elsewhere

    def _unreadable(self, found: dict[str, pa.Array]) -> pa.Array:
        """Which rows have a cell that cannot be read, or one too many."""
        codes, texts = self._texts(SURPLUS)
        marks = self._asked(self.statement.surplus(_TEXTS), pa.table({SURPLUS: texts}))
        unreadable = _or(self._all(value=False, kind=pa.bool_()), marks, SURPLUS, codes)
        for name in self.statement.judged():
            if found[name].null_count:
                unreadable = pc.or_(unreadable, pc.is_null(found[name]))
        return unreadable

    def _asked(self, sql: str, texts: pa.Table) -> pa.Table:
        self.engine.register(_TEXTS, texts)
        try:
            return self.engine.sql(sql).to_arrow_table()
        finally:
            self.engine.unregister(_TEXTS)


def _numbered(values: pa.Array, codes: pa.Array) -> pa.DictionaryArray:
    """The value of each row; texts stay numbered, each once."""
    own, texts = coding.coded(values)
    if len(texts) < len(values):  # several are read alike, or not at all
        codes = own.take(codes)
    return pa.DictionaryArray.from_arrays(codes, texts)


def _or(before: pa.Array, marks: pa.Table, name: str, codes: pa.Array) -> pa.Array:
    said = marks.column(name).combine_chunks()
    return pc.or_(before, said.take(codes)) if _true(said) else before


def _true(values: pa.Array) -> int:
    return int(pc.sum(values).as_py() or 0)
