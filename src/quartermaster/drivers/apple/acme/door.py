"""ACME (RFC 8555) for Apple's devices: an identity for a key that Apple vouches for.

A device orders with the one-time identifier of its enrolment profile, has its key and itself
attested (``device-attest-01``), and gets a certificate for exactly that key. Who signed a message
is proven before anything in its payload is looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from quartermaster.drivers.apple.acme.handlers import HANDLERS, Call
from quartermaster.drivers.apple.acme.replies import (
    NOTHING_HERE,
    Refusal,
    account_body,
    address,
    directory_body,
    json_answer,
    problem,
    uuid_in,
)
from quartermaster.drivers.apple.wire import jws
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted, WireError
from quartermaster.mdm import actions
from quartermaster.mdm.actions import orders
from quartermaster.mdm.door import Answer, Request
from quartermaster.mdm.errors import ChallengeRefused, HolderLeft, NonceRefused, OrderRefused
from quartermaster.mdm.models import AcmeAccount

MEDIA_TYPE = "application/jose+json"
NEW_ACCOUNT = "new-account"


def answer(request: Request) -> Answer:
    """Answer one request. Every answer brings a fresh nonce, refusals too."""
    try:
        found = _unsigned(request) if request.method != "POST" else _signed(request)
    except Refusal as refusal:
        found = problem(refusal)
    headers = {
        "Replay-Nonce": orders.new_nonce(request.at),
        "Link": f'<{address("directory")}>;rel="index"',
        **found.headers,
    }
    return Answer(found.body, found.status, found.media_type, headers)


def _unsigned(request: Request) -> Answer:
    if request.path == "directory":
        return json_answer(directory_body())
    if request.path == "new-nonce":
        return Answer(status=200 if request.method == "HEAD" else 204)
    raise Refusal("malformed", "Use POST here.", 405)


def _signed(request: Request) -> Answer:
    name, _, key = request.path.partition("/")
    if name != NEW_ACCOUNT and name not in HANDLERS:
        raise Refusal("malformed", NOTHING_HERE, 404)
    if request.headers.get("content-type", "").partition(";")[0].strip() != MEDIA_TYPE:
        raise Refusal("malformed", f"Send {MEDIA_TYPE}.", 415)
    with _as_problems():
        message = jws.read(request.body)
        if message.url != address(request.path):
            raise Refusal("unauthorized", "The message is meant for another address.", 403)
        if name == NEW_ACCOUNT:
            return _new_account(message, request.at)
        return HANDLERS[name](Call(_account(message, request.at), key, message, request.at))


@contextmanager
def _as_problems() -> Iterator[None]:
    """What the house and the wire refuse, in ACME's words."""
    try:
        yield
    except jws.BadAlgorithm as refused:
        raise Refusal("badSignatureAlgorithm", str(refused)) from refused
    except jws.BadKey as refused:
        raise Refusal("badPublicKey", str(refused)) from refused
    except NonceRefused as refused:
        raise Refusal("badNonce", refused.message) from refused
    except (ChallengeRefused, HolderLeft, OrderRefused) as refused:
        raise Refusal("unauthorized", refused.message, 403) from refused
    except TooLarge as refused:
        raise Refusal("malformed", str(refused), 413) from refused
    except Untrusted as refused:
        raise Refusal("unauthorized", str(refused), 403) from refused
    except WireError as refused:
        raise Refusal("malformed", str(refused)) from refused


def _new_account(message: jws.Message, at: datetime) -> Answer:
    """Take a key as an account. The only message that brings its key."""
    if message.key is None:
        raise Malformed("A new account brings its key.")
    jws.check(message, message.key)
    orders.spend_nonce(message.nonce, at)
    asked = jws.json_of(message)
    thumbprint = jws.thumbprint(message.key)
    if asked.get("onlyReturnExisting") is True:
        existing = AcmeAccount.objects.filter(thumbprint=thumbprint).first()
        if existing is None:
            raise Refusal("accountDoesNotExist", "This key has no account.")
        return json_answer(account_body(existing), Location=address("account", str(existing.id)))
    account, created = actions.open_account(
        thumbprint=thumbprint, key=jws.public_part(message.key), at=at
    )
    return json_answer(
        account_body(account),
        status=201 if created else 200,
        Location=address("account", str(account.id)),
    )


def _account(message: jws.Message, at: datetime) -> AcmeAccount:
    """The account that signed the message; its nonce is used up by that."""
    start = address("account", "")
    key = (
        uuid_in(message.account.removeprefix(start)) if message.account.startswith(start) else None
    )
    account = AcmeAccount.objects.filter(id=key, expires_at__gt=at).first() if key else None
    if account is None:
        raise Refusal("accountDoesNotExist", "There is no such account.")
    jws.check(message, account.key)
    orders.spend_nonce(message.nonce, at)
    return account
