"""One-time links to set a password: to invite, and to reset. Only the digest of one is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.accounts import throttle
from quartermaster.org.accounts.authentication import may_log_in
from quartermaster.org.accounts.passwords import set_password
from quartermaster.org.accounts.post import post_link
from quartermaster.org.actions.structure import the_person
from quartermaster.org.errors import LinkDead
from quartermaster.org.models import Link, LinkPurpose, Person, Standing, User
from quartermaster.org.permits import ACCOUNT_INVITE
from quartermaster.org.queries import actor_for_user

LIFETIME = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=1),
}
# Where the people's door takes a link up; the token is the last part of the path.
PATH = "/log-in/link/"


def invite(*, person_id: UUID, actor: Actor, at: datetime) -> User:
    """Give a person a log-in if they have none, and send them the link to set a password."""
    with act(actor, at) as doing:
        require(actor, ACCOUNT_INVITE)
        user = _account_of(the_person(person_id))
        post_link(user, LinkPurpose.INVITATION, make_link(user, LinkPurpose.INVITATION, doing))
    return user


def link_for(*, person_id: UUID, actor: Actor, at: datetime) -> str:
    """An invitation as a link to hand over, for whoever stands at the server, and nobody else."""
    with act(actor, at) as doing:
        require(actor, ACCOUNT_INVITE)
        if not actor.is_system:
            raise Refused("A link goes to its person alone. Send an invitation instead.")
        return make_link(_account_of(the_person(person_id)), LinkPurpose.INVITATION, doing)


def person_of(*, token: str, at: datetime) -> Person:
    """Whose password this link would set; `LinkDead` where it would set none."""
    person = _alive(token, at, lock=False).user.person
    assert person is not None
    return person


def redeem(*, token: str, password: str, at: datetime) -> User:
    """Set a password by a link, once; every session and every other link of the person dies."""
    link = _alive(token, at, lock=False)
    with act(actor_for_user(link.user, at), at) as doing:
        link = _alive(token, at, lock=True)
        set_password(link.user, password, doing)
        link.used_at = at
        link.save(update_fields=["used_at"])
        withdraw_links(link.user, at)
        throttle.clear(link.user.email, at)
        doing.record("org.account.link-used", link.user, purpose=link.purpose)
    return link.user


def make_link(user: User, purpose: LinkPurpose, doing: Act) -> str:
    """A fresh link; those made before die."""
    withdraw_links(user, doing.at)
    token = secrets.token_urlsafe(32)
    Link.objects.create(
        user=user,
        purpose=purpose,
        digest=_digest(token),
        made_at=doing.at,
        expires_at=doing.at + LIFETIME[purpose],
    )
    doing.record("org.account.link-made", user, purpose=purpose.value)
    return f"{settings.WEB_URL.rstrip('/')}{PATH}{token}/"


def withdraw_links(user: User, at: datetime) -> None:
    Link.objects.filter(user=user, used_at=None, withdrawn_at=None).update(withdrawn_at=at)


def _account_of(person: Person) -> User:
    if person.standing != Standing.ACTIVE:
        raise Conflict(f"{person.name} is separated and gets no log-in.")
    made = User(email=person.email, person=person)
    made.set_unusable_password()
    user, _ = User.objects.get_or_create(
        person=person, defaults={"email": person.email, "password": made.password}
    )
    if not user.is_active:
        raise Conflict(f"The log-in of {person.name} is closed. Open it first.")
    return user


def _alive(token: str, at: datetime, *, lock: bool) -> Link:
    links = Link.objects.select_related("user", "user__person").filter(
        digest=_digest(token), used_at=None, withdrawn_at=None, expires_at__gt=at
    )
    link = (links.select_for_update(of=("self",)) if lock else links).first()
    if link is None or not may_log_in(link.user):
        raise LinkDead("This link was used before or has expired. Ask for a new one.")
    return link


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
