"""Reads of personal devices: whose, and which left."""

from django.db.models import QuerySet

from quartermaster.inventory.models import Device, Ownership
from quartermaster.kernel.permits import Actor, reach
from quartermaster.lifecycle.models import Leaving
from quartermaster.lifecycle.permits import PERSONAL_VIEW


def personal_devices_visible_to(actor: Actor) -> QuerySet[Device]:
    """The personal devices whose powers the actor may look at: one's own, or all for ITMD."""
    rows = Device.objects.select_related("holder", "department", "model").filter(
        ownership=Ownership.PERSONAL
    )
    extent = reach(actor, PERSONAL_VIEW)
    return rows if extent.everything else rows.filter(holder_id__in=extent.people)


def leavings_visible_to(actor: Actor) -> QuerySet[Leaving]:
    """The devices that left: one's own, or all for ITMD."""
    rows = Leaving.objects.select_related("device", "person")
    extent = reach(actor, PERSONAL_VIEW)
    return rows if extent.everything else rows.filter(person_id__in=extent.people)
