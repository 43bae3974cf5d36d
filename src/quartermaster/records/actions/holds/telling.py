"""Mail about holds. It never says what a hold is about: for that there is the page."""

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import people_with_role, supervisors_above
from quartermaster.org.roles import Role
from quartermaster.records.models import HoldKeeper


def tell_keeper(keeper: HoldKeeper, what: str, doing: Act) -> None:
    """Write to who must keep: "notice", "reminder", "again" or "released"."""
    if keeper.person.standing == Standing.ACTIVE:
        _send("keeper", keeper, what, keeper.person, doing, link=f"/my-notices/{keeper.id}/")


def tell_supervisor(keeper: HoldKeeper, doing: Act) -> None:
    """Tell the nearest supervisor at work, or the custodians, that a notice was not read."""
    above = supervisors_above(keeper.person)
    nearest = next((one for one in above if one.standing == Standing.ACTIVE), None)
    if nearest is None:
        tell_custodians(keeper, "unread", doing)
    else:
        _send("supervisor", keeper, "escalated", nearest, doing)


def tell_custodians(keeper: HoldKeeper, what: str, doing: Act) -> None:
    """Tell the records custodians: "unread" (no supervisor is there to ask) or "separated"."""
    for person in people_with_role(Role.CUSTODIAN, doing.at).order_by("number"):
        _send("custodian", keeper, what, person, doing, link=f"/legal-holds/{keeper.hold_id}/")


def _send(
    template: str, keeper: HoldKeeper, what: str, to: Person, doing: Act, link: str = ""
) -> None:
    send(
        template=f"records/holds/{template}",
        to=to.email,
        name=to.name,
        context={
            "keeper": keeper,
            "what": what,
            "link": f"{settings.WEB_URL}{link}",
        },
        key=f"records.hold/{keeper.id}/{what}/{keeper.asked_at:%Y%m%dT%H%M%S}"
        f"/{keeper.reminders}/{to.id}",
        actor=doing.actor,
        at=doing.at,
        about=keeper,
    )
