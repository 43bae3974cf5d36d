"""Evidence of the room records: holds, saved records, what lies on devices; for whom it is."""

from datetime import datetime

from django.db.models import Count, Q

from quartermaster.kernel.permits import Actor
from quartermaster.records.archive import (
    audits_visible_to,
    checkpoints_visible_to,
    faults_visible_to,
)
from quartermaster.records.capture import announcements_visible_to, records_visible_to
from quartermaster.records.holds import holds_visible_to, keepers_visible_to
from quartermaster.records.rules.capture import AnnouncedState, Residue, Source
from quartermaster.records.rules.holds import LIVE_KEEPERS, HoldState, KeeperState
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("records.holds")
def holds(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    keepers = keepers_visible_to(actor).filter(state__in=sorted(LIVE_KEEPERS)).order_by()
    found = keepers.aggregate(
        people=Count("person", distinct=True),
        asked=Count("pk", filter=Q(state=KeeperState.ASKED)),
    )
    return Evidence(
        (
            ("holds in force", holds_visible_to(actor).filter(state=HoldState.OPEN).count()),
            ("people under one", found["people"]),
            ("notices not acknowledged", found["asked"]),
        )
    )


@evidence("records.saved")
def saved(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        records_visible_to(actor),
        ("records saved", ALL),
        ("still on a device as well", Q(residue=Residue.STAYS)),
    )


@evidence("records.messages")
def messages(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """What came by text or chat and is saved, out of exports above all (G-5)."""
    return tally(
        records_visible_to(actor),
        ("texts and chats saved", Q(source__in=[Source.MESSAGE, Source.CHAT])),
    )


@evidence("records.lying")
def lying(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        announcements_visible_to(actor),
        ("records announced", ALL),
        ("not saved yet", Q(state=AnnouncedState.PENDING)),
        ("cannot be saved", Q(state=AnnouncedState.LOST)),
    )


@evidence("records.archive")
def archived(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return Evidence(
        (
            ("checkpoints signed", checkpoints_visible_to(actor).count()),
            ("audits", audits_visible_to(actor).count()),
            ("faults open", faults_visible_to(actor).filter(closed_at=None).count()),
        )
    )
