"""Permits: who may do what to whose. Default-deny; a list and a single thing ask the same reach.

Each room declares its permits in ``permits.py`` with the scope that each role has. An actor's
``reach`` under a permit is a plain value: everything, some departments, some people. A query
trims by it, an action asks it, so that the two can never differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from quartermaster.kernel.errors import Refused

SYSTEM_ROLE = "system"


class Scope(StrEnum):
    """How far a role's permit reaches."""

    OWN = "own"
    REPORTS = "reports"
    DEPARTMENT = "department"
    CITY = "city"


@dataclass(frozen=True)
class RoleHeld:
    """A role as someone holds it: for one department, or (None) with no department named."""

    role: str
    department_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with roles, or the system itself. Built at the door, passed inwards.

    ``reports`` are the people this person supervises, directly or through others. ``absent`` are
    the people for whom this one stands in today: what their roles allow counts under a permit that
    says so, what they may do as themselves never does.
    """

    label: str
    person_id: UUID | None = None
    roles: frozenset[RoleHeld] = frozenset()
    reports: frozenset[UUID] = frozenset()
    absent: tuple["Actor", ...] = ()

    @property
    def is_system(self) -> bool:
        return self.person_id is None and RoleHeld(SYSTEM_ROLE) in self.roles

    def holds(self, role: str) -> bool:
        return any(held.role == role for held in self.roles)

    def speaks_for(self, person_id: UUID | None) -> bool:
        """Whether this is that person, or stands in for them: neither decides on their matters."""
        mine = {self.person_id, *(other.person_id for other in self.absent)}
        return person_id is not None and person_id in mine


NOBODY = Actor(label="nobody")


def system(label: str) -> Actor:
    """The house acting by itself (a worker, a command line on the server)."""
    return Actor(label=label, roles=frozenset({RoleHeld(SYSTEM_ROLE)}))


@dataclass(frozen=True)
class Permit:
    """A named right. ``given`` maps a role to its scope; a role not named has none.

    ``in_absence``: who stands in for somebody has it, too, as far as that person's roles reach.
    """

    code: str
    title: str
    given: Mapping[str, Scope] = field(default_factory=dict)
    in_absence: bool = False


@dataclass(frozen=True)
class Reach:
    """What an actor reaches under a permit."""

    everything: bool = False
    departments: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()

    def __or__(self, other: "Reach") -> "Reach":
        if self.everything or other.everything:
            return Reach(everything=True)
        return Reach(
            departments=self.departments | other.departments, people=self.people | other.people
        )

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.departments or self.people)

    def covers(self, *, person_id: UUID | None = None, department_id: UUID | None = None) -> bool:
        return (
            self.everything
            or (person_id is not None and person_id in self.people)
            or (department_id is not None and department_id in self.departments)
        )


_REGISTRY: dict[str, Permit] = {}


def permit(
    code: str, title: str, given: Mapping[str, Scope], *, in_absence: bool = False
) -> Permit:
    """Declare a permit, once for the whole house."""
    if code in _REGISTRY:
        raise ValueError(f"The permit {code} is declared twice.")
    _REGISTRY[code] = Permit(code, title, dict(given), in_absence)
    return _REGISTRY[code]


def all_permits() -> Iterable[Permit]:
    return tuple(sorted(_REGISTRY.values(), key=lambda item: item.code))


def reach(actor: Actor, asked: Permit) -> Reach:
    """How far ``actor`` reaches under ``asked``; the union over the roles held."""
    found = _by_roles(actor, asked)
    if actor.person_id is not None and Scope.OWN in _scopes(actor, asked):
        found = found | Reach(people=frozenset({actor.person_id}))
    if asked.in_absence:
        for other in actor.absent:
            found = found | _by_roles(other, asked)
    return found


def _scopes(actor: Actor, asked: Permit) -> set[Scope | None]:
    return {asked.given.get(held.role) for held in actor.roles}


def _by_roles(actor: Actor, asked: Permit) -> Reach:
    """What the roles reach of others; what is the actor's own is not among it."""
    departments: set[UUID] = set()
    people: set[UUID] = set()
    for held in actor.roles:
        scope = asked.given.get(held.role)
        if scope is Scope.CITY:
            return Reach(everything=True)
        if scope is Scope.DEPARTMENT and held.department_id is not None:
            departments.add(held.department_id)
        elif scope is Scope.REPORTS:
            people |= actor.reports
    return Reach(departments=frozenset(departments), people=frozenset(people))


def require(
    actor: Actor,
    asked: Permit,
    *,
    person_id: UUID | None = None,
    department_id: UUID | None = None,
) -> None:
    """Raise `Refused` unless ``actor`` may do ``asked`` to the named person or department.

    With neither named, the permit must reach the whole city.
    """
    if not reach(actor, asked).covers(person_id=person_id, department_id=department_id):
        raise Refused(f"{actor.label} may not do this: {asked.title.lower()}.", permit=asked.code)
