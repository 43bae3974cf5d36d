"""Reads of packages: for the custodian, and for anybody in the reading room."""

from django.db.models import QuerySet

from quartermaster.disclosure.models import Package
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.kernel.permits import Actor, reach


def packages_visible_to(actor: Actor) -> QuerySet[Package]:
    """The packages, for whoever works on requests."""
    rows = Package.objects.select_related("request", "made_by", "record")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def published() -> QuerySet[Package]:
    """What the custodian put into the reading room."""
    rows = Package.objects.filter(published_at__isnull=False).select_related("request")
    return rows.prefetch_related("files__file").order_by("-published_at")
