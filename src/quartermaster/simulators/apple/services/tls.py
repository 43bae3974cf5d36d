"""TLS on a server's side that says why it refuses: asyncio's own loses the alert."""

import asyncio
import ssl
from typing import Protocol


class Inner(Protocol):
    """What speaks inside."""

    def opened(self, outer: "TlsServer") -> None: ...

    def received(self, data: bytes) -> None: ...

    def lost(self) -> None: ...


class TlsServer(asyncio.Protocol):
    """One connection: the handshake, then whatever ``inner`` says."""

    def __init__(self, context: ssl.SSLContext, inner: Inner) -> None:
        self.inner = inner
        self.closing = False
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._shaken = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (as asyncio calls it)
        self.closing = True
        if self._shaken:
            self.inner.lost()

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        try:
            if not self._shaken:
                self.tls.do_handshake()
                self._shaken = True
                self.inner.opened(self)
            while not self.closing and (plain := self.tls.read(65536)):
                self.inner.received(plain)
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError:
            self._flush()  # the alert that says why
            self.close()

    def write(self, data: bytes) -> None:
        """Send; nothing is sent any more once it closes."""
        if data and not self.closing:
            self.tls.write(data)
            self._flush()

    def close(self) -> None:
        self.closing = True
        self.transport.close()

    def abort(self) -> None:
        self.closing = True
        self.transport.abort()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self.transport.write(self._outgoing.read())
