"""The HTTP of the simulated service for apps and books."""

import json
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlparse

from quartermaster.simulators.apple.services.apps_rules import Refusal
from quartermaster.simulators.clock import now

if TYPE_CHECKING:
    from quartermaster.simulators.apple.services.apps_and_books import Shop

PREFIX = "/mdm/v2"
LARGEST = 4 * 1024 * 1024


def handler_of(shop: "Shop") -> type[BaseHTTPRequestHandler]:
    """The handler class of one location."""

    class Handler(_Handler):
        pass

    Handler.shop = shop
    return Handler


class _Handler(BaseHTTPRequestHandler):
    shop: "Shop"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 (the library's names)

    def _serve(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
        path = urlparse(self.path)
        self.shop.asked.append(f"{self.command} {path.path.removeprefix(PREFIX)}")
        try:
            said = self._answer(path.path.removeprefix(PREFIX), dict(parse_qsl(path.query)), body)
        except Refusal as refusal:
            retry = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
            self._send(refusal.status, refusal.said(), retry)
        else:
            self._send(200, said, {})

    def _answer(self, path: str, asked: dict[str, str], body: bytes) -> dict[str, Any]:
        if self.shop.refusals:
            raise self.shop.refusals.pop(0)
        if path == "/service/config":
            return self.shop.service()
        if path == "/lookup":
            return self.shop.look_up(asked.get("id", ""))
        self._require_token()
        if f"{self.command} {path}" not in self.shop._answers():  # noqa: SLF001 (of one kind)
            raise Refusal(9726)
        if self.command == "POST" and "json" not in self.headers.get("Content-Type", ""):
            raise Refusal(9727)
        try:
            said = json.loads(body) if body else {}
        except ValueError as problem:
            raise Refusal(9602) from problem
        return self.shop.answer(self.command, path, asked, said)

    def _require_token(self) -> None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            raise Refusal(9722)
        if token.encode() != self.shop.token:
            raise Refusal(9601)
        if self.shop.revoked:
            raise Refusal(9625)
        if self.shop.expires_at <= now():
            raise Refusal(9621)

    def _send(self, status: int, said: dict[str, Any], headers: dict[str, str]) -> None:
        content = json.dumps(said).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
