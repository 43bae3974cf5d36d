"""An installation of its own for a benchmark, in a folder that goes again."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Timed(NamedTuple):
    """How many took how long: by the clock, and of the processor here and in the database."""

    count: int
    seconds: float
    ours: float
    database: float

    @property
    def processor(self) -> float:
        return self.ours + self.database


@contextmanager
def installation(**settings: str) -> Iterator[None]:
    """Django on a fresh database, with settings of the house (without their prefix)."""
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "quartermaster.config.settings",
        "QUARTERMASTER_DATA": str(folder / "data"),
        "QUARTERMASTER_LOG_LEVEL": "ERROR",
        **{f"QUARTERMASTER_{name.upper()}": value for name, value in settings.items()},
    }
    from quartermaster.config import embedded

    try:
        import django

        embedded.ensure_running(folder / "data" / "postgres")
        django.setup()
        from django.db import connection

        from quartermaster.kernel import migrating

        migrating.migrate()
        yield
        connection.close()
    finally:
        embedded.stop(folder / "data" / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def timed(act: Callable[[], int]) -> Timed:
    """Do it, and tell how many it did in what time."""
    clock, ours, database = time.perf_counter(), time.process_time(), _of_the_database()
    count = act()
    return Timed(
        count,
        time.perf_counter() - clock,
        time.process_time() - ours,
        _of_the_database() - database,
    )


def _of_the_database() -> float:
    """Seconds of processor time that the server process of this connection has taken."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except OSError:  # another system than Linux, or a server elsewhere
        return 0.0
    fields = told.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
