"""Mail about what holders say they do not have."""

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.models import Denial
from quartermaster.lifecycle.queries.delegations import stand_ins_of
from quartermaster.notify import actions as post
from quartermaster.org.models import Person
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role


def tell_owners(row: Denial, doing: Act, urgency: str = "due") -> None:
    """Tell whose question it is. ``urgency``: "due" (asked now) or "reminder"."""
    for person in owners_of(row, doing):
        post.send(
            template="lifecycle/denials/asked",
            to=person.email,
            name=person.name,
            context={
                "row": row,
                "device": row.device,
                "urgency": urgency,
                "link": f"{settings.WEB_URL}/denials/{row.id}/",
            },
            key=f"denial:{row.id}:{urgency}-{row.reminders}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=row,
        )


def owners_of(row: Denial, doing: Act) -> list[Person]:
    """The coordinators of the department, or ITMD; never who denied it."""
    at = doing.at
    owners = [one for one in coordinators_of(row.department_id, at) if one.id != row.holder_id]
    owners = owners or list(people_with_role(Role.ITMD_ADMIN, at))
    found = {one.id: one for one in (*owners, *stand_ins_of([one.id for one in owners], at))}
    found.pop(row.holder_id, None)
    return sorted(found.values(), key=lambda one: one.number)
