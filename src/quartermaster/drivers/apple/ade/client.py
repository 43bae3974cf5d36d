"""Speaking to Apple's device assignment service: sessions, and each of its calls.

A session is asked for with the server token and renewed by every answer; when Apple forgets it, a
new one is asked for, once for a call.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from quartermaster.drivers.apple.wire import dep
from quartermaster.drivers.apple.wire.dep import Trouble
from quartermaster.drivers.apple.wire.servertoken import ServerToken

USER_AGENT = "Quartermaster/1"
TIMEOUT = httpx.Timeout(30, connect=10)


class DepClient:
    """One conversation with the service; not for two threads at once."""

    def __init__(self, address: str, token: ServerToken) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._session = ""
        self._http = httpx.Client(
            timeout=TIMEOUT,
            follow_redirects=False,
            headers={"User-Agent": USER_AGENT, dep.PROTOCOL_HEADER: dep.PROTOCOL},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def account(self) -> dep.Account:
        return dep.account(self._call("GET", "/account"))

    def fetch(self, cursor: str) -> dep.Page:
        """The next page of the whole list."""
        return dep.page(self._call("POST", "/server/devices", dep.list_request(cursor)))

    def sync(self, cursor: str) -> dep.Page:
        """What happened since the cursor."""
        return dep.page(self._call("POST", "/devices/sync", dep.list_request(cursor)))

    def details(self, serials: Sequence[str]) -> dict[str, dep.Device]:
        """What Apple knows of devices; those that are not ours are left out."""
        said = self._call("POST", "/devices", {"devices": list(serials)})
        listed = said.get("devices", {})
        found = [dep.device(item) for item in listed.values()] if isinstance(listed, dict) else []
        return {item.serial: item for item in found if item is not None and item.serial in serials}

    def define(self, content: dict[str, Any]) -> dep.Assigned:
        return dep.assigned(self._call("POST", "/profile", content))

    def profile(self, profile_uuid: str) -> dict[str, Any]:
        """A profile as it was defined."""
        return self._call("GET", f"/profile?profile_uuid={quote(profile_uuid, safe='')}")

    def assign(self, profile_uuid: str, serials: Sequence[str]) -> dep.Assigned:
        return dep.assigned(
            self._call("PUT", "/profile/devices", dep.assignment(profile_uuid, serials))
        )

    def unassign(self, serials: Sequence[str]) -> dep.Assigned:
        said = self._call("DELETE", "/profile/devices", {"devices": list(serials)})
        return dep.assigned(said)

    def _call(self, method: str, path: str, said: dict[str, Any] | None = None) -> dep.Json:
        if not self._session:
            self._session = self._new_session()
        try:
            return self._once(method, path, said)
        except dep.Refused as problem:
            if problem.trouble is not Trouble.SESSION_OVER:
                raise
        self._session = self._new_session()
        try:
            return self._once(method, path, said)
        except dep.Refused as problem:
            if problem.trouble is Trouble.SESSION_OVER:  # a fresh one, and still not taken
                raise dep.Refused(Trouble.ACCESS_DENIED, str(problem), problem.wait) from problem
            raise

    def _new_session(self) -> str:
        address = f"{self._address}/session"
        try:
            answer = self._send("GET", address, None, dep.session_headers(self._token, address))
        except dep.Refused as problem:
            if problem.trouble is Trouble.SESSION_OVER:
                raise dep.Refused(Trouble.TOKEN_REFUSED, str(problem), problem.wait) from problem
            raise
        return dep.session(dep.read(answer))

    def _once(self, method: str, path: str, said: dict[str, Any] | None) -> dep.Json:
        content = dep.body(said) if said is not None else None
        headers = {dep.SESSION_HEADER: self._session}
        return dep.read(self._send(method, self._address + path, content, headers))

    def _send(
        self, method: str, address: str, content: bytes | None, headers: dict[str, str]
    ) -> bytes:
        if content is not None:
            headers = {**headers, "Content-Type": dep.JSON}
        try:
            with self._http.stream(method, address, content=content, headers=headers) as answer:
                body = _bounded(answer)
        except httpx.HTTPError as problem:
            raise dep.Refused(Trouble.BUSY, f"nothing ({type(problem).__name__})") from problem
        if answer.status_code != httpx.codes.OK:
            raise dep.refusal(answer.status_code, body, answer.headers.get("Retry-After", ""))
        renewed = answer.headers.get(dep.SESSION_HEADER, "")
        if renewed and self._session:
            self._session = renewed
        return body


def _bounded(answer: httpx.Response) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        parts.append(part)
        if size > dep.LARGEST_ANSWER:
            break  # `dep.read` refuses it
    return b"".join(parts)


@contextmanager
def speaking(address: str, token: ServerToken) -> Iterator[DepClient]:
    with DepClient(address, token) as client:
        yield client
