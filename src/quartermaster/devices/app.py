"""The devices' door: a bare ASGI application. No sessions, no middleware, no rule.

It reads a body within its bound, hands it to the driver whose prefix it is, and renders what comes
back. Drivers authenticate before they parse.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, unquote

import structlog
from django.db import close_old_connections

from quartermaster.devices.problems import answer_to, problem
from quartermaster.devices.sending import send_answer
from quartermaster.jobs import emission
from quartermaster.kernel.clock import now
from quartermaster.mdm.desk import Desk, Pool
from quartermaster.mdm.door import Answer, Request, Route

T = TypeVar("T")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
THREADS = 8
LONGEST_HEADERS = 128 * 1024
NUDGE_AFTER = 0.25  # seconds
log = structlog.get_logger(__name__)


class OpenPool(Protocol):
    def __call__(self, *, relaxed: bool = False) -> Pool: ...


class BodyTooLarge(Exception):  # noqa: N818 (named for what is wrong)
    """More bytes than the route takes; the rest is not read."""


class HeadersTooLarge(Exception):  # noqa: N818 (named for what is wrong)
    """More bytes than any header that is read here has."""


class DevicesDoor:
    """The ASGI application over the routes of the installed drivers."""

    def __init__(self, routes: Iterable[Route], open_pool: OpenPool) -> None:
        self.routes = tuple(sorted(routes, key=lambda route: -len(route.prefix)))
        self._exact = {route.prefix: route for route in self.routes}
        self._open_pool = open_pool
        self._opened: tuple[Pool, Pool, Desk] | None = None
        self._opening = asyncio.Lock()
        self._threads = ThreadPoolExecutor(THREADS, "devices")
        self._nudging: asyncio.Task[None] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            try:
                answer = await self._answer(scope, receive)
            except BodyTooLarge:
                answer = problem(413, "too-large", "The body is larger than is taken here.")
            except HeadersTooLarge:
                answer = problem(431, "too-large", "The headers are larger than is taken here.")
            except Exception as error:  # noqa: BLE001 (a door always answers)
                answer = answer_to(error)
            await send_answer(send, answer, self._in_thread, bare=scope["method"] == "HEAD")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.close()
                self._threads.shutdown(wait=False)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Message, receive: Receive) -> Answer:
        path, method = scope["path"], scope["method"]
        route = self._exact.get(path) or next(
            (r for r in self.routes if _under(path, r.prefix)), None
        )
        if route is None:
            return await self._other(path)
        if method not in route.methods:
            allowed = ", ".join(sorted(route.methods))
            return problem(405, "method-not-allowed", f"Use {allowed} here.")
        headers = _headers(scope["headers"])
        pool, relaxed, desk = self._opened or await self._open()
        request = Request(
            method=method,
            path=unquote(path.removeprefix(route.prefix)).strip("/"),
            query=_query(scope["query_string"]),
            headers=headers,
            body=await _read(receive, route.limit, headers.get("content-length", "")),
            at=now(),
            pool=pool,
            relaxed=relaxed,
            desk=desk,
            in_thread=self._in_thread,
            nudge=self._nudge,
            peer=(scope.get("client") or ("",))[0],
        )
        return await route.handler(request)

    async def _open(self) -> tuple[Pool, Pool, Desk]:
        """The connections whose commits wait for the disk, those whose do not, and the desk."""
        async with self._opening:
            if self._opened is None:
                pool, relaxed = self._open_pool(), self._open_pool(relaxed=True)
                await pool.open()
                await relaxed.open()
                self._opened = pool, relaxed, Desk(pool, relaxed)
            return self._opened

    async def close(self) -> None:
        if self._opened:
            pool, relaxed, _ = self._opened
            await pool.close()
            await relaxed.close()

    async def _other(self, path: str) -> Answer:
        """What is asked for beside the drivers: whether the door stands."""
        if path == "/healthz":
            return Answer(b"ok\n")
        if path == "/readyz":
            return await self._ready()
        return problem(404, "not-found", "There is nothing at this address.")

    async def _ready(self) -> Answer:
        pool, *_ = await self._open()
        async with pool.connection(timeout=3) as connection:
            await connection.execute("SELECT 1 FROM mdm_enrolment LIMIT 1")
        return Answer(b"ready\n")

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _tended, work)

    def _nudge(self) -> None:
        """Wake the worker once for all requests of a short while."""
        if self._nudging is None or self._nudging.done():
            self._nudging = asyncio.get_running_loop().create_task(self._wake_soon())

    async def _wake_soon(self) -> None:
        await asyncio.sleep(NUDGE_AFTER)
        try:
            await self._in_thread(emission.wake)
        except Exception:
            log.exception("devices.nudge-failed")  # the worker's sweep comes all the same


def _tended(work: Callable[[], T]) -> T:
    """Run with a database connection that is alive before and kept no longer than it may be."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by their names; one that comes twice is one value of both, as HTTP has it."""
    found: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in raw:
        size += len(raw_name) + len(raw_value)
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    if size > LONGEST_HEADERS:
        raise HeadersTooLarge
    return found


def _query(raw: bytes) -> dict[str, str]:
    return dict(parse_qsl(raw.decode("latin-1"), max_num_fields=20)) if raw else {}


async def _read(receive: Receive, limit: int, stated: str) -> bytes:
    if stated.isdecimal() and int(stated) > limit:
        raise BodyTooLarge
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TimeoutError("The device hung up.")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
