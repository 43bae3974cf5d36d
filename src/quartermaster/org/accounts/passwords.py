"""Passwords and sessions of a log-in, and closing it."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.org import holds
from quartermaster.org.accounts import throttle
from quartermaster.org.accounts.authentication import LONGEST_PASSWORD
from quartermaster.org.errors import AccountHeld, LogInRefused, PasswordTooWeak
from quartermaster.org.models import Attempt, User
from quartermaster.org.models.accounts import new_salt
from quartermaster.org.permits import ACCOUNT_CLOSE, SESSIONS_END
from quartermaster.org.queries import actor_for_user


def change_password(*, user: User, old: str, new: str, address: str, at: datetime) -> User:
    """Change one's own password, knowing the old one; all sessions end."""
    attempt = throttle.reserve(Attempt.Kind.LOG_IN, user.email, address[:45], at)
    if not check_password(old[:LONGEST_PASSWORD], user.password):
        raise LogInRefused("The present password is not right. Try again.")
    with act(actor_for_user(user, at), at) as doing:
        Attempt.objects.filter(id=attempt.id).update(done=True)
        set_password(user, new, doing)
    return user


def set_password(user: User, password: str, doing: Act) -> None:
    """Write a password that meets the rules, and end every session of the log-in."""
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooWeak(f"The password has more than {LONGEST_PASSWORD} characters.")
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise PasswordTooWeak(" ".join(problem.messages)) from problem
    user.set_password(password)
    user.session_salt = new_salt()
    user.save(update_fields=["password", "session_salt"])
    doing.record("org.account.password-set", user)


def end_sessions(*, person_id: UUID, actor: Actor, at: datetime) -> None:
    """End every session of a person; they log in anew."""
    with act(actor, at) as doing:
        require(actor, SESSIONS_END, person_id=person_id)
        user = _the_user(person_id)
        user.session_salt = new_salt()
        user.save(update_fields=["session_salt"])
        doing.record("org.account.sessions-ended", user)


def close_account(*, person_id: UUID, actor: Actor, at: datetime) -> User:
    """Close a log-in: its sessions end and none begins until it is opened again.

    Raises:
        AccountHeld: its person must keep what they have; their sessions can be ended all the same.
    """
    return _turn(person_id, actor, at, is_active=False)


def open_account(*, person_id: UUID, actor: Actor, at: datetime) -> User:
    """Open a log-in that was closed."""
    return _turn(person_id, actor, at, is_active=True)


def _turn(person_id: UUID, actor: Actor, at: datetime, *, is_active: bool) -> User:
    with act(actor, at) as doing:
        require(actor, ACCOUNT_CLOSE)
        user = _the_user(person_id)
        if not is_active:
            _require_not_held(user, at)
        if user.is_active == is_active:
            raise Conflict(f"This log-in is {'open' if is_active else 'closed'} already.")
        user.is_active = is_active
        user.session_salt = new_salt()
        user.save(update_fields=["is_active", "session_salt"])
        doing.record(f"org.account.{'opened' if is_active else 'closed'}", user)
    return user


def _require_not_held(user: User, at: datetime) -> None:
    held = holds.hold_on(user.person, at) if user.person is not None else ""
    if held:
        raise AccountHeld(f"{held} What is open on it can be ended all the same.")


def _the_user(person_id: UUID) -> User:
    user = User.objects.select_for_update().filter(person=person_id).first()
    if user is None:
        raise NotFound("This person has no log-in.")
    return user
