"""One connection to Apple's push service: HTTP/2, many wakes at once, mended when it breaks."""

import asyncio
import contextlib
import secrets
import ssl
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from quartermaster.drivers.apple.wire import apns, pushcert

KEPT_FOR = timedelta(days=7)
AT_ONCE = 200  # waiting here; how many streams are open at once, the service says
ATTEMPTS = 3
DEADLINE = 90  # seconds for a batch
_TIMEOUT = httpx.Timeout(20, connect=10, pool=DEADLINE)
_LISTEN = 10
_KEEP_OPEN = 3600
_BUSY = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INTERNAL_SERVER_ERROR})


@dataclass(frozen=True)
class Trouble:
    """Why nothing was heard. ``refused``: they do not take our certificate."""

    said: str
    refused: bool = False


Result = apns.Answer | Trouble
LATE = Trouble("The push service did not answer in time.")


def tls(identity: pushcert.Bundle, anchors: Path | None) -> ssl.SSLContext:
    """A context with our certificate. Its key is on the disk for a moment only, and encrypted."""
    context = httpx.create_ssl_context(trust_env=False)
    if anchors is not None:
        context.load_verify_locations(cafile=str(anchors))
    password = secrets.token_bytes(32).hex().encode()
    key = identity.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )
    chain = (identity.certificate, *identity.above)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        path.touch(mode=0o600)
        path.write_bytes(key + b"".join(item.public_bytes(Encoding.PEM) for item in chain))
        context.load_cert_chain(path, password=password)
    return context


class Channel:
    """A connection that is opened when it is needed and stays open."""

    def __init__(self, url: str, context: ssl.SSLContext) -> None:
        self._ask_why = partial(_overheard, httpx.URL(url), context)
        self._client = httpx.AsyncClient(
            base_url=url,
            verify=context,
            http1=False,
            http2=True,
            timeout=_TIMEOUT,
            trust_env=False,
            limits=httpx.Limits(max_connections=2, keepalive_expiry=_KEEP_OPEN),
        )

    async def send(self, notifications: Sequence[apns.Notification], at: datetime) -> list[Result]:
        """Send all of them; one result each, in their order."""
        return await _Batch(self._client, self._ask_why, at).run(notifications)

    async def close(self) -> None:
        with contextlib.suppress(httpx.HTTPError, OSError):
            await self._client.aclose()


class _Batch:
    """One lot of wakes. What stops one for a reason that is not its own stops those after it."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        ask_why: Callable[[], Awaitable[Exception | None]],
        at: datetime,
    ) -> None:
        self._client = client
        self._ask_why = ask_why
        self._at = at
        self._stop: Result | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self, notifications: Sequence[apns.Notification]) -> list[Result]:
        results: list[Result] = [LATE] * len(notifications)

        async def one(place: int) -> None:
            async with self._gate:
                results[place] = self._stop or await self._one(notifications[place])

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE):
                # the first alone: a connection that cannot be had is tried once, not by each
                for place in range(min(1, len(notifications))):
                    await one(place)
                await asyncio.gather(*(one(place) for place in range(1, len(notifications))))
        return results

    async def _one(self, notification: apns.Notification) -> Result:
        problem: Exception | None = None
        for _ in range(ATTEMPTS):
            try:
                response = await self._client.post(
                    notification.path,
                    content=notification.body,
                    headers=notification.headers(self._at + KEPT_FOR),
                )
            except (httpx.TransportError, OSError) as broken:
                # a GOAWAY, too: the next try has a new connection; TLS alerts come as they are
                problem = broken
                if refusal(broken) is not None:
                    break
                continue
            answer = apns.read(response.status_code, response.headers, response.content, self._at)
            if answer.status in _BUSY:
                self._stop = answer
            return answer
        why = None if refusal(problem) else await self._ask_why()
        self._stop = refusal(why) or trouble_of(problem)
        return self._stop


async def _overheard(url: httpx.URL, context: ssl.SSLContext) -> Exception | None:
    """What the service says if we only listen.

    In TLS 1.3 a refusal of our certificate comes after the handshake, and is lost where we write
    at once.
    """
    try:
        async with asyncio.timeout(_LISTEN):
            reader, writer = await asyncio.open_connection(
                url.host, url.port or 443, ssl=context, server_hostname=url.host
            )
            try:
                await reader.read(1)
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError) as problem:  # an error of TLS is one of the operating system
        return problem
    return None


def trouble_of(problem: Exception | None) -> Trouble:
    """A broken connection in words. No address of ours, no secret."""
    refused = refusal(problem)
    if refused is not None:
        return refused
    if isinstance(problem, httpx.ConnectTimeout | httpx.ReadTimeout | httpx.PoolTimeout):
        return LATE
    kind = type(problem).__name__
    return Trouble(f"The push service could not be reached or broke off ({kind}).")


def refusal(problem: BaseException | None) -> Trouble | None:
    """What TLS itself says: their alert over our certificate, or our doubt of theirs."""
    for cause in _causes(problem):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Trouble(f"The push service is not who it says: {cause.verify_message}.")
        if isinstance(cause, ssl.SSLError) and "ALERT" in (cause.reason or ""):
            alert = (cause.reason or "").rpartition("ALERT_")[2].replace("_", " ").lower()
            return Trouble(f"The push service refuses our certificate: {alert}.", refused=True)
    return None


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while problem is not None and id(problem) not in seen:
        seen.add(id(problem))
        yield problem
        problem = problem.__cause__ or problem.__context__
