"""Reads of licences."""

from django.db.models import Count, Q, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm.models import LicencePool
from quartermaster.mdm.software_permits import SOFTWARE_VIEW


def pools_visible_to(actor: Actor) -> QuerySet[LicencePool]:
    """What the City owns, for whoever may look at applications at all."""
    rows = LicencePool.objects.filter(gone_at=None).annotate(
        wanted=Count("licences", filter=Q(licences__state__in=["wanted", "asked", "failed"])),
        foreign=Count("licences", filter=Q(licences__state="held", licences__ours=False)),
    )
    return rows.none() if reach(actor, SOFTWARE_VIEW).nothing else rows


def count_short() -> int:
    """Of how many products there are too few licences."""
    return LicencePool.objects.filter(gone_at=None, short_since__isnull=False).count()
