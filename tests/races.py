"""Doing several things at one moment, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event

from django.db import IntegrityError, connection, connections, transaction

from quartermaster.kernel.errors import HouseError

PATIENCE = 60
_WAITING = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND NOT granted AND database = (
    SELECT oid FROM pg_database WHERE datname = current_database()
)
"""


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each did, or the refusal that it met (the house's, or the database's); together."""
    barrier = Barrier(len(works), timeout=PATIENCE)

    def run(work: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return work()
        except (HouseError, IntegrityError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [item.result(PATIENCE) for item in [pool.submit(run, work) for work in works]]


def named(answers: list[object]) -> list[object]:
    """The same, refusals by their names."""
    return [
        type(item).__name__ if isinstance(item, HouseError | IntegrityError) else item
        for item in answers
    ]


def in_thread(pool: ThreadPoolExecutor, work: Callable[[], object]) -> "Future[object]":
    """What is done in a thread with a connection of its own, which is closed after it."""

    def run() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    return pool.submit(run)


def while_uncommitted(
    first: Callable[[], object],
    then: Callable[[], object],
    meanwhile: Callable[[], object] = lambda: None,
) -> list[object]:
    """What each did: the second came, and waited, while the first was written, not committed."""
    written, go_on = Event(), Event()

    def slowly() -> object:
        with transaction.atomic():
            done = first()
            written.set()
            assert go_on.wait(PATIENCE)
        return done

    with ThreadPoolExecutor(2) as pool:
        ahead = in_thread(pool, slowly)
        assert written.wait(PATIENCE)
        behind = in_thread(pool, then)
        assert somebody_waits()
        meanwhile()
        go_on.set()
        return [ahead.result(PATIENCE), behind.result(PATIENCE)]


def somebody_waits() -> bool:
    """Until the database says that a transaction waits for its turn."""
    tries = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return True
            cursor.execute("SELECT pg_sleep(0.02)")
        tries += 1
        assert tries < PATIENCE * 50, "nobody waits"
