"""Tokens: shown once, kept as a digest, narrowed, ended."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.org.models import ApiToken, Standing
from quartermaster.org.tokens import bearer_of, create_token, end_token, tokens_visible_to

MONTH = timedelta(days=30)


def _make(owner, actor, at, **more):
    values = {"name": "Reports", "scopes": ["people:read"], "expires_at": at + MONTH}
    return create_token(owner_id=owner.id, actor=actor, at=at, **(values | more))


def test_a_token_speaks_for_its_owner_within_its_scopes(cast, at):
    token, secret = _make(cast.ida, cast.acting(cast.ida), at)
    bearer = bearer_of(secret, at)
    assert bearer.actor == cast.acting(cast.ida)
    assert bearer.scopes == {"people:read"}
    token.refresh_from_db()
    assert (token.used_at, token.hint) == (at, secret[:8])


def test_the_secret_is_kept_nowhere(cast, at):
    token, secret = _make(cast.ida, cast.acting(cast.ida), at)
    assert secret.startswith("qm_")
    assert len(secret) == 46
    assert secret not in str(ApiToken.objects.values().get())
    assert secret not in str(Entry.objects.get(tag="org.token.created").data)
    assert str(token) == f"Reports ({secret[:8]}…)"


@pytest.mark.parametrize("secret", ["", "qm_", "qm_" + "a" * 43, "x" * 46, "qm_" + "é" * 43])
def test_nobody_speaks_by_what_is_no_token(cast, at, secret):
    _make(cast.ida, cast.acting(cast.ida), at)
    assert bearer_of(secret, at) is None


def test_a_token_ends_by_time_by_hand_and_with_its_owner(cast, at):
    _, secret = _make(cast.ida, cast.acting(cast.ida), at)
    assert bearer_of(secret, at + MONTH) is None
    token, other = _make(cast.cole, cast.acting(cast.cole), at)
    end_token(token_id=token.id, actor=cast.acting(cast.cole), at=at)
    assert bearer_of(other, at) is None
    with pytest.raises(Conflict):
        end_token(token_id=token.id, actor=cast.acting(cast.ida), at=at)
    cast.ida.standing, cast.ida.separated_on = Standing.SEPARATED, at.date()
    cast.ida.save()
    assert bearer_of(secret, at) is None


def test_nobody_makes_a_token_for_somebody_else(cast, at):
    for who in (cast.ida, cast.cole, cast.rex):
        with pytest.raises(Refused):
            _make(cast.ana, cast.acting(who), at)
    with pytest.raises(Refused):
        _make(cast.rex, cast.acting(cast.rex), at)
    token, _ = _make(cast.ana, system("command line"), at)
    assert token.owner == cast.ana


def test_rex_sees_and_ends_nothing(cast, at):
    token, _ = _make(cast.ida, cast.acting(cast.ida), at)
    assert not tokens_visible_to(cast.acting(cast.rex)).exists()
    assert tokens_visible_to(cast.acting(cast.ida)).get() == token
    for key in (token.id, new_id()):
        with pytest.raises(NotFound):
            end_token(token_id=key, actor=cast.acting(cast.rex), at=at)


@pytest.mark.parametrize(
    "more",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"scopes": []},
        {"scopes": ["people"]},
        {"scopes": ["people:everything"]},
        {"scopes": [f"{'x' * n}:read" for n in range(2, 50)]},
    ],
)
def test_a_faulty_token_is_refused(cast, at, more):
    with pytest.raises(InvalidInput):
        _make(cast.ida, cast.acting(cast.ida), at, **more)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_has_an_end(cast, at, days):
    with pytest.raises(InvalidInput, match="365 days"):
        _make(cast.ida, cast.acting(cast.ida), at, expires_at=at + timedelta(days=days))


def test_the_database_knows_the_longest_token(cast, at):
    _make(cast.ida, cast.acting(cast.ida), at)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.update(expires_at=at + timedelta(days=400))


def test_nobody_at_work_has_no_token(cast, at):
    with pytest.raises(NotFound):
        create_token(
            owner_id=new_id(),
            name="x",
            scopes=["people:read"],
            expires_at=at + MONTH,
            actor=system("tests"),
            at=at,
        )
