"""Who calls at the same instant is served together: one statement, one commit, for all of them.

While one statement is under way, calls gather for the next. The busier the door, the more calls
share a statement, so a call costs less the more there are of them. What is slow holds up nobody:
after a moment the next statement goes out beside it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import psycopg

from quartermaster.mdm.door import Pool
from quartermaster.mdm.poll import Call, Polled, poll

MOST = 64  # calls of one statement
LARGE = 64 * 1024  # bytes of an answer that goes alone
GATHER = 0.001  # seconds that a call waits for others
PATIENCE = 0.02  # seconds until the next statement no longer waits for the one under way
WAIT = 5  # seconds for a connection
Take = Callable[[Sequence[Call]], Awaitable[Sequence[Polled | None]]]
Waiting = tuple[Call, asyncio.Future[Polled | None]]


@dataclass
class Gathering:
    """Calls of one sort, which ``take`` serves several at a time."""

    take: Take
    _waiting: list[Waiting] = field(default_factory=list)
    _serving: asyncio.Task[None] | None = None
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, call: Call) -> Polled | None:
        """What this call found, once its turn has come."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Polled | None] = loop.create_future()
        self._waiting.append((call, future))
        if self._serving is None:
            self._serving = loop.create_task(self._serve())
        return await future

    async def _serve(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GATHER)
                task = asyncio.create_task(self._settle(self._next()))
                self._under_way.add(task)  # the loop itself would let go of it
                task.add_done_callback(self._under_way.discard)
                await asyncio.wait({task}, timeout=PATIENCE)
        finally:
            self._serving = None

    def _next(self) -> list[Waiting]:
        """Who comes next; a certificate that calls twice is served twice, one after the other."""
        chosen: dict[bytes, Waiting] = {}
        later = []
        for item in self._waiting:
            if len(chosen) < MOST and item[0].fingerprint not in chosen:
                chosen[item[0].fingerprint] = item
            else:
                later.append(item)
        self._waiting = later
        return list(chosen.values())

    async def _settle(self, batch: Sequence[Waiting]) -> None:
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
        for (_, future), polled in zip(batch, found, strict=True):
            if not future.done():
                future.set_result(polled)


def _may_be_of_one(problem: Exception) -> bool:
    """Whether the database refused what one of the calls brought, so that the others may pass."""
    return isinstance(problem, psycopg.Error) and problem.sqlstate is not None


class Desk:
    """Where the calls of this process's devices are served."""

    def __init__(self, pool: Pool, relaxed: Pool) -> None:
        self._answers = pool
        # that a command was sent may be forgotten, as it is then sent again; an answer may not
        self._idle = Gathering(lambda calls: _take(relaxed, calls))
        self._answering = Gathering(lambda calls: _take(pool, calls))

    async def poll(self, call: Call) -> Polled | None:
        """The next command of the device that calls (G-10); None: no such certificate."""
        if call.answered is None:
            return await self._idle.serve(call)
        if len(call.answered.raw) > LARGE:
            return (await _take(self._answers, [call]))[0]
        return await self._answering.serve(call)


async def _take(pool: Pool, calls: Sequence[Call]) -> Sequence[Polled | None]:
    async with pool.connection(timeout=WAIT) as connection:
        return await poll(connection, calls)
