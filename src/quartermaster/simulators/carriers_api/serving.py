"""What the two have in common: a socket on the loopback, requests as values, faults on demand."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl

LARGEST = 100_000


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def login(self) -> tuple[str, str]:
        """The name and the secret of Basic authentication; empty where there is none."""
        scheme, _, told = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic":
            return ("", "")
        name, _, secret = base64.b64decode(told).decode().partition(":")
        return (name, secret)


@dataclass(frozen=True)
class Answer:
    """What goes back."""

    status: int
    data: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Api(Protocol):
    """A carrier's API; ``faults`` are answered first, each once."""

    asked: list[Asked]
    faults: list[Answer]

    def answer(self, asked: Asked) -> Answer: ...


@contextmanager
def serving(api: Api) -> Iterator[str]:
    """Serve an API on the loopback; its address."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
            content = self.rfile.read(length)
            asked = Asked(self.command, self.path, dict(self.headers), _read(content))
            with lock:
                api.asked.append(asked)
                answer = api.faults.pop(0) if api.faults else api.answer(asked)
            body = json.dumps(answer.data).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 (the library's names)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return dict(parse_qsl(content.decode()))
    return found if isinstance(found, dict) else {}
