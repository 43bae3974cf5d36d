"""Evidence of the room inventory: devices, what people hold, lines."""

from datetime import datetime

from django.db.models import Count

from quartermaster.inventory.applications import (
    decisions_visible_to,
    questions_visible_to,
    standing,
)
from quartermaster.inventory.models import DeviceStatus, LineStatus, Ownership
from quartermaster.inventory.queries import devices_visible_to, lines_visible_to
from quartermaster.inventory.verdicts import QuestionState, Verdict
from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import Evidence, evidence


@evidence("inventory.devices")
def devices(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = devices_visible_to(actor)
    return Evidence(
        (
            ("city devices", rows.filter(ownership=Ownership.CITY).count()),
            ("personal devices", rows.filter(ownership=Ownership.PERSONAL).count()),
            ("out of custody", rows.filter(status__in=_GONE).count()),
        )
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
    return Evidence(
        (
            ("people hold a city device", held.count()),
            ("hold more than one", held.filter(many__gt=1).count()),
        )
    )


@evidence("inventory.personal")
def personal(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = devices_visible_to(actor).filter(ownership=Ownership.PERSONAL)
    unidentified = rows.filter(serial="", imei="", imei2="", meid="", eid="", udid="", wifi_mac="")
    return Evidence(
        (
            ("personal devices", rows.count()),
            ("without any hardware identifier", unidentified.count()),
        )
    )


@evidence("inventory.lines")
def lines(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = lines_visible_to(actor)
    return Evidence(
        (
            ("lines", rows.count()),
            ("in use", rows.filter(status=LineStatus.ACTIVE).count()),
        )
    )


@evidence("inventory.applications")
def applications(actor: Actor, at: datetime) -> Evidence:
    decisions = standing(decisions_visible_to(actor), at.date())
    questions = questions_visible_to(actor)
    last = questions.filter(state=QuestionState.ANSWERED).order_by("-settled_at").first()
    return Evidence(
        (
            ("decisions in force", decisions.count()),
            ("blocked", decisions.filter(verdict=Verdict.BLOCKED).count()),
            ("questions answered", questions.filter(state=QuestionState.ANSWERED).count()),
            ("waiting", questions.filter(state=QuestionState.WAITING).count()),
        ),
        last.settled_at if last else None,
    )


_GONE = (DeviceStatus.LOST, DeviceStatus.RETIRED)
