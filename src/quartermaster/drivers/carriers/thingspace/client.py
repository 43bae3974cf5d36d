"""Talking to ThingSpace: two tokens, both used for as long as they last.

The platform locks an account after some log-ins with a wrong password, so that a log-in that was
refused is never tried again by itself.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quartermaster.drivers.carriers.http import Reply, ask
from quartermaster.inventory.carriers import Access, Declined, Locked, Unavailable

UNAUTHORISED = frozenset({401, 403})
_SESSION = (
    "REQUEST_FAILED.SessionToken.Expired",
    "INPUT_INVALID.SessionToken.Invalid",
    "INPUT_INVALID.SessionToken.Required",
)
_AGAIN = ("REQUEST_FAILED.UnexpectedError", "REQUEST_FAILED.Timeout", "REQUEST_FAILED.Busy")
_THROTTLED = ("900800", "900802", "900804")


@dataclass(frozen=True)
class Tokens:
    """The bearer of the API's portal, and the session of the account."""

    bearer: str
    session: str


_KEPT: dict[str, Tokens] = {}
_LOCK = threading.Lock()


class Client:
    """Requests with both tokens; each is got anew once where it ran out."""

    def __init__(self, access: Access) -> None:
        self._access = access
        secret = repr(sorted(access.values.items()))
        self._mark = hashlib.sha256(f"{access.key}{access.address}{secret}".encode()).hexdigest()

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        """Ask under ``/m2m/v1``; `Declined` where the platform will not."""
        reply = self._send(method, path, body, self._tokens())
        if _ran_out(reply):
            reply = self._send(method, path, body, self._tokens(fresh=True))
        if reply.good:
            return reply
        code, said = code_of(reply), reply.text("errorMessage")[:200]
        if reply.status in UNAUTHORISED or code.startswith(_SESSION):
            raise Locked(f"ThingSpace does not let us in ({code or reply.status}).")
        if code in _THROTTLED:
            raise Unavailable("ThingSpace asks us to wait.", after=reply.after)
        if code.startswith(_AGAIN):
            raise Unavailable(f"ThingSpace has a fault of its own ({code}).")
        raise Declined(f"ThingSpace declined: {said or code or reply.status}", reason=code)

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, tokens: Tokens
    ) -> Reply:
        headers = {"Authorization": f"Bearer {tokens.bearer}", "VZ-M2M-Token": tokens.session}
        return ask(method, f"{self._access.address}/m2m/v1{path}", headers=headers, body=body)

    def _tokens(self, *, fresh: bool = False) -> Tokens:
        """The tokens in use; one log-in at a time, whoever asks."""
        with _LOCK:
            kept = None if fresh else _KEPT.get(self._mark)
            if kept is None:
                bearer = self._bearer()
                kept = _KEPT[self._mark] = Tokens(bearer, self._session(bearer))
            return kept

    def _bearer(self) -> str:
        access = self._access
        reply = ask(
            "POST",
            f"{access.address}/ts/v1/oauth2/token",
            form={"grant_type": "client_credentials"},
            login=(access.value("key"), access.value("secret")),
        )
        token = reply.text("access_token")
        if not reply.good or not token:
            said = reply.text("error") or code_of(reply) or str(reply.status)
            raise Locked(f"ThingSpace does not take our key ({said}).")
        return token

    def _session(self, bearer: str) -> str:
        access = self._access
        reply = ask(
            "POST",
            f"{access.address}/m2m/v1/session/login",
            headers={"Authorization": f"Bearer {bearer}"},
            body={"username": access.value("username"), "password": access.value("password")},
        )
        token = reply.text("sessionToken")
        if not reply.good or not token:
            said = code_of(reply) or str(reply.status)
            raise Locked(f"ThingSpace does not take our user or password ({said}).")
        return token


def code_of(reply: Reply) -> str:
    """The code without the name of the service in front, which the platform does not promise."""
    code = reply.text("errorCode") or reply.text("fault", "code")
    service, dot, rest = code.partition(".")
    return rest if dot and not service.isupper() else code


def _ran_out(reply: Reply) -> bool:
    return reply.status in UNAUTHORISED or code_of(reply).startswith(_SESSION)


def forget() -> None:
    """Forget every token, as a new process would."""
    with _LOCK:
        _KEPT.clear()
