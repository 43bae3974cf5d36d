"""Asking a carrier's API: bounded in time and size, and what could not be asked said plainly."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from quartermaster.inventory.carriers import Unavailable

SECONDS = 20
LARGEST = 1024 * 1024
TOO_MANY = 429
FAULT = 500
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Reply:
    """What a carrier answered; ``data`` is an empty mapping where it is no JSON object."""

    status: int
    data: Mapping[str, Any]
    after: timedelta | None = None

    @property
    def good(self) -> bool:
        return httpx.codes.is_success(self.status)

    def text(self, *names: str) -> str:
        """The text under a path of names; empty where there is none."""
        found: Any = self.data
        for name in names:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) else ""


def ask(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    login: tuple[str, str] | None = None,
) -> Reply:
    """Ask once. `Unavailable` where nothing came, too much came, or the carrier is in trouble."""
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False) as http,
            http.stream(
                method,
                address,
                headers={"Accept": "application/json", **(headers or {})},
                json=body,
                data=form,
                auth=login,
            ) as answer,
        ):
            content = _bounded(answer)
            reply = Reply(answer.status_code, _object(content), _after(answer))
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        kind = type(problem).__name__
        raise Unavailable(f"The carrier could not be reached ({kind}).") from problem
    if reply.status == TOO_MANY:
        raise Unavailable("The carrier asks us to wait.", after=reply.after or timedelta(minutes=1))
    if reply.status >= FAULT:
        said = f"The carrier has a fault of its own ({reply.status})."
        raise Unavailable(said, after=reply.after)
    return reply


def _bounded(answer: httpx.Response) -> bytes:
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise Unavailable("The carrier answered with more than can be read.")
    return content


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {"items": found}


def _after(answer: httpx.Response) -> timedelta | None:
    said = answer.headers.get("Retry-After", "")
    if not said.isascii() or not said.isdigit():
        return None
    return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
