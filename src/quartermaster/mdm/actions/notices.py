"""Telling ITMD of what only a person can put right."""

from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.mdm.errors import ListRefused
from quartermaster.mdm.models import DeviceList
from quartermaster.notify.actions import send
from quartermaster.org.queries import roles_in_force
from quartermaster.org.roles import Role

TEMPLATE = "mdm/notices/list-trouble"


def tell_of_list_trouble(
    *, found: DeviceList, problem: ListRefused, actor: Actor, at: datetime
) -> int:
    """Tell every administrator of ITMD, once for each trouble, what to do; how many (G-12)."""
    since = found.troubled_at or at
    held = roles_in_force(at).filter(role=Role.ITMD_ADMIN).select_related("person")
    people = {assignment.person for assignment in held}
    for person in people:
        send(
            template=TEMPLATE,
            to=person.email,
            name=person.name,
            context={
                "owner": str(found),
                "trouble": problem.message,
                "todo": problem.todo,
            },
            key=f"list-trouble:{found.id}:{problem.trouble}:{since.isoformat()}:{person.id}",
            actor=actor,
            at=at,
            about=found,
        )
    return len(people)
