"""Mail about recoveries: to who leaves, those above, the coordinator and ITMD."""

from collections.abc import Iterable

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.models import Recovery, RecoveryItem
from quartermaster.lifecycle.rules.recoveries import STILL_OWED, StepKind
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role


def tell_it_is_due(recovery: Recovery, kind: StepKind, doing: Act) -> list[str]:
    """Tell the person while they have a mailbox, and who can ask them for the things."""
    things = [str(item) for item in recovery.items.filter(state__in=STILL_OWED)]
    person = recovery.person
    told = []
    if person.standing == Standing.ACTIVE:
        told += _send(recovery, "leaving", kind.value, [person], doing, things=things)
    above = [person.supervisor] if person.supervisor is not None else []
    others = {*above, *coordinators_of(recovery.department_id, doing.at)} - {person}
    told += _send(recovery, "due", kind.value, others, doing, things=things)
    return told


def tell_about_demand(recovery: Recovery, kind: StepKind, doing: Act) -> list[str]:
    """Tell ITMD that a letter is due, or that it was not answered."""
    things = [str(item) for item in recovery.items.filter(state__in=STILL_OWED)]
    people = people_with_role(Role.ITMD_ADMIN, doing.at)
    return _send(recovery, "demand", kind.value, people, doing, things=things, step=kind.value)


def tell_to_erase(item: RecoveryItem, doing: Act) -> list[str]:
    """Ask ITMD to have a device erased, or City data removed: the house itself never can."""
    people = people_with_role(Role.ITMD_ADMIN, doing.at)
    key = f"{StepKind.WIPE.value}:{item.id}"
    return _send(item.recovery, "erase", key, people, doing, item=item)


def _send(
    recovery: Recovery,
    template: str,
    key: str,
    people: Iterable[Person],
    doing: Act,
    **more: object,
) -> list[str]:
    told = []
    for person in sorted(people, key=lambda one: one.number):
        if person.standing != Standing.ACTIVE:
            continue
        post.send(
            template=f"lifecycle/recoveries/{template}",
            to=person.email,
            name=person.name,
            context={
                "recovery": recovery,
                "link": f"{settings.WEB_URL}/recoveries/{recovery.id}/",
                **more,
            },
            key=f"recovery:{recovery.id}:{key}:{recovery.separated_on}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=recovery,
        )
        told.append(person.name)
    return told
