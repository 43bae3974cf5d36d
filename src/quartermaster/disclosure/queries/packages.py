"""Reads of packages: for the custodian, and for anybody in the reading room."""

from django.db.models import QuerySet

from quartermaster.disclosure.models import Package, PackageWork, RecordsRequest
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.rules.package_work import PackageState
from quartermaster.kernel.permits import Actor, reach


def packages_visible_to(actor: Actor) -> QuerySet[Package]:
    """The packages, for whoever works on requests."""
    rows = Package.objects.select_related("request", "made_by", "record")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def newest_work(actor: Actor, request: RecordsRequest) -> PackageWork | None:
    """What was asked for last, as long as it is put together or could not be."""
    if not reach(actor, REQUEST_WORK).everything:
        return None
    found = request.package_works.select_related("asked_by").first()
    return found if found is not None and found.state != PackageState.READY else None


def published() -> QuerySet[Package]:
    """What the custodian put into the reading room."""
    rows = Package.objects.filter(published_at__isnull=False).select_related("request")
    return rows.prefetch_related("files__file").order_by("-published_at")
