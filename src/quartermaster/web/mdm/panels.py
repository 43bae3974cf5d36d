"""Management on the page of a device: what it reported, what it must have, what was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.mdm import acting, queries, users
from quartermaster.mdm.actions.escrow import FOR_MACHINES
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.intended import intended_holder
from quartermaster.mdm.models import Certificate, Enrolment, UserChannel
from quartermaster.mdm.permits import (
    COMMAND_SEND,
    DEVICE_INVITE,
    ENROLMENT_END,
    ENROLMENT_VIEW,
    IDENTITY_REVOKE,
    SECRET_REVEAL,
)
from quartermaster.mdm.posture import LAST_SEEN, PROFILES, TITLES, Fact
from quartermaster.mdm.rules.renewal import Standing, standing
from quartermaster.mdm.states import EnrolmentState
from quartermaster.policy.requirements import CATALOGUE
from quartermaster.web.marks import chip
from quartermaster.web.mdm.progress import steps_of
from quartermaster.web.mdm.tables import COMMANDS, SECRET_STANDINGS
from quartermaster.web.panels import Body, panel

_MOST = 8
_MOST_CERTIFICATES = 4


@dataclass(frozen=True)
class Line:
    """One fact, as people read it."""

    title: str
    value: str
    source: str
    observed_at: datetime


@panel("device", title="Management", order=25, permit=ENROLMENT_VIEW)
def management(request: Any, device: Device) -> Body | None:
    """The enrolment, posture, requirements and commands of a device."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    if not reach(request.actor, ENROLMENT_VIEW).covers(**place):
        return None
    if not is_managed(device.platform):
        return Body("mdm/panels/device.html", managed=False)
    enrolments = queries.enrolments_visible_to(request.actor).filter(device=device)
    enrolment = enrolments.exclude(state=EnrolmentState.ENDED).order_by("state").first()
    commands = queries.commands_visible_to(request.actor).filter(enrolment__device=device)
    wanted = queries.wanted_for(device, request.at)
    return Body(
        "mdm/panels/device.html",
        managed=True,
        enrolment=enrolment,
        ended=None if enrolment else enrolments.first(),
        lines=list(_lines(device)),
        users=_users(enrolment) if enrolment else [],
        certificates=list(_certificates(request, enrolment, place)) if enrolment else [],
        steps=list(steps_of(enrolment, wanted, all_parts=False)) if enrolment else [],
        payloads=[] if enrolment else wanted.payloads,
        observed=[CATALOGUE[name].title for name in wanted.observed],
        delivered=[(CATALOGUE[name].title, ", ".join(what)) for name, what in wanted.delivered],
        remarks=[(CATALOGUE[name].title, remark) for name, remark in wanted.remarks],
        cannot=[(CATALOGUE[name].title, reason) for name, reason in wanted.unenforceable],
        commands=[
            (item, chip(item.get_state_display(), tone=COMMANDS[item.state]))
            for item in commands[:_MOST]
        ],
        buttons=list(_buttons(request, device, enrolment, place)),
        may_open=reach(request.actor, COMMAND_SEND).covers(**place),
    )


@panel("device", title="Act on the device", order=26, permit=COMMAND_SEND)
def acting_on(request: Any, device: Device) -> Body | None:
    """What can be done to a device now, what cannot and why, and where a lost one was."""
    enrolment = queries.enrolment_now(device.id)
    if enrolment is None or not reach(request.actor, COMMAND_SEND).everything:
        return None
    verbs = acting.verbs_of(request.actor, enrolment)
    places = acting.locations_visible_to(request.actor).filter(command__enrolment__device=device)
    return Body(
        "mdm/panels/acting.html",
        lost=queries.context_of(device).lost,
        possible=[
            (verb, reverse("mdm:do", kwargs={"key": enrolment.pk, "verb": verb.code}))
            for verb, problem in verbs
            if not problem
        ],
        impossible=[(verb, problem) for verb, problem in verbs if problem],
        places=list(places[:_MOST]),
    )


