"""Doing several things at one moment, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from quartermaster.kernel.errors import HouseError

PATIENCE = 30


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each did, or the refusal that it met; all begin together."""
    barrier = Barrier(len(works), timeout=PATIENCE)

    def run(work: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return work()
        except HouseError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [item.result(PATIENCE) for item in [pool.submit(run, work) for work in works]]
