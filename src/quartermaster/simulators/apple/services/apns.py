"""Apple's push service, as far as a management server sees it: HTTP/2 over TLS, with its errors.

It asks for a client certificate, takes notifications for the topic of that certificate only, and
wakes the simulated devices that registered a token here. Faults are set from outside: a token that
is gone, a service that is busy, a connection that is closed politely or not.
"""

import asyncio
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from quartermaster.simulators.apple.services.apns_rules import Refusal, Request, checked
from quartermaster.simulators.apple.services.apns_wire import Connection
from quartermaster.simulators.apple.services.portal import Portal
from quartermaster.simulators.apple.services.tls import TlsServer

Wake = Callable[[], object]


@dataclass(frozen=True)
class Received:
    """A notification that was taken, and over which connection it came."""

    token: bytes
    topic: str
    magic: str
    priority: str
    expiration: str
    connection: int


@dataclass
class PushService:
    """The service. Its lists may be read, and its faults set, while it runs."""

    portal: Portal
    host: str = "127.0.0.1"
    port: int = 0
    most_streams: int = 100
    tokens: dict[bytes, tuple[str, Wake | None]] = field(default_factory=dict)
    gone: dict[bytes, datetime] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    talking: set[Connection] = field(default_factory=set)
    connections: int = 0
    most_open: int = 0
    goaway_after: int | None = None  # answers on the next connection, before it says goodbye
    drop_after: int | None = None  # answers on the next connection, before it breaks

    def register(self, token: bytes, topic: str, wake: Wake | None = None) -> None:
        """A device listens to a topic under a token; ``wake`` is called for each notification."""
        self.gone.pop(token, None)
        self.tokens[token] = (topic, wake)

    def forget(self, token: bytes, since: datetime) -> None:
        """A device listens no more."""
        self.tokens.pop(token, None)
        self.gone[token] = since

    def answer(self, asked: Request, topic: str, connection: int) -> Refusal | None:
        """Take one notification, or say why not."""
        refusal = self.faults.pop(0) if self.faults else None
        refusal = refusal or checked(asked, topic, self.tokens, self.gone)
        if refusal is not None:
            self.refusals.append(refusal.reason)
            return refusal
        headers = asked.headers
        self.received.append(
            Received(
                asked.token,
                headers["apns-topic"],
                asked.magic,
                headers.get("apns-priority", ""),
                headers.get("apns-expiration", ""),
                connection,
            )
        )
        wake = self.tokens[asked.token][1]
        if wake is not None:
            self._bell.submit(wake)
        return None

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve in a thread; gives the address."""
        self._bell = ThreadPoolExecutor(4, thread_name_prefix="woken")
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="apns", daemon=True)
        thread.start()
        try:
            server = asyncio.run_coroutine_threadsafe(self._listen(), loop).result(10)
            yield f"https://{self.host}:{server.sockets[0].getsockname()[1]}"
            asyncio.run_coroutine_threadsafe(self._stop(server), loop).result(10)
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)
            loop.close()
            self._bell.shutdown(cancel_futures=True)

    async def _listen(self) -> asyncio.Server:
        context = _context(self.portal, self.host)
        return await asyncio.get_running_loop().create_server(
            lambda: TlsServer(context, self._take()), self.host, self.port
        )

    def _take(self) -> Connection:
        self.connections += 1
        goodbye, self.goaway_after = self.goaway_after, None
        breaks, self.drop_after = self.drop_after, None
        return Connection(self, self.connections, goodbye, breaks)

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()
        for connection in list(self.talking):
            connection.abort()
        await asyncio.sleep(0)


def _context(portal: Portal, host: str) -> ssl.SSLContext:
    """TLS with an identity of the portal's, for clients with a certificate of the portal's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=portal.root.public_bytes(Encoding.PEM).decode())
    context.set_alpn_protocols(["h2"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        path.touch(mode=0o600)
        path.write_bytes(portal.server(host).pem())
        context.load_cert_chain(path)
    return context
