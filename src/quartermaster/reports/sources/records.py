"""Evidence of the room records: legal holds, for those who may know of them."""

from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.records.holds import holds_visible_to, keepers_visible_to
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