@panel("device", title="Kept and looked at", order=27, permit=ENROLMENT_VIEW)
def kept(request: Any, device: Device) -> Body | None:
    """What is kept of a device, who saw it, who asked where it is: for its holder, too."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    may_see = reach(request.actor, SECRET_REVEAL).covers(**place)
    if not may_see and device.holder_id != request.actor.person_id:
        return None
    rows = list(queries.secrets_visible_to(request.actor).filter(device=device).defer("sealed"))
    reveals = list(acting.reveals_of(device.id)[:_MOST])
    located = list(acting.located_when(device.id)[:_MOST])
    if not (rows or reveals or located):
        return None
    return Body(
        "mdm/panels/kept.html",
        secrets=[
            (
                row,
                chip(row.standing.capitalize(), tone=SECRET_STANDINGS[row.standing]),
                ""
                if row.kind in FOR_MACHINES
                else reverse("mdm:secret-reveal", kwargs={"key": row.pk}),
            )
            for row in rows
        ],
        reveals=reveals,
        located=located,
    )


def _users(enrolment: Enrolment) -> list[tuple[UserChannel, int | None]]:
    """Each user of the device who has a channel, and how many profiles are on their side."""
    found = []
    for channel in users.users_of(enrolment)[:_MOST]:
        facts = users.said_by_user(channel)
        profiles = facts.get(PROFILES)
        found.append((channel, len(profiles.value) if profiles else None))
    return found


def _lines(device: Device) -> Iterator[Line]:
    posture = queries.posture_of(device.id)
    for key, title in TITLES.items():
        fact = posture.get(key)
        if fact is not None and fact.value != "" and key != LAST_SEEN:
            yield Line(title, _shown(fact), fact.source, fact.observed_at)


def _shown(fact: Fact) -> str:
    if isinstance(fact.value, bool):
        return "Yes" if fact.value else "No"
    if isinstance(fact.value, list):
        return "None" if not fact.value else f"{len(fact.value)} listed"
    return str(fact.value)


STANDINGS = {
    Standing.GOOD: "good",
    Standing.DUE: "info",
    Standing.ENDING: "warning",
    Standing.LAPSED: "bad",
    Standing.REVOKED: "neutral",
}


def _certificates(
    request: Any, enrolment: Enrolment, place: dict[str, Any]
) -> Iterator[tuple[Certificate, str, str]]:
    """The certificates of an enrolment: row, mark, and where it is revoked if the reader may."""
    may = reach(request.actor, IDENTITY_REVOKE).covers(**place)
    rows = queries.certificates_visible_to(request.actor).filter(enrolment=enrolment)
    for row in rows[:_MOST_CERTIFICATES]:
        how = standing(row.issued_at, row.expires_at, row.revoked_at, request.at)
        address = reverse("mdm:certificate-revoke", kwargs={"key": row.pk})
        yield (
            row,
            chip(how.value.capitalize(), tone=STANDINGS[how]),
            (address if may and row.live else ""),
        )


def _buttons(
    request: Any, device: Device, enrolment: Enrolment | None, place: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """The verbs that lead on, to whoever may do them: label, address, look."""

    def may(permit: Any) -> bool:
        return reach(request.actor, permit).covers(**place)

    def to(name: str) -> str:
        assert enrolment is not None
        return reverse(f"mdm:{name}", kwargs={"key": enrolment.pk})

    if enrolment is None or enrolment.state == EnrolmentState.PENDING:
        ready = device.holder_id is not None or intended_holder(device) is not None
        if may(DEVICE_INVITE) and ready:
            yield "Enrol", reverse("mdm:invite", kwargs={"key": device.pk}), "outline"
        if enrolment is not None and may(ENROLMENT_END):
            yield "End the enrolment", to("end"), "secondary"
        return
    yield "Did it arrive?", to("declarations"), "outline"
    if may(COMMAND_SEND):
        yield "Ask again", to("refresh"), "outline"
        yield "Apply the requirements", to("configure"), "outline"
        yield "Renew the certificate", to("renew"), "outline"
    if may(ENROLMENT_END):
        yield "End the enrolment", to("end"), "secondary"
