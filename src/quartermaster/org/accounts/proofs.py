"""Proving again who one is, for one act: a password typed anew, bound to what it is for.

A session tells who logged in this morning. An act that cannot be undone asks for more: that the
person is there now. The proof is sealed, so that none can be made without the password.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db.models import Q

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.accounts.authentication import LONGEST_PASSWORD, may_log_in
from quartermaster.org.accounts.throttle import reserve
from quartermaster.org.errors import LogInClosed, LogInRefused, ProofNeeded
from quartermaster.org.models import Attempt, Link, RoleAssignment, User
from quartermaster.org.queries import actor_for_user, roles_in_force

FRESH = timedelta(minutes=5)
_PROVED = b"proved"
_DOOR = system("proof of identity")


@dataclass(frozen=True)
class Proof:
    """That a person typed their password at an instant, for one purpose. Made by `prove` alone."""

    person_id: UUID
    purpose: str
    at: datetime
    sealed: bytes = field(repr=False)


def prove(*, actor: Actor, password: str, purpose: str, address: str, at: datetime) -> Proof:
    """Have a person prove again who they are, for one purpose (G-10).

    Raises:
        ProofNeeded: the actor is no person with a log-in.
        TooManyAttempts: as at the log-in, and counted together with it.
        LogInRefused: the password is wrong.
        LogInClosed: the password is right and the log-in is closed.
    """
    key = actor.person_id
    users = User.objects.select_related("person")
    user = users.filter(person_id=key).first() if key is not None else None
    if key is None or user is None:
        raise ProofNeeded("Only a person with a log-in can prove who they are.")
    attempt = reserve(Attempt.Kind.LOG_IN, user.email.lower(), address[:45], at)
    if len(password) > LONGEST_PASSWORD or not check_password(password, user.password):
        with act(_DOOR, at) as doing:
            doing.record("org.account.proof-failed", user, address=address[:45], purpose=purpose)
        raise LogInRefused("The password is not right. Try again.", field="password")
    if not may_log_in(user):
        raise LogInClosed("This log-in is closed. Ask ITMD if you should have one.")
    with act(actor_for_user(user, at), at) as doing:
        Attempt.objects.filter(id=attempt.id).update(done=True)
        doing.record("org.account.proved-again", user, address=address[:45], purpose=purpose)
    sealed = vault.seal(_PROVED, place=_place(key, purpose, at))
    return Proof(key, purpose, at, sealed)


def require_proof(proof: Proof | None, *, actor: Actor, purpose: str, at: datetime) -> Proof:
    """Refuse unless this actor proved, within `FRESH`, who they are for this very purpose (G-10).

    Raises:
        ProofNeeded: no proof, or one of somebody else, for something else, or too old.
    """
    if proof is None or actor.person_id is None:
        raise ProofNeeded("Type your password again for this: a log-in alone is not enough.")
    if (proof.person_id, proof.purpose) != (actor.person_id, purpose):
        raise ProofNeeded("This proof was given by somebody else or for something else.")
    if not proof.at <= at <= proof.at + FRESH:
        raise ProofNeeded("You typed your password too long ago; type it again.")
    if not is_genuine(proof.sealed, proof.person_id, purpose, proof.at):
        raise ProofNeeded("This proof was not given here.")
    return proof


def is_genuine(sealed: bytes, person_id: UUID, purpose: str, proved_at: datetime) -> bool:
    """Whether a kept proof was made by `prove` for exactly this."""
    try:
        return vault.unseal(sealed, place=_place(person_id, purpose, proved_at)) == _PROVED
    except vault.SecretUnreadable:
        return False


def why_unsettled(person_id: UUID, roles: Collection[str], since: datetime, at: datetime) -> str:
    """Why a person cannot yet be the second of two, as a sentence; empty if they can.

    Who holds one administrator's log-in can make another: grant the role, change an address, send
    a link. So the role must have been held, and the password must not have been set by a link,
    since some time.
    """
    user = User.objects.select_related("person").filter(person_id=person_id).first()
    if user is None or not may_log_in(user):
        return "The log-in is closed, or its person has left."
    known = RoleAssignment.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=since),
        Q(expires_at=None) | Q(expires_at__gt=since),
        person_id=person_id,
        role__in=roles,
        granted_at__lte=since,
    )
    if not (known.exists() and roles_in_force(at).filter(person_id=person_id, role__in=roles)):
        return "The role has not been held for long enough to stand for this."
    if Link.objects.filter(user=user, used_at__gt=since).exists():
        return "The password was set by a link too lately to stand for this."
    return ""


def _place(person_id: UUID, purpose: str, at: datetime) -> str:
    return f"org.proof/{person_id}/{purpose}/{at.isoformat()}"
