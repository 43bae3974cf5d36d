"""What this room adds to the pages of people and departments."""

from typing import Any

from quartermaster.kernel.permits import reach
from quartermaster.org import queries
from quartermaster.org.models import Department, Person, Standing
from quartermaster.org.permits import (
    ACCOUNT_INVITE,
    DEPARTMENT_VIEW,
    PERSON_VIEW,
    ROLE_VIEW,
    SESSIONS_END,
)
from quartermaster.web.panels import Body, panel

_MOST = 25


@panel("person", title="Supervision", order=15, permit=PERSON_VIEW)
def supervision(request: Any, person: Person) -> Body | None:
    """Those above and those directly below, as far as the actor may see them."""
    seen = queries.people_visible_to(request.actor)
    above = queries.supervisors_above(person)
    linked = set(seen.filter(id__in=[item.id for item in above]).values_list("id", flat=True))
    below = seen.filter(supervisor=person, standing=Standing.ACTIVE)
    count = below.count()
    if not above and not count:
        return None
    return Body(
        "org/panels/supervision.html",
        above=[(item, item.id in linked) for item in above],
        below=below[:_MOST],
        more=max(0, count - _MOST),
    )


@panel("person", title="Roles", order=80, permit=ROLE_VIEW)
def roles(request: Any, person: Person) -> Body:
    """The roles in force."""
    held = queries.roles_in_force(request.at).filter(person=person).select_related("department")
    return Body("org/panels/roles.html", held=held.order_by("role"))


@panel("person", title="Log-in", order=90, permit=SESSIONS_END)
def log_in(request: Any, person: Person) -> Body | None:
    """Whether there is a log-in, and whether it works. Shown to its person and to who helps."""
    if not reach(request.actor, SESSIONS_END).covers(person_id=person.id):
        return None
    user = getattr(person, "user", None)
    may_invite = not reach(request.actor, ACCOUNT_INVITE).nothing
    return Body("org/panels/log_in.html", user_of=user, may_invite=may_invite)


@panel("department", title="People", order=10, permit=PERSON_VIEW)
def people(request: Any, department: Department) -> Body:
    """How many work there, and who coordinates."""
    seen = queries.people_visible_to(request.actor).filter(department=department)
    return Body(
        "org/panels/people.html",
        active=seen.filter(standing=Standing.ACTIVE).count(),
        separated=seen.filter(standing=Standing.SEPARATED).count(),
        coordinators=queries.coordinators_of(department.id, request.at),
    )


@panel("department", title="Divisions", order=15, permit=DEPARTMENT_VIEW)
def divisions(request: Any, department: Department) -> Body | None:
    """The departments that are a part of this one."""
    parts = queries.departments_visible_to(request.actor).filter(parent=department)
    return Body("org/panels/divisions.html", parts=parts) if parts else None
