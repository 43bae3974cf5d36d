"""One reader in the whole installation: a lock of the database session, which a dead one loses."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_LOCK = 0x51_4D_43_46  # any number that nothing else uses


class ReaderBusy(Exception):  # noqa: N818
    """Somebody else reads."""


@contextmanager
def only_reader() -> Iterator[None]:
    """Hold the reader's lock, or raise `ReaderBusy` at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise ReaderBusy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
