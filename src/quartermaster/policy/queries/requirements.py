"""Reads of requirements: the rulebook, what follows for a department, plans, exceptions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.org.models import Coverage, Department, Person
from quartermaster.policy.models import (
    Adoption,
    CityRequirements,
    ExceptionScope,
    Overlay,
    RequirementChange,
    RequirementException,
)
from quartermaster.policy.permits import CHANGE_VIEW, EXCEPTION_VIEW, REQUIREMENTS_VIEW
from quartermaster.policy.plan import Plan, Proposal, make_plan
from quartermaster.policy.requirements import (
    CATALOGUE,
    parse_requirements,
    parse_settings,
    parse_value,
)
from quartermaster.policy.requirements.rulebook import (
    Effective,
    Place,
    Rulebook,
    Settings,
    Terms,
    Waiver,
    relaxed,
)
from quartermaster.policy.rules.requirements import ChangeState, ExceptionState


def rulebook() -> Rulebook:
    """Everything that is required, as it stands. Read once, ask for many departments."""
    overlays: dict[UUID, dict[str, Settings]] = {}
    for overlay in Overlay.objects.all():
        place = f"the overlay {overlay.pk}"
        by_ownership = overlays.setdefault(overlay.department_id, {})
        by_ownership[overlay.ownership] = parse_settings(overlay.settings, place)
    return Rulebook(
        places={
            item.id: Place(
                item.id, item.code, item.name, item.parent_id, item.coverage == Coverage.COVERED
            )
            for item in Department.objects.all()
        },
        city={
            row.ownership: parse_requirements(row.settings, "the city's requirements")
            for row in CityRequirements.objects.all()
        },
        overlays=overlays,
        adoptions={
            item.department_id: Terms(
                frozenset(item.clauses),
                frozenset(item.settings),
                item.decided_on,
                item.decided_by.number,
            )
            for item in Adoption.objects.select_related("decided_by")
        },
    )


def effective_requirements(
    department_id: UUID,
    ownership: str,
    *,
    at: datetime | None = None,
    person_id: UUID | None = None,
    device_id: UUID | None = None,
    book: Rulebook | None = None,
) -> Effective:
    """What is required of a device of this ownership in this department (S-3, C-5).

    With ``at``: less the exceptions in force at that instant for the department and for the
    person and device named. Pass ``book`` when asking for many.
    """
    book = book or rulebook()
    if department_id not in book.places:
        raise NotFound("There is no such department.")
    effective = book.effective(department_id, ownership)
    if at is None:
        return effective
    waivers = waivers_in_force(
        at, department_id=department_id, person_id=person_id, device_id=device_id
    )
    return relaxed(effective, waivers)


MOST_CHANGES = 50


def setting_changed_at(
    department_id: UUID, ownership: str, key: str, part: str = ""
) -> datetime | None:
    """When a setting last changed for the devices of one ownership in a department.

    ``part`` names one platform of a setting that has a value for each. None: not since changes
    are kept.
    """
    code = Department.objects.values_list("code", flat=True).get(id=department_id)
    about = {"department": code, "ownership": ownership, "setting": key}
    rows = RequirementChange.objects.filter(
        state=ChangeState.APPLIED, effects__contains=[about]
    ).order_by("-decided_at")
    for row in rows.only("effects", "decided_at")[:MOST_CHANGES]:
        for effect in row.effects:
            if about.items() <= effect.items() and _part(effect, "before", part) != _part(
                effect, "after", part
            ):
                return row.decided_at
    return None


def _part(effect: Mapping[str, Any], side: str, part: str) -> Any:
    value = effect[side]
    return value.get(part) if part and isinstance(value, dict) else value


def waivers_in_force(
    at: datetime,
    *,
    department_id: UUID,
    person_id: UUID | None = None,
    device_id: UUID | None = None,
) -> Mapping[str, Waiver]:
    """The exceptions in force by setting; where there are several, the laxest."""
    subjects = Q(scope=ExceptionScope.DEPARTMENT, department_id=department_id)
    if person_id is not None:
        subjects |= Q(scope=ExceptionScope.PERSON, person_id=person_id)
    if device_id is not None:
        subjects |= Q(scope=ExceptionScope.DEVICE, device_id=device_id)
    return _laxest(_exceptions_in_force(at).filter(subjects))


def _exceptions_in_force(at: datetime) -> QuerySet[RequirementException]:
    rows = RequirementException.objects.filter(state=ExceptionState.IN_FORCE, expires_at__gt=at)
    return rows.order_by("id")


def _laxest(rows: Iterable[RequirementException]) -> dict[str, Waiver]:
    found: dict[str, Waiver] = {}
    for row in rows:
        value = parse_value(row.setting, row.value, f"the exception {row.pk}")
        known = found.get(row.setting)
        order = CATALOGUE[row.setting].order
        if known is None or order.is_at_least_as_strict(known.value, value):
            found[row.setting] = Waiver(row.setting, value, row.expires_at, row.id)
    return found


class Waivers:
    """Every exception in force at an instant. Read once, ask for many devices."""

    def __init__(self, at: datetime) -> None:
        self._by_subject: dict[UUID, list[RequirementException]] = defaultdict(list)
        for row in _exceptions_in_force(at):
            subjects = {
                ExceptionScope.DEPARTMENT: row.department_id,
                ExceptionScope.PERSON: row.person_id,
                ExceptionScope.DEVICE: row.device_id,
            }
            if subject := subjects[ExceptionScope(row.scope)]:
                self._by_subject[subject].append(row)

    def of(
        self, department_id: UUID, person_id: UUID | None, device_id: UUID
    ) -> Mapping[str, Waiver]:
        """What `waivers_in_force` says of this device."""
        subjects = [item for item in (department_id, person_id, device_id) if item is not None]
        rows = [row for subject in subjects for row in self._by_subject.get(subject, ())]
        return _laxest(sorted(rows, key=lambda row: row.id))


def plan(proposal: Proposal) -> Plan:
    """What applying a proposal now would do.

    Raises:
        InvalidInput: an adoption names nobody who decided it (S-3).
    """
    for terms in filter(None, proposal.adoptions.values()):
        author_of(terms)
    return make_plan(rulebook(), proposal)


def author_of(terms: Terms) -> Person:
    """Who decided an adoption, by the personnel number in it (S-3)."""
    author = Person.objects.filter(number=terms.decided_by).first()
    if author is None:
        raise InvalidInput(
            f"Nobody has the personnel number {terms.decided_by}; an adoption names who"
            " decided it.",
            field="decided_by",
            number=terms.decided_by,
        )
    return author


def departments_visible_to(actor: Actor) -> QuerySet[Department]:
    """The departments whose requirements the actor may see; everyone sees their own."""
    extent = reach(actor, REQUIREMENTS_VIEW)
    if extent.everything:
        return Department.objects.all()
    homes = Person.objects.filter(id__in=extent.people).values("department_id")
    return Department.objects.filter(Q(id__in=extent.departments) | Q(id__in=homes))


def may_see_requirements_of(actor: Actor, department_id: UUID) -> bool:
    return departments_visible_to(actor).filter(id=department_id).exists()


def changes_visible_to(actor: Actor) -> QuerySet[RequirementChange]:
    """The changes of requirements that the actor may see."""
    rows = RequirementChange.objects.select_related("requested_by", "decided_by")
    if reach(actor, CHANGE_VIEW).everything:
        return rows
    return rows.filter(requested_by_id=actor.person_id) if actor.person_id else rows.none()


def exceptions_visible_to(actor: Actor) -> QuerySet[RequirementException]:
    """The exceptions that the actor may see: of their reach, and those they asked for."""
    rows = RequirementException.objects.select_related(
        "department", "person", "requested_by", "decided_by"
    )
    extent = reach(actor, EXCEPTION_VIEW)
    if extent.everything:
        return rows
    return rows.filter(
        Q(department_id__in=extent.departments)
        | Q(person_id__in=extent.people)
        | Q(requested_by_id__in=extent.people)
    )
