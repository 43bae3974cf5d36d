"""DuckDB in this process: bounded, fetching nothing, and shut off from files it was not given."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from django.conf import settings

from quartermaster.usage.warehouse import literals


@dataclass(frozen=True)
class Bounds:
    """What one use of the engine may take."""

    memory_mb: int
    threads: int


def bounds() -> Bounds:
    return Bounds(settings.USAGE_MEMORY_MB, settings.USAGE_THREADS)


@contextmanager
def opened(
    work: Path, *, reads: Path | None = None, zone: str = "UTC", limits: Bounds | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that may read one file, or none; what does not fit into memory goes to ``work``.

    Extensions are neither fetched nor loaded, nothing in Python's frames is taken for a table, and
    no statement can loosen this again. ``zone`` is where its days begin and end.
    """
    held = limits or bounds()
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=work, prefix="spill-") as spill:
        connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": f"{held.memory_mb}MB",
                "threads": str(held.threads),
                "temp_directory": spill,
                "python_enable_replacements": "false",
            }
        )
        try:
            connection.execute(f"SET TimeZone = {literals.text(zone)}")
            if reads is not None:
                connection.execute(f"SET allowed_paths = {literals.listed([str(reads)])}")
            connection.execute(f"SET allowed_directories = {literals.listed([spill + '/'])}")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
        finally:
            connection.close()
