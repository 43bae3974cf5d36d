"""Whose step a request is: who takes it, who steps in, who stands in for them (G-7, G-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.queries.delegations import represented_by, stand_ins_of
from quartermaster.lifecycle.queries.requests import requests_visible_to
from quartermaster.lifecycle.request_permits import REQUEST_SUPPLY
from quartermaster.lifecycle.rules.requests import WAITING, RequestState
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import coordinators_of, people_with_role, supervisors_above
from quartermaster.org.roles import Role

MOST = 200


@dataclass(frozen=True)
class Taker:
    """Who may take a step: in their own name, or (``stands_for``) in that of someone away."""

    person_id: UUID
    stands_for: Person | None = None


@dataclass(frozen=True)
class Turn:
    """Whose step it is: the owners, whoever else may take it, and how they came to it."""

    owners: tuple[Person, ...]
    may: tuple[Person, ...]
    said: str


def barred(request: Request) -> frozenset[UUID]:
    """Who takes no further step: whose request it is, who asked, who took the step before."""
    keys = {request.person_id, request.asker_id}
    if request.state != RequestState.ASKED:
        keys |= {request.recommended_by_id, request.recommended_for_id} - {None}  # type: ignore[arg-type]
    return frozenset(keys)


def turn_of(request: Request, at: datetime) -> Turn:
    """Whose step it is now. Nobody decides on what they asked for, or what they have (G-7)."""
    tiers = _tiers(request, at)
    out = barred(request)
    open_tiers = [(said, people) for said, tier in tiers if (people := _free(tier, out))]
    if not open_tiers:
        return Turn((), (), "Nobody is left who may take this step. Grant the role to somebody.")
    said, owners = open_tiers[0]
    late = request.due_at is not None and request.due_at <= at
    may = [one for _, tier in (open_tiers if late else open_tiers[:1]) for one in tier]
    unique = {one.id: one for one in may}
    return Turn(tuple(owners), tuple(unique.values()), said)


def _free(tier: Sequence[Person], out: frozenset[UUID]) -> list[Person]:
    return [one for one in tier if one.id not in out and one.standing == Standing.ACTIVE]


def _tiers(request: Request, at: datetime) -> list[tuple[str, Sequence[Person]]]:
    administrators = list(people_with_role(Role.ITMD_ADMIN, at).order_by("number"))
    if request.state == RequestState.ASKED:
        chief = next((p for p in supervisors_above(request.person) if _at_work(p, request)), None)
        return [
            ("the telecom coordinator", list(coordinators_of(request.department_id, at))),
            ("the supervisor, as no coordinator can", [chief] if chief else []),
            ("ITMD, as nobody in the department can", administrators),
        ]
    if request.state == RequestState.RECOMMENDED:
        approvers = list(people_with_role(Role.SECURITY_APPROVER, at).order_by("number"))
        return [("ITMD", administrators), ("a security approver, as no other can", approvers)]
    helpers = people_with_role(Role.ITMD_HELPDESK, at).order_by("number")
    return [("ITMD", [*administrators, *helpers])]


def _at_work(person: Person, request: Request) -> bool:
    return person.standing == Standing.ACTIVE and person.id not in barred(request)


def taker_of(request: Request, actor: Actor, at: datetime) -> Taker | None:
    """In whose name the actor may take the step; None where it is not theirs."""
    if actor.person_id is None or actor.person_id in barred(request):
        return None
    may = {one.id: one for one in turn_of(request, at).may}
    if actor.person_id in may:
        return Taker(actor.person_id)
    away = next((one for one in represented_by(actor, at) if one.id in may), None)
    return Taker(actor.person_id, away) if away is not None else None


def told_of(request: Request, at: datetime) -> list[Person]:
    """Who hears that a step is theirs: the owners, and who stands in for them today."""
    owners = turn_of(request, at).owners
    stand_ins = [
        one for one in stand_ins_of([one.id for one in owners], at) if one.id not in barred(request)
    ]
    found = {one.id: one for one in (*owners, *stand_ins)}
    return sorted(found.values(), key=lambda one: one.number)


def told_when_late(request: Request, at: datetime) -> list[Person]:
    """Who hears that a step is overdue: everybody who may take it now."""
    found = {one.id: one for one in (*turn_of(request, at).may, *told_of(request, at))}
    return sorted(found.values(), key=lambda one: one.number)


def waiting_for(actor: Actor, at: datetime) -> list[Request]:
    """The requests whose recommendation or authorisation is the actor's, the oldest first."""
    rows = requests_visible_to(actor, at).filter(state__in=values(WAITING))
    rows = rows.exclude(Q(person_id=actor.person_id) | Q(asker_id=actor.person_id))
    return [
        row for row in rows.order_by("due_at", "id")[:MOST] if taker_of(row, actor, at) is not None
    ]


def to_hand_out(actor: Actor, at: datetime) -> list[Request]:
    """The authorised requests that have something in stock to be handed out, for who does that."""
    if not reach(actor, REQUEST_SUPPLY).everything:
        return []
    rows = requests_visible_to(actor, at).filter(
        state=RequestState.AUTHORISED, items__state="reserved"
    )
    return list(rows.distinct().order_by("due_at", "id")[:MOST])
