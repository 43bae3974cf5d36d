"""Tokens for programs: made by their owner, shown once, narrowed by scopes, ended by time."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import NOBODY, Actor, reach, require
from quartermaster.org.models import ApiToken, Person, Standing
from quartermaster.org.models.tokens import LONGEST_TOKEN_DAYS, LONGEST_TOKEN_NAME
from quartermaster.org.permits import TOKEN_CREATE, TOKEN_END, TOKEN_VIEW
from quartermaster.org.queries import actor_for

PREFIX = "qm_"
_BYTES = 32
_SHAPE = re.compile(r"qm_[A-Za-z0-9_-]{43}")
_SCOPE = re.compile(r"[a-z][a-z-]{1,30}:(read|write)")
_MOST_SCOPES = 40
_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Bearer:
    """Who speaks by a token: its owner, and how far the token lets them."""

    actor: Actor
    scopes: frozenset[str]


def create_token(
    *,
    owner_id: UUID,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    actor: Actor,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Make a token for oneself and return it with its secret, which is kept nowhere."""
    with act(actor, at) as doing:
        require(actor, TOKEN_CREATE, person_id=owner_id)
        owner = Person.objects.filter(id=owner_id, standing=Standing.ACTIVE).first()
        if owner is None:
            raise NotFound("There is no such person at work.")
        _check(name, scopes, at, expires_at)
        secret = PREFIX + secrets.token_urlsafe(_BYTES)
        token = ApiToken.objects.create(
            owner=owner,
            name=name.strip(),
            hint=secret[:8],
            digest=_digest(secret),
            scopes=sorted(set(scopes)),
            created_at=at,
            expires_at=expires_at,
        )
        doing.record(
            "org.token.created",
            token,
            owner=str(owner.id),
            scopes=token.scopes,
            expires_at=expires_at.isoformat(),
        )
    return token, secret


def end_token(*, token_id: UUID, actor: Actor, at: datetime) -> ApiToken:
    """End a token at once."""
    with act(actor, at) as doing:
        token = ApiToken.objects.filter(id=token_id).first()
        if token is None or not reach(actor, TOKEN_VIEW).covers(person_id=token.owner_id):
            raise NotFound("There is no such token.")
        require(actor, TOKEN_END, person_id=token.owner_id)
        if not ApiToken.objects.filter(id=token_id, ended_at=None).update(ended_at=at):
            raise Conflict("This token was ended before.")
        token.refresh_from_db()
        doing.record("org.token.ended", token, owner=str(token.owner_id))
    return token


def tokens_visible_to(actor: Actor) -> QuerySet[ApiToken]:
    """The tokens that the actor may see: their own, or all."""
    extent = reach(actor, TOKEN_VIEW)
    rows = ApiToken.objects.select_related("owner")
    return rows if extent.everything else rows.filter(owner_id__in=extent.people)


def bearer_of(secret: str, at: datetime) -> Bearer | None:
    """Who speaks by this token now; nobody if it is unknown, over, ended, or its owner left."""
    if not _SHAPE.fullmatch(secret):
        return None
    token = (
        ApiToken.objects.select_related("owner")
        .filter(digest=_digest(secret), ended_at=None, expires_at__gt=at)
        .first()
    )
    if token is None:
        return None
    actor = actor_for(token.owner, at)
    if actor == NOBODY:
        return None
    _note_use(token, at)
    return Bearer(actor, frozenset(token.scopes))


def _note_use(token: ApiToken, at: datetime) -> None:
    """Remember roughly when a token was last used, without a write at each request."""
    lately = Q(used_at=None) | Q(used_at__lt=at - _NOTED_EVERY)
    ApiToken.objects.filter(lately, id=token.id).update(used_at=at)


def _check(name: str, scopes: Collection[str], at: datetime, expires_at: datetime) -> None:
    if not 1 <= len(name.strip()) <= LONGEST_TOKEN_NAME:
        raise InvalidInput(
            f"Name the token, in {LONGEST_TOKEN_NAME} letters at most, to tell it apart."
        )
    if not scopes or len(scopes) > _MOST_SCOPES:
        raise InvalidInput("Give the token at least one scope, such as people:read.")
    for scope in scopes:
        if not _SCOPE.fullmatch(scope):
            raise InvalidInput(f"“{scope[:40]}” is no scope; write it like people:read.")
    if not at < expires_at <= at + timedelta(days=LONGEST_TOKEN_DAYS):
        raise InvalidInput(
            f"A token ends within {LONGEST_TOKEN_DAYS} days; choose a day between now and then."
        )


def _digest(secret: str) -> bytes:
    # 256 random bits need no slow hash
    return sha256(secret.encode()).digest()
