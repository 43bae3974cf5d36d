"""Doing several things at one moment, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import IntegrityError, connections

from quartermaster.kernel.errors import HouseError

PATIENCE = 60


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
