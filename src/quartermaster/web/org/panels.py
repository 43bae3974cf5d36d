"""What this room adds to the pages of people and departments."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from quartermaster.kernel.permits import reach
from quartermaster.org import queries
from quartermaster.org.models import Department, Person, Standing, User
from quartermaster.org.permits import (
    ACCOUNT_CLOSE,
    ACCOUNT_INVITE,
    DEPARTMENT_VIEW,
    PERSON_VIEW,
    ROLE_VIEW,
    SESSIONS_END,
)
from quartermaster.web.guard import may_open
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
    return Body(
        "org/panels/log_in.html", user_of=user, buttons=list(_log_in_buttons(request, person, user))
    )


def _log_in_buttons(request: Any, person: Person, user: User | None) -> Iterator[tuple[str, str]]:
    """The verbs that lead on from how the log-in stands, to whoever may do them."""

    def to(name: str) -> str:
        return reverse(f"org:{name}", kwargs={"key": person.pk})

    may_invite = may_open(request.actor, ACCOUNT_INVITE)
    may_close = may_open(request.actor, ACCOUNT_CLOSE)
    if user is not None and not user.is_active:
        if may_close:
            yield "Open the log-in", to("person-open-log-in")
        return
    if may_invite and person.standing == Standing.ACTIVE:
        label = "Invite to log in" if user is None else "Send a new link"
        yield label, to("person-invite")
    if user is not None:
        yield "End sessions", to("person-end-sessions")
        if may_close:
            yield "Close the log-in", to("person-close-log-in")


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
