"""Who calls at the same instant is served together: one statement, one commit, for all of them.

While one statement is under way, calls gather for the next, and a moment longer where more came
together just before. The busier the door, the more calls share a statement, so a call costs less
the more there are of them; at an idle door none waits. What is slow holds up nobody: after a moment
the next statement goes out beside it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from quartermaster.mdm.arriving import Bringing, Naming, authenticate, enrol
from quartermaster.mdm.poll import Call, Polled, brings_answers, poll

MOST = 64  # calls of one statement
LARGE = 64 * 1024  # bytes of an answer that goes alone
GATHER = 0.004  # seconds that a call waits, at most, for as many as came just before
PATIENCE = 0.02  # seconds until the next statement no longer waits for the one under way
WAIT = 5  # seconds for a connection
Connection = AsyncConnection[Any]
Pool = AsyncConnectionPool[Connection]


class Asked(Protocol):
    """What a device says; of one certificate, one at a time."""

    @property
    def fingerprint(self) -> bytes: ...


Q = TypeVar("Q", bound=Asked)
A = TypeVar("A")


@dataclass
class Gathering(Generic[Q, A]):
    """Calls of one sort, which ``take`` serves several at a time, each with its answer."""

    take: Callable[[Sequence[Q]], Awaitable[Sequence[A]]]
    _waiting: list[tuple[Q, asyncio.Future[A]]] = field(default_factory=list)
    _serving: asyncio.Task[None] | None = None
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    expected: int = 1  # as many as shared a statement lately; one less with each that were fewer
    _together: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, call: Q) -> A:
        """What this call found, once its turn has come."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A] = loop.create_future()
        self._waiting.append((call, future))
        if len(self._waiting) >= self.expected:
            self._together.set()
        if self._serving is None:
            self._serving = loop.create_task(self._serve())
        return await future

    async def _serve(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                batch = self._next()
                self.expected = max(len(batch), self.expected - 1)
                task = asyncio.create_task(self._settle(batch))
                self._under_way.add(task)  # the loop itself would let go of it
                task.add_done_callback(self._under_way.discard)
                await asyncio.wait({task}, timeout=PATIENCE)
        finally:
            self._serving = None

    async def _gather(self) -> None:
        """Wait for those who came together just before; they come again when they were served."""
        await asyncio.sleep(0)  # who comes at this very instant
        if len(self._waiting) < self.expected:
            self._together.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER):
                    await self._together.wait()

    def _next(self) -> list[tuple[Q, asyncio.Future[A]]]:
        """Who comes next; a certificate that calls twice is served twice, one after the other."""
        chosen: dict[bytes, tuple[Q, asyncio.Future[A]]] = {}
        later = []
        for item in self._waiting:
            if len(chosen) < MOST and item[0].fingerprint not in chosen:
                chosen[item[0].fingerprint] = item
            else:
                later.append(item)
        self._waiting = later
        return list(chosen.values())

    async def _settle(self, batch: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        try:
            found = await self.take([call for call, _ in batch])
        except Exception as problem:  # noqa: BLE001 (each caller is told)
            if len(batch) > 1 and _may_be_of_one(problem):
                for item in batch:
                    await self._settle([item])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(problem)
            return
        for (_, future), answer in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(answer)


def _may_be_of_one(problem: Exception) -> bool:
    """Whether the database refused what one of the calls brought, so that the others may pass."""
    return isinstance(problem, psycopg.Error) and problem.sqlstate is not None


class Desk:
    """Where what this process's devices say is taken."""

    def __init__(self, pool: Pool, relaxed: Pool) -> None:
        self._pool, self._relaxed = pool, relaxed
        self._polls = Gathering(self._poll)
        self._namings = Gathering(_over(pool, authenticate))
        self._bringings = Gathering(_over(pool, enrol))

    async def poll(self, call: Call) -> Polled | None:
        """The next command of the device that calls (G-10); None: no such certificate."""
        if call.answered is not None and len(call.answered.raw) > LARGE:
            return (await self._poll([call]))[0]
        return await self._polls.serve(call)

    async def _poll(self, calls: Sequence[Call]) -> Sequence[Polled | None]:
        # that a command was sent may be forgotten, as it is then sent again; an answer may not
        pool = self._pool if brings_answers(calls) else self._relaxed
        async with pool.connection(timeout=WAIT) as connection:
            return await poll(connection, calls)

    async def arrive(self, arriving: Naming | Bringing) -> bool:
        """Whether this was a plain step of a new device on its way in, and was taken (G-10)."""
        if isinstance(arriving, Naming):
            return await self._namings.serve(arriving)
        return await self._bringings.serve(arriving)


def _over(
    pool: Pool, take: Callable[[Connection, Sequence[Q]], Awaitable[Sequence[A]]]
) -> Callable[[Sequence[Q]], Awaitable[Sequence[A]]]:
    """To take calls over a connection of a pool."""

    async def over(calls: Sequence[Q]) -> Sequence[A]:
        async with pool.connection(timeout=WAIT) as connection:
            return await take(connection, calls)

    return over
