"""Asking the warehouse: expressions of Ibis over the files in force, decrypted in memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.dataset as arrow
from django.conf import settings
from ibis.expr.types import Table

from quartermaster.usage.models import DetailFile, UsageCycle
from quartermaster.usage.warehouse import columns, engine, keys, store
from quartermaster.usage.warehouse_errors import DetailDamaged

VIEW = "detail"


def in_force(cycles: Iterable[UsageCycle]) -> list[DetailFile]:
    """The files in force of these cycles."""
    rows = DetailFile.objects.filter(cycle__in=list(cycles), superseded_at=None)
    return list(rows.select_related("cycle").order_by("cycle_id", "source"))


@dataclass(frozen=True)
class Opened:
    """Files opened for expressions over the tables `expressions` names."""

    connection: duckdb.DuckDBPyConnection = field(repr=False)

    def ask(self, expression: Table) -> pa.Table:
        """What an expression comes to.

        Raises:
            DetailDamaged: a file is gone, cut off, or not what was written.
        """
        sql = str(ibis.to_sql(expression, dialect="duckdb"))
        try:
            return self.connection.sql(sql).to_arrow_table()
        except (OSError, pa.ArrowException) as problem:
            raise _damaged() from problem
        except duckdb.Error as problem:
            raise _damaged() from problem

    def rows(self, expression: Table) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask(expression).to_pylist()
        return found


@contextmanager
def opened(
    files: Sequence[DetailFile],
    *,
    repeated: Sequence[str] = columns.REPEATED,
    beside: Mapping[str, pa.Table] | None = None,
) -> Iterator[Opened]:
    """These files as the one table ``detail``; ``beside`` are further tables by their names.

    No permit is asked: whoever shows single rows to people asks first (G-9). Days are the city's.
    ``repeated`` are columns read as numbers of few values, which sums are faster with; the number
    of the line among them makes them faster still, and the search for one line slower.

    Raises:
        DetailDamaged: a file is gone, cut off, or not what was written.
        NotFound: a cycle's key was destroyed.
    """
    with engine.opened(store.work(), zone=settings.TIME_ZONE) as connection:
        for name, table in (beside or {}).items():
            connection.register(name, table)
        _register(connection, files, repeated)
        yield Opened(connection)


def _damaged() -> DetailDamaged:
    return DetailDamaged(
        "A file of usage detail is gone or damaged. Restore the data folder, or import it again."
    )


def _register(
    connection: duckdb.DuckDBPyConnection, files: Sequence[DetailFile], repeated: Sequence[str]
) -> None:
    parts = []
    for number, file in enumerate(files):
        connection.register(f"part_{number}", dataset(file, repeated))
        day = file.cycle.cycle_from.isoformat()
        parts.append(f"SELECT *, DATE '{day}' AS cycle_from FROM part_{number}")
    if not parts:
        connection.register("part_0", columns.ARROW.empty_table())
        parts.append("SELECT *, DATE '1970-01-01' AS cycle_from FROM part_0")
    connection.execute(f"CREATE TEMP VIEW {VIEW} AS {' UNION ALL '.join(parts)}")


def dataset(file: DetailFile, repeated: Sequence[str] = ()) -> arrow.Dataset:
    """One file, opened with its key."""
    form = arrow.ParquetFileFormat(
        read_options=arrow.ParquetReadOptions(dictionary_columns=list(repeated)),
        default_fragment_scan_options=arrow.ParquetFragmentScanOptions(
            decryption_properties=keys.opening(keys.file_key(file.cycle, file.place))
        ),
    )
    try:
        return arrow.dataset(str(store.path_of(file.place)), format=form)
    except (OSError, pa.ArrowException) as problem:
        raise _damaged() from problem
