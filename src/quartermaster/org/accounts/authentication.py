"""Proving who one is by e-mail address and password."""

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.accounts.throttle import reserve
from quartermaster.org.errors import LogInClosed, LogInRefused
from quartermaster.org.models import Attempt, Standing, User
from quartermaster.org.queries import actor_for_user

LONGEST_PASSWORD = 256
_DOOR = system("log-in page")


def authenticate(*, email: str, password: str, address: str, at: datetime) -> User:
    """The user whose e-mail address and password these are.

    Raises `TooManyAttempts`, `LogInRefused`, or, to who knows the password, `LogInClosed`. An
    unknown address takes as long as a wrong password and leaves the same traces.
    """
    email = email.strip().lower()[:254]
    attempt = reserve(Attempt.Kind.LOG_IN, email, address[:45], at)
    user = User.objects.select_related("person").filter(email__iexact=email).first()
    right = _is_right(password, user)
    if user is None or not right:
        _tell("org.account.log-in-failed", user, _DOOR, at, address)
        raise LogInRefused("The e-mail address or the password is not right. Try again.")
    if not may_log_in(user):
        _tell("org.account.log-in-refused", user, _DOOR, at, address)
        raise LogInClosed("This log-in is closed. Ask ITMD if you should have one.")
    with act(actor_for_user(user, at), at) as doing:
        Attempt.objects.filter(id=attempt.id).update(done=True)
        doing.record("org.account.logged-in", user, address=address[:45])
    return user


def may_log_in(user: User) -> bool:
    """Whether the log-in is open and belongs to someone in the city's service."""
    person = user.person
    return user.is_active and person is not None and person.standing == Standing.ACTIVE


def _is_right(password: str, user: User | None) -> bool:
    if len(password) > LONGEST_PASSWORD:
        password = ""  # never set as a password: judged wrong, at the usual cost

    def renew(raw: str) -> None:
        assert user is not None
        renewed = make_password(raw)
        User.objects.filter(id=user.id, password=user.password).update(password=renewed)
        user.password = renewed

    # For a password that cannot be used, Django spends the time of a real comparison.
    kept = user.password if user else make_password(None)
    return check_password(password, kept, renew if user else None)


def _tell(tag: str, user: User | None, actor: Actor, at: datetime, address: str) -> None:
    with act(actor, at) as doing:
        key = str(user.id) if user else "unknown"
        doing.record_about(tag, "org.user", key, address=address[:45])
