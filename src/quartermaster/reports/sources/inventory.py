"""Evidence of the room inventory: devices, what people hold, lines."""

from datetime import datetime

from django.db.models import Count, Max, Q
from django.utils.timezone import localdate

from quartermaster.inventory.applications import (
    decisions_visible_to,
    questions_visible_to,
    standing,
)
from quartermaster.inventory.models import DeviceStatus, LineStatus, Ownership
from quartermaster.inventory.queries import devices_visible_to, lines_visible_to
from quartermaster.inventory.verdicts import QuestionState, Verdict
from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("inventory.devices")
def devices(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        devices_visible_to(actor),
        ("city devices", Q(ownership=Ownership.CITY)),
        ("personal devices", Q(ownership=Ownership.PERSONAL)),
        ("out of custody", Q(status__in=_GONE)),
    )


@evidence("inventory.holdings")
def holdings(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    held = (
        devices_visible_to(actor)
        .filter(ownership=Ownership.CITY, holder__isnull=False)
        .exclude(status__in=_GONE)
        .order_by()
        .values("holder")
        .annotate(many=Count("id"))
    )
    found = held.aggregate(people=Count("holder"), more=Count("holder", filter=Q(many__gt=1)))
    return Evidence(
        (("people hold a city device", found["people"]), ("hold more than one", found["more"]))
    )


@evidence("inventory.personal")
def personal(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = devices_visible_to(actor).filter(ownership=Ownership.PERSONAL)
    unidentified = Q(serial="", imei="", imei2="", meid="", eid="", udid="", wifi_mac="")
    return tally(rows, ("personal devices", ALL), ("without any hardware identifier", unidentified))


@evidence("inventory.lines")
def lines(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(lines_visible_to(actor), ("lines", ALL), ("in use", Q(status=LineStatus.ACTIVE)))


@evidence("inventory.applications")
def applications(actor: Actor, at: datetime) -> Evidence:
    decisions = tally(
        standing(decisions_visible_to(actor), localdate(at)),
        ("decisions in force", ALL),
        ("blocked", Q(verdict=Verdict.BLOCKED)),
    )
    answered = Q(state=QuestionState.ANSWERED)
    questions = (
        questions_visible_to(actor)
        .order_by()
        .aggregate(
            answered=Count("pk", filter=answered),
            waiting=Count("pk", filter=Q(state=QuestionState.WAITING)),
            last=Max("settled_at", filter=answered),
        )
    )
    return Evidence(
        (
            *decisions.counts,
            ("questions answered", questions["answered"]),
            ("waiting", questions["waiting"]),
        ),
        questions["last"],
    )


_GONE = (DeviceStatus.LOST, DeviceStatus.RETIRED)
