"""Playing a coroutine to its end, also in a process in which a browser keeps a loop running."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def play(story: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns, played on a loop of its own in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()
