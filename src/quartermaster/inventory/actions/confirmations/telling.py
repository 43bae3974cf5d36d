"""The mails of a confirmation."""

from collections.abc import Iterable

from quartermaster.inventory.models import Confirmation
from quartermaster.inventory.states import Answer
from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.models import Person
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role


def tell_holder(row: Confirmation, doing: Act) -> None:
    _send("confirmation-asked", [row.holder], row, doing, key=f"asked/{row.attempts}")


def tell_coordinators(row: Confirmation, doing: Act) -> None:
    """Whoever coordinates the department, and ITMD where nobody does."""
    people = list(coordinators_of(row.device.department_id, doing.at))
    people = people or list(people_with_role(Role.ITMD_ADMIN, doing.at))
    _send("confirmation-overdue", people, row, doing, key="overdue")


def tell_itmd(row: Confirmation, doing: Act) -> None:
    """What the holder said, if it is not simply that they have it."""
    people = people_with_role(Role.ITMD_ADMIN, doing.at)
    _send("confirmation-denied", people, row, doing, key="answered")


def _send(
    template: str, people: Iterable[Person], row: Confirmation, doing: Act, *, key: str
) -> None:
    for person in people:
        send(
            template=f"inventory/notices/{template}",
            to=person.email,
            name=person.given_name,
            context={
                "tag": row.device.asset_tag,
                "what": row.device.get_device_class_display().lower(),
                "holder": row.holder.name,
                "answer": Answer(row.answer).label if row.answer else "",
                "denied": row.answer == Answer.NOT,
                "note": row.note,
                "reminder": row.attempts,
                "key": str(row.id),
                "device": str(row.device_id),
            },
            about=row.device,
            key=f"inventory.confirmation/{row.id}/{key}/{person.id}",
            actor=doing.actor,
            at=doing.at,
        )
