"""The HTTP of the simulated device assignment service: proof, sessions, dispatch."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlparse

from oauthlib.oauth1.rfc5849 import signature

from quartermaster.drivers.apple.wire import dep as wire
from quartermaster.simulators.apple.services.faults import Fault
from quartermaster.simulators.clock import now

if TYPE_CHECKING:
    from quartermaster.simulators.apple.services.dep import Dep

LARGEST = 1024 * 1024
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')
MOST_SECONDS = 300
USUAL = 100


def handler_of(service: "Dep") -> type[BaseHTTPRequestHandler]:
    """The handler class of one service."""

    class Handler(_Handler):
        dep = service

    return Handler


class _Handler(BaseHTTPRequestHandler):
    dep: "Dep"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 (the library's names)

    def _serve(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        body = self.rfile.read(length)
        self.dep.asked.append(f"{self.command} {urlparse(self.path).path}")
        try:
            said, session = self._answer(body)
        except Fault as fault:
            content = json.dumps(fault.code).encode()
            self._send(fault.status, content, {"Retry-After": str(fault.retry_after)})
        else:
            headers = {wire.SESSION_HEADER: session} if session else {}
            self._send(200, json.dumps(said).encode(), headers)

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value and value != "0":
                self.send_header(name, value)
        self.send_header("Content-Type", wire.JSON)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, body: bytes) -> tuple[dict[str, Any], str]:
        if self.dep.faults:
            raise self.dep.faults.pop(0)
        path = urlparse(self.path)
        if self.headers.get(wire.PROTOCOL_HEADER) != wire.PROTOCOL:
            raise Fault(400, "UNSUPPORTED_PROTOCOL_VERSION")
        if path.path == "/session":
            self._require_proof()
            return {"auth_session_token": self._session()}, ""
        self._require_session()
        if body and not self.headers.get("Content-Type", "").startswith("application/json"):
            raise Fault(400, "MALFORMED_REQUEST_BODY")
        said = _json(body)
        return self._call(path.path, said, parse_qs(path.query)), self._session()

    def _session(self) -> str:
        """A new session; earlier ones are good beside it, as requests may be under way."""
        name = secrets.token_urlsafe(24)
        self.dep.sessions.add(name)
        return name

    def _require_proof(self) -> None:
        """OAuth 1.0a as RFC 5849 has it: each timestamp and nonce once, and not from long ago."""
        header = self.headers.get("Authorization", "")
        said = {name: unquote(value) for name, value in _PARAMETER.findall(header)}
        token, at = self.dep.token, self.dep.at()
        if not self.dep.enabled or token.expires_at <= at:
            raise Fault(401, "TOKEN_EXPIRED")
        once = (said.get("oauth_timestamp", "0"), said.get("oauth_nonce", ""))
        late = abs(int(once[0]) - now().timestamp()) > MOST_SECONDS
        ours = (token.consumer_key, token.access_token)
        known = (said.get("oauth_consumer_key"), said.get("oauth_token")) == ours
        if late or not known or once in self.dep.used or not self._holds(header, said):
            raise Fault(401, "UNAUTHORIZED")
        self.dep.used.add(once)

    def _holds(self, header: str, said: dict[str, str]) -> bool:
        parameters = signature.collect_parameters(headers={"Authorization": header})
        base = signature.signature_base_string(
            "GET",
            signature.base_string_uri(f"http://{self.headers['Host']}{self.path}"),
            signature.normalize_parameters(parameters),  # type: ignore[arg-type]  # pairs, as it says
        )
        token = self.dep.token
        key = f"{quote(token.consumer_secret, '~')}&{quote(token.access_secret, '~')}"
        made = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
        return hmac.compare_digest(base64.b64encode(made).decode(), said.get("oauth_signature", ""))

    def _require_session(self) -> None:
        if not self.dep.enabled:
            raise Fault(403, "ACCESS_DENIED")
        if self.headers.get(wire.SESSION_HEADER) not in self.dep.sessions:
            raise Fault(403, "FORBIDDEN")
        if not self.dep.terms_signed:
            raise Fault(403, "T_C_NOT_SIGNED")

    def _call(self, path: str, said: dict[str, Any], query: dict[str, list[str]]) -> dict[str, Any]:
        dep, cursor, limit = self.dep, str(said.get("cursor", "")), int(said.get("limit", USUAL))
        serials = [str(item) for item in said.get("devices", [])]
        name = str(said.get("profile_uuid") or query.get("profile_uuid", [""])[0])
        calls: dict[str, Callable[[], dict[str, Any]]] = {
            "GET /account": dep.account,
            "POST /server/devices": lambda: dep.fetch(cursor, limit),
            "POST /devices/sync": lambda: dep.sync(cursor, limit),
            "POST /devices": lambda: dep.details(serials),
            "POST /profile": lambda: dep.define(said),
            "GET /profile": lambda: dep.profile(name),
            "PUT /profile/devices": lambda: dep.assign(name, serials),
            "POST /profile/devices": lambda: dep.assign(name, serials),
            "DELETE /profile/devices": lambda: dep.unassign(serials),
        }
        call = calls.get(f"{self.command} {path}")
        if call is None:
            raise Fault(404, "NOT_FOUND")
        return call()


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body) if body else {}
    except ValueError as problem:
        raise Fault(400, "MALFORMED_REQUEST_BODY") from problem
    if not isinstance(said, dict):
        raise Fault(400, "MALFORMED_REQUEST_BODY")
    return said
