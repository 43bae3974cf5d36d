"""Asking for a new password, and answering it apart from the page that took the wish."""

from datetime import datetime, timedelta

from quartermaster.jobs.acts import act
from quartermaster.jobs.queue import app
from quartermaster.kernel.permits import system
from quartermaster.org.accounts import throttle
from quartermaster.org.accounts.authentication import may_log_in
from quartermaster.org.accounts.links import make_link
from quartermaster.org.accounts.post import post_link
from quartermaster.org.models import Attempt, LinkPurpose, User

ANSWER = "quartermaster.org.tasks.answer_resets"
PATIENCE = timedelta(hours=1)
_HOUSE = system("log-in page")


def ask_reset(*, email: str, address: str, at: datetime) -> None:
    """Ask for a link to set a new password.

    Nothing here depends on whether the address is known: a task looks, and sends.
    """
    throttle.reserve(Attempt.Kind.RESET, email.strip().lower()[:254], address[:45], at)
    app.configure_task(ANSWER).defer()


def answer_resets(at: datetime) -> int:
    """Send a link for each wish whose address has an open log-in; how many were sent."""
    return sum(_answer(attempt, at) for attempt in _waiting(at))


def _waiting(at: datetime) -> list[Attempt]:
    wishes = Attempt.objects.filter(kind=Attempt.Kind.RESET, done=False, at__gt=at - PATIENCE)
    return list(wishes.order_by("at"))


def _answer(wish: Attempt, at: datetime) -> bool:
    with act(_HOUSE, at) as doing:
        if not Attempt.objects.filter(id=wish.id, done=False).update(done=True):
            return False  # another worker has it
        user = User.objects.select_related("person").filter(email__iexact=wish.email).first()
        if user is None or not may_log_in(user):
            return False
        post_link(user, LinkPurpose.RESET, make_link(user, LinkPurpose.RESET, doing))
    return True
