"""Evidence of the room records: holds, saved records, what lies on devices; for whom it is."""

from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.records.archive import (
    audits_visible_to,
    checkpoints_visible_to,
    faults_visible_to,
)
from quartermaster.records.capture import announcements_visible_to, records_visible_to
from quartermaster.records.holds import holds_visible_to, keepers_visible_to
from quartermaster.records.rules.capture import AnnouncedState, Residue
from quartermaster.records.rules.holds import LIVE_KEEPERS, HoldState, KeeperState
from quartermaster.reports.evidence import Evidence, evidence


@evidence("records.holds")
def holds(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    keepers = keepers_visible_to(actor).filter(state__in=sorted(LIVE_KEEPERS))
    return Evidence(
        (
            ("holds in force", holds_visible_to(actor).filter(state=HoldState.OPEN).count()),
            ("people under one", keepers.values("person").distinct().count()),
            ("notices not acknowledged", keepers.filter(state=KeeperState.ASKED).count()),
        )
    )


@evidence("records.saved")
def saved(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = records_visible_to(actor)
    left = rows.filter(residue=Residue.STAYS)
    return Evidence(
        (
            ("records saved", rows.count()),
            ("still on a device as well", left.count()),
        )
    )


@evidence("records.lying")
def lying(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = announcements_visible_to(actor)
    return Evidence(
        (
            ("records announced", rows.count()),
            ("not saved yet", rows.filter(state=AnnouncedState.PENDING).count()),
            ("cannot be saved", rows.filter(state=AnnouncedState.LOST).count()),
        )
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
