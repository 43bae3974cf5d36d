"""Who speaks: a bearer token, checked before anything of the request is read."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from quartermaster.api.problems import TooLarge
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import Actor
from quartermaster.org.tokens import Bearer, bearer_of

LARGEST_BODY = 1024 * 1024


class BearerToken(HttpBearer):
    """A token in force that has the scope of the operation."""

    def __init__(self, scope: str, *, largest: int = LARGEST_BODY) -> None:
        super().__init__()
        self.scope = scope
        self.largest = largest

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        bearer = bearer_of(token, now())
        if bearer is None:
            return None
        if self.scope not in bearer.scopes:
            raise Refused(f"This token does not have the scope {self.scope}.", scope=self.scope)
        length = request.headers.get("Content-Length") or "0"
        if not length.isascii() or not length.isdigit() or int(length) > self.largest:
            raise TooLarge(f"A body may have {self.largest} bytes at most.", limit=self.largest)
        return bearer


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind the token of a request that was let in."""
    bearer: Bearer = request.auth  # type: ignore[attr-defined]  # set by the check above
    return bearer.actor
