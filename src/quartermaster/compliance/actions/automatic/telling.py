"""Mail about rules and what they do: staff learn of every switch, holders of every act."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from quartermaster.compliance.models import ActionRule, ActionStop, AutomaticAct, Restriction
from quartermaster.compliance.rules.automatic import Action, effects_of
from quartermaster.inventory.models import Ownership
from quartermaster.jobs.acts import Act
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

PAGE = "/automatic-actions/"
_ADMINISTRATORS = (Role.ITMD_ADMIN, Role.SECURITY_APPROVER)
_ALL = (*_ADMINISTRATORS, Role.AUDITOR)
_OCCASIONS: dict[str, tuple[str, tuple[Role, ...]]] = {
    "tried": ("A rule is being tried; a second person can switch it on", _ADMINISTRATORS),
    "approved": ("A rule that acts by itself was switched on", _ALL),
    "changed": ("A rule that was on was changed, and is tried again", _ALL),
    "stopped": ("A rule was stopped: look at its plan", _ALL),
    "went-on": ("A stopped rule goes on", _ALL),
    "proposes": ("A rule proposes what two people have to decide", _ADMINISTRATORS),
}
_EVERYTHING = {
    "stopped": "All that acts by itself stands still",
    "goes-on": "What acts by itself goes on",
}


def tell_staff(rule: ActionRule, occasion: str, note: str, doing: Act) -> None:
    """Tell administrators, and the auditors where it is theirs, of a turn in a rule's life."""
    headline, roles = _OCCASIONS[occasion]
    version = rule.current
    assert version is not None  # it is set with the first version
    for person in _people(roles, doing.at):
        post.send(
            template="compliance/automatic/staff",
            to=person.email,
            name=person.name,
            context={
                "headline": headline,
                "rule": rule,
                "version": version,
                "effects": effects_of(Action(version.action)),
                "note": note,
                "link": f"{settings.WEB_URL}{PAGE}{rule.id}/",
            },
            key=f"rule:{rule.id}:{occasion}:{doing.at:%Y%m%d%H%M%S%f}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=rule,
        )


def tell_everybody(stop: ActionStop, occasion: str, note: str, doing: Act) -> None:
    """Tell administrators and auditors that everything stands still, or goes on."""
    for person in _people(_ALL, doing.at):
        post.send(
            template="compliance/automatic/everything",
            to=person.email,
            name=person.name,
            context={
                "headline": _EVERYTHING[occasion],
                "note": note,
                "link": f"{settings.WEB_URL}{PAGE}",
            },
            key=f"rules:{stop.id}:{occasion}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=stop,
        )


def tell_holder(item: AutomaticAct, what: str, doing: Act) -> None:
    """Tell the holder what was done, why, and what cures it. ``what``: "done" or "lifted"."""
    holder = item.finding.holder
    if holder is None or holder.standing != Standing.ACTIVE:
        return
    post.send(
        template=f"compliance/automatic/{what}",
        to=holder.email,
        name=holder.name,
        context={
            "act": item,
            "finding": item.finding,
            "device": item.device,
            "personal": item.personal,
            "link": f"{settings.WEB_URL}/findings/{item.finding_id}/",
        },
        key=f"automatic:{item.id}:{what}",
        actor=doing.actor,
        at=doing.at,
        about=item.finding,
    )


def tell_of_restriction(restriction: Restriction, what: str, doing: Act) -> None:
    """Tell the holder what a person did by hand, and why. ``what``: "restricted" or "lifted"."""
    device = restriction.device
    holder = device.holder
    if holder is None or holder.standing != Standing.ACTIVE:
        return
    post.send(
        template="compliance/automatic/by_hand",
        to=holder.email,
        name=holder.name,
        context={
            "what": what,
            "restriction": restriction,
            "device": device,
            "personal": device.ownership == Ownership.PERSONAL,
            "link": f"{settings.WEB_URL}/devices/{device.id}/",
        },
        key=f"restriction:{restriction.id}:{what}",
        actor=doing.actor,
        at=doing.at,
        about=restriction,
    )


def _people(roles: Iterable[Role], at: datetime) -> list[Person]:
    found = {person.id: person for role in roles for person in people_with_role(role, at)}
    return sorted(found.values(), key=lambda person: person.number)
