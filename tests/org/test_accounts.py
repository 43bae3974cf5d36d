"""Logging in: proof, throttle, links, and how sessions end."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate as django_authenticate
from django.contrib.auth.hashers import check_password
from django.core import mail
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.org import accounts, actions
from quartermaster.org.accounts import links, resets
from quartermaster.org.accounts.backend import PersonBackend
from quartermaster.org.errors import (
    LinkDead,
    LogInClosed,
    LogInRefused,
    PasswordTooWeak,
    TooManyAttempts,
)
from quartermaster.org.models import Attempt, Link, User
from quartermaster.org.roles import Role
from tests.factories.org import PASSWORD, RoleAssignmentFactory, UserFactory

HOUSE = system("test")
NEW = "a rather new passphrase"
ADDRESS = "192.0.2.7"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(cast):
    return UserFactory(person=cast.ana)


def log_in(at, email="ana@city.example", password=PASSWORD, address=ADDRESS):
    return accounts.authenticate(email=email, password=password, address=address, at=at)


def fail(at, times=1, **more):
    for _ in range(times):
        with pytest.raises(LogInRefused):
            log_in(at, **{"password": "wrong", **more})


def tags():
    return [entry.tag for entry in Entry.objects.order_by("seq")]


def token_of(link):
    return re.search(rf"{links.PATH}([\w-]+)/", link)[1]


def test_the_right_password_logs_in(user, at, cast):
    assert log_in(at, email="  ANA@city.example ") == user
    entry = Entry.objects.get()
    assert (entry.tag, entry.actor_id, entry.data) == (
        "org.account.logged-in",
        cast.ana.id,
        {"address": ADDRESS},
    )


@pytest.mark.parametrize(
    "given",
    [
        {"password": "wrong"},
        {"password": ""},
        {"password": "x" * 100_000},
        {"email": "nobody@city.example"},
        {"email": "x" * 100_000},
        {"email": ""},
    ],
)
def test_wrong_or_unknown_leaves_the_same_trace(user, at, given):
    with pytest.raises(LogInRefused, match=r"The e-mail address or the password is not right\."):
        log_in(at, **given)
    entry = Entry.objects.get()
    assert (entry.tag, entry.data) == ("org.account.log-in-failed", {"address": ADDRESS})
    assert Attempt.objects.get().done is False


def test_an_unknown_address_costs_a_comparison_too(user, at, monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    spent = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *words: spent.append(1) or encode(*words)
    )
    fail(at)
    known = len(spent)
    fail(at, email="nobody@city.example")
    assert (known, len(spent)) == (1, 2)


def test_an_account_is_throttled_and_recovers(user, at):
    fail(at, 10)
    with pytest.raises(TooManyAttempts, match="Wait 15 minutes") as caught:
        log_in(at)
    assert caught.value.facts == {"retry_after": 900}
    with pytest.raises(TooManyAttempts, match="Wait 1 minute and"):
        log_in(at + timedelta(minutes=14, seconds=30), address="198.51.100.1")
    assert log_in(at + timedelta(minutes=15)) == user
    assert tags().count("org.account.log-in-failed") == 10


def test_a_success_clears_the_account(user, at):
    fail(at, 9)
    log_in(at + timedelta(seconds=1))
    fail(at + timedelta(seconds=2), 9)
    log_in(at + timedelta(seconds=3))


def test_a_link_clears_the_account(user, at, cast):
    fail(at, 10)
    token = token_of(accounts.link_for(person_id=cast.ana.id, actor=HOUSE, at=at))
    accounts.redeem(token=token, password=NEW, at=at)
    assert log_in(at, password=NEW) == user


def test_unknown_addresses_are_throttled_alike(at):
    fail(at, 10, email="nobody@city.example")
    with pytest.raises(TooManyAttempts):
        log_in(at, email="Nobody@city.example")


def test_an_address_is_throttled_whatever_it_tries(user, at):
    for number in range(100):
        fail(at, email=f"x{number}@city.example")
    with pytest.raises(TooManyAttempts):
        log_in(at)
    assert log_in(at, address="198.51.100.1") == user


@pytest.mark.clause("C-4")
def test_a_separated_person_does_not_log_in(user, at, cast):
    actions.separate(person_id=cast.ana.id, on=at.date(), actor=HOUSE, at=at)
    with pytest.raises(LogInClosed):
        log_in(at)
    fail(at)
    assert PersonBackend().get_user(user.pk) is None


def test_a_log_in_without_a_person_or_closed_does_not_log_in(user, at, cast):
    accounts.close_account(person_id=cast.ana.id, actor=HOUSE, at=at)
    with pytest.raises(LogInClosed):
        log_in(at)
    with pytest.raises(Conflict, match="closed already"):
        accounts.close_account(person_id=cast.ana.id, actor=HOUSE, at=at)
    accounts.open_account(person_id=cast.ana.id, actor=HOUSE, at=at)
    assert log_in(at) == user
    User.objects.filter(id=user.id).update(person=None)
    with pytest.raises(LogInClosed):
        log_in(at)


def test_django_alone_lets_nobody_in(user, at):
    assert django_authenticate(email=user.email, password=PASSWORD) is None
    assert PersonBackend().get_user(user.pk) == user


def test_a_password_kept_in_an_older_way_is_renewed(user, at, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    log_in(at)
    user.refresh_from_db()
    assert user.password.startswith("scrypt$")
    assert log_in(at) == user


def test_invite_mails_a_link_that_works_once(cast, at, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = accounts.invite(person_id=cast.rex.id, actor=cast.acting(cast.ida), at=at)
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Your log-in to Quartermaster", ["rex@city.example"])
    token = token_of(letter.body)
    assert not Link.objects.filter(digest=token.encode()).exists()
    fail(at, email="rex@city.example")
    assert accounts.person_of(token=token, at=at) == cast.rex
    assert accounts.redeem(token=token, password=NEW, at=at) == made
    assert log_in(at, "rex@city.example", NEW) == made
    with pytest.raises(LinkDead):
        accounts.redeem(token=token, password=NEW, at=at)
    assert tags()[0] == "org.account.link-made"
    assert {"org.account.password-set", "org.account.link-used"} <= set(tags())
    assert token not in str(list(Entry.objects.values()))


def test_an_invitation_expires(cast, at):
    link = accounts.link_for(person_id=cast.rex.id, actor=HOUSE, at=at)
    week = timedelta(days=7)
    accounts.person_of(token=token_of(link), at=at + week - timedelta(seconds=1))
    for verb in (
        lambda: accounts.person_of(token=token_of(link), at=at + week),
        lambda: accounts.redeem(token=token_of(link), password=NEW, at=at + week),
        lambda: accounts.redeem(token="never made", password=NEW, at=at),
    ):
        with pytest.raises(LinkDead):
            verb()


def test_a_second_link_kills_the_first(cast, at):
    first, second = (accounts.link_for(person_id=cast.rex.id, actor=HOUSE, at=at) for _ in range(2))
    with pytest.raises(LinkDead):
        accounts.redeem(token=token_of(first), password=NEW, at=at)
    accounts.redeem(token=token_of(second), password=NEW, at=at)


def test_a_link_dies_with_separation_and_with_a_new_address(cast, at):
    link = token_of(accounts.link_for(person_id=cast.rex.id, actor=HOUSE, at=at))
    actions.separate(person_id=cast.rex.id, on=at.date(), actor=HOUSE, at=at)
    actions.reinstate(person_id=cast.rex.id, actor=HOUSE, at=at)
    with pytest.raises(LinkDead):
        accounts.redeem(token=link, password=NEW, at=at)


@pytest.mark.parametrize("password", ["short", "password1234", "ana@city.example", "x" * 257])
def test_a_weak_password_is_refused_and_the_link_lives(cast, at, password):
    token = token_of(accounts.link_for(person_id=cast.ana.id, actor=HOUSE, at=at))
    with pytest.raises(PasswordTooWeak):
        accounts.redeem(token=token, password=password, at=at)
    accounts.redeem(token=token, password=NEW, at=at)


def test_who_may_invite_and_who_sees_a_link(cast, at):
    RoleAssignmentFactory(person=cast.rex, role=Role.ITMD_HELPDESK)
    accounts.invite(person_id=cast.ana.id, actor=cast.acting(cast.rex), at=at)
    for who in (cast.ana, cast.cole, cast.sue):
        with pytest.raises(Refused):
            accounts.invite(person_id=cast.ana.id, actor=cast.acting(who), at=at)
    for who in (cast.ana, cast.ida, cast.rex):
        with pytest.raises(Refused):
            accounts.link_for(person_id=cast.ana.id, actor=cast.acting(who), at=at)


def test_nobody_separated_or_closed_is_invited(cast, at, user):
    accounts.close_account(person_id=cast.ana.id, actor=HOUSE, at=at)
    with pytest.raises(Conflict, match="is closed"):
        accounts.invite(person_id=cast.ana.id, actor=HOUSE, at=at)
    actions.separate(person_id=cast.rex.id, on=at.date(), actor=HOUSE, at=at)
    with pytest.raises(Conflict, match="is separated"):
        accounts.invite(person_id=cast.rex.id, actor=HOUSE, at=at)


def test_reset_answers_the_known_and_says_nothing_of_the_unknown(
    user, at, django_capture_on_commit_callbacks
):
    for email in ("ana@city.example", "nobody@city.example"):
        accounts.ask_reset(email=email, address=ADDRESS, at=at)
    with django_capture_on_commit_callbacks(execute=True):
        assert accounts.answer_resets(at) == 1
        assert accounts.answer_resets(at) == 0
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("A new password for Quartermaster", [user.email])
    token = token_of(letter.body)
    before = user.get_session_auth_hash()
    accounts.redeem(token=token, password=NEW, at=at + timedelta(minutes=59))
    user.refresh_from_db()
    assert user.get_session_auth_hash() != before
    assert check_password(NEW, user.password)


def test_asking_for_resets_is_throttled(at):
    for _ in range(3):
        accounts.ask_reset(email="nobody@city.example", address=ADDRESS, at=at)
    with pytest.raises(TooManyAttempts):
        accounts.ask_reset(email="nobody@city.example", address=ADDRESS, at=at)


def test_a_wish_is_answered_by_one_worker_alone(user, at):
    accounts.ask_reset(email=user.email, address=ADDRESS, at=at)
    wish = Attempt.objects.get()
    Attempt.objects.update(done=True)
    assert resets._answer(wish, at) is False
    assert not Link.objects.exists()


def test_a_wish_that_lay_too_long_is_not_answered(user, at):
    accounts.ask_reset(email=user.email, address=ADDRESS, at=at)
    assert accounts.answer_resets(at + timedelta(hours=1)) == 0


def test_change_password_ends_every_session(user, at):
    before = user.get_session_auth_hash()
    words = {"user": user, "new": NEW, "address": ADDRESS, "at": at}
    with pytest.raises(LogInRefused):
        accounts.change_password(old="wrong", **words)
    accounts.change_password(old=PASSWORD, **words)
    assert user.get_session_auth_hash() != before
    assert log_in(at, password=NEW) == user


def test_end_sessions(user, at, cast):
    before = user.get_session_auth_hash()
    accounts.end_sessions(person_id=cast.ana.id, actor=cast.acting(cast.ana), at=at)
    user.refresh_from_db()
    assert user.get_session_auth_hash() != before
    for who in (cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            accounts.end_sessions(person_id=cast.ana.id, actor=cast.acting(who), at=at)
    with pytest.raises(NotFound):
        accounts.end_sessions(person_id=cast.rex.id, actor=HOUSE, at=at)


@pytest.mark.parametrize(
    ("who", "age", "idle", "over"),
    [
        ("ana", 0, 0, False),
        ("ana", 479, 59, False),
        ("ana", 479, 60, True),
        ("ana", 480, 0, True),
        ("ida", 479, 14, False),
        ("ida", 20, 15, True),
        ("cole", 20, 15, False),
    ],
)
def test_sessions_end_by_age_and_by_idleness(cast, at, who, age, idle, over):
    assert (
        accounts.is_over(
            actor=cast.acting(getattr(cast, who)),
            started_at=at - timedelta(minutes=age),
            seen_at=at - timedelta(minutes=idle),
            at=at,
        )
        is over
    )


def test_old_attempts_are_forgotten(user, at):
    fail(at)
    fail(at + timedelta(days=30))
    assert accounts.forget_attempts(at + timedelta(days=30, seconds=1)) == 1


def test_the_database_keeps_a_link_to_one_end(user, at):
    link = Link(
        user=user,
        digest=b"x",
        made_at=at,
        expires_at=at + timedelta(days=1),
        used_at=at,
        withdrawn_at=at,
    )
    with pytest.raises(IntegrityError, match="used_or_withdrawn"), transaction.atomic():
        link.save()
