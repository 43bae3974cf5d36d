"""What Apple's services ask us to prove ourselves with: one entry of the table for each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from quartermaster.drivers.apple import push_certificate
from quartermaster.drivers.apple.ade import token as server_token
from quartermaster.drivers.apple.store import token as content_token
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.mdm.abilities import Credential, CredentialKind, Requested
from quartermaster.mdm.errors import CredentialUnusable


@dataclass(frozen=True)
class Handler:
    """How one kind is asked for, completed and brought. What a kind has not, it refuses."""

    about: CredentialKind
    request: Callable[[datetime], Requested] | None = None
    complete: Callable[[bytes, bytes, datetime], Credential] | None = None
    read: Callable[[bytes, str, datetime], Credential] | None = None


_HANDLERS: Mapping[str, Handler] = {
    handler.about.name: handler
    for handler in (
        Handler(
            push_certificate.PUSH,
            push_certificate.request,
            push_certificate.complete,
            push_certificate.read,
        ),
        Handler(push_certificate.SIGNING, read=push_certificate.read_signing),
        Handler(content_token.APPS, read=content_token.read),
        Handler(server_token.ADE, server_token.request, server_token.complete, server_token.read),
    )
}


def kinds() -> tuple[CredentialKind, ...]:
    return tuple(
        replace(handler.about, brought=handler.read is not None) for handler in _HANDLERS.values()
    )


def request(kind: str, at: datetime) -> Requested:
    asked = _HANDLERS[kind].request
    if asked is None:
        raise CredentialUnusable("This credential is brought whole; there is nothing to request.")
    return asked(at)


def complete(kind: str, secret: bytes, content: bytes, at: datetime) -> Credential:
    completed = _HANDLERS[kind].complete
    if completed is None:
        raise CredentialUnusable("This credential is brought whole; there is no request to answer.")
    return _in_house_words(lambda: completed(secret, content, at))


def read(kind: str, content: bytes, password: str, at: datetime) -> Credential:
    taken = _HANDLERS[kind].read
    if taken is None:
        raise CredentialUnusable("This credential is made here: begin with a request.")
    return _in_house_words(lambda: taken(content, password, at))


def _in_house_words(step: Callable[[], Credential]) -> Credential:
    try:
        return step()
    except WireError as problem:
        raise CredentialUnusable(str(problem), field="file") from problem
