"""Who is told of what destroys, and when: nobody learns of a wipe only by its effect."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.mdm.models import DestructiveApproval, DestructiveRequest
from quartermaster.notify.actions import send
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import roles_in_force
from quartermaster.org.roles import Role

PAGE = "/destructive-requests/"
_ITMD = (Role.ITMD_ADMIN, Role.ITMD_HELPDESK, Role.SECURITY_APPROVER)
MOST_NAMED = 20


@dataclass(frozen=True)
class Occasion:
    """What happened, as the subject and the first sentence say it; ``wide``: auditors too."""

    headline: str
    wide: bool = False


OCCASIONS = {
    "requested": Occasion("A second person is needed"),
    "approved": Occasion("Approved by a second person; it can still be stopped"),
    "refused": Occasion("Refused by the second person"),
    "stopped": Occasion("Stopped", wide=True),
    "blocked": Occasion("Blocked by the limits", wide=True),
    "tampered": Occasion("Not as it was approved, and stopped", wide=True),
    "released": Occasion("Sent to the devices"),
    "expired": Occasion("Expired: nobody decided in time"),
    "confirmed": Occasion("Confirmed by the devices"),
    "unconfirmed": Occasion("Not confirmed: look at what each device did", wide=True),
    "reminder": Occasion("Still not confirmed"),
    "withheld": Occasion("A command that destroys was withheld from a device", wide=True),
}


def tell_staff(request: DestructiveRequest, occasion: str, doing: Act, *, times: int = 0) -> None:
    """Mail everybody at ITMD, and the auditors where the occasion is theirs, once."""
    what = OCCASIONS[occasion]
    roles = {*_ITMD}
    if what.wide:
        roles.add(Role.AUDITOR)
    if request.despite_hold:
        roles.add(Role.CUSTODIAN)
    held = roles_in_force(doing.at).filter(role__in=sorted(roles))
    people = Person.objects.filter(id__in=held.values("person_id"), standing=Standing.ACTIVE)
    approval = DestructiveApproval.objects.select_related("approver").filter(request=request)
    context = {
        "headline": what.headline,
        "request": request,
        "devices": _named(request),
        "approval": approval.first(),
        "link": f"{settings.WEB_URL}{PAGE}{request.id}/",
    }
    for person in people.order_by("id"):
        send(
            template="mdm/notices/destruction",
            to=person.email,
            name=person.name,
            context=context,
            key=f"mdm.destruction/{request.id}/{occasion}/{times}/{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=request,
        )


def tell_holders(request: DestructiveRequest, doing: Act) -> None:
    """Tell each holder and their supervisor what will be removed, before it is (G-10)."""
    targets = request.targets.select_related("enrolment__device__holder__supervisor")
    for target in targets.order_by("id"):
        device = target.enrolment.device
        for person in _concerned(device.holder):
            send(
                template="mdm/notices/destruction-holder",
                to=person.email,
                name=person.name,
                context={
                    "request": request,
                    "device": device,
                    "own": person == device.holder,
                    "statement": request.statement.splitlines(),
                },
                key=f"mdm.destruction/{request.id}/holder/{device.id}/{person.id}",
                actor=doing.actor,
                at=doing.at,
                about=device,
            )


def _concerned(holder: Person | None) -> Iterable[Person]:
    people = (holder, holder.supervisor if holder else None)
    return [item for item in people if item is not None and item.standing == Standing.ACTIVE]


def _named(request: DestructiveRequest) -> str:
    tags = list(
        request.targets.order_by("id").values_list("enrolment__device__asset_tag", flat=True)[
            : MOST_NAMED + 1
        ]
    )
    if len(tags) > MOST_NAMED:
        return f"{', '.join(tags[:MOST_NAMED])} and more ({request.targets.count()} in all)"
    return ", ".join(tags) or "none"
