"""Reads of counts and confirmations."""

from django.db.models import Q, QuerySet

from quartermaster.inventory import permits
from quartermaster.inventory.models import Confirmation, CountEntry, StockCount
from quartermaster.kernel.permits import Actor, reach


def counts_visible_to(actor: Actor) -> QuerySet[StockCount]:
    """The counts that the actor may see."""
    rows = StockCount.objects.select_related("department")
    extent = reach(actor, permits.COUNT_VIEW)
    return rows if extent.everything else rows.filter(department_id__in=extent.departments)


def entries_visible_to(actor: Actor) -> QuerySet[CountEntry]:
    """The lines of the counts that the actor may see."""
    rows = CountEntry.objects.select_related("count__department", "device", "accessory")
    return rows.filter(count__in=counts_visible_to(actor).order_by().values("id"))


def confirmations_visible_to(actor: Actor) -> QuerySet[Confirmation]:
    """What holders were asked, as far as the actor may see."""
    rows = Confirmation.objects.select_related("device__department", "holder")
    extent = reach(actor, permits.CONFIRMATION_VIEW)
    if extent.everything:
        return rows
    return rows.filter(
        Q(holder_id__in=extent.people) | Q(device__department_id__in=extent.departments)
    )
