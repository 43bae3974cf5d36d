"""What is decided about applications is seen on devices at once (G-4)."""

from datetime import datetime

from quartermaster.compliance import actions, queries
from quartermaster.inventory.events import ApplicationDecided
from quartermaster.inventory.models import Ownership
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system

HOUSE = system("compliance")


@on(ApplicationDecided)
def look_at_what_was_decided(event: ApplicationDecided, at: datetime) -> None:  # noqa: ARG001
    """City devices alone: of a personal one nobody knows what is installed (G-1)."""
    devices = queries.devices_to_evaluate().filter(ownership=Ownership.CITY)
    ids = devices.values_list("id", flat=True).distinct().iterator(chunk_size=500)
    actions.evaluate_devices(device_ids=ids, actor=HOUSE, at=at)
