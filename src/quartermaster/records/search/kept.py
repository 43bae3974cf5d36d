"""Reads of the searches that people keep."""

from django.db.models import Q, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.models import SavedSearch
from quartermaster.records.permits import RECORD_VIEW
from quartermaster.records.search_permits import SEARCH_KEEP


def searches_visible_to(actor: Actor) -> QuerySet[SavedSearch]:
    """One's own searches; for records custodians those that others of them share, too (G-5)."""
    rows = SavedSearch.objects.select_related("owner")
    seen = Q(owner__in=reach(actor, SEARCH_KEEP).people)
    if reach(actor, RECORD_VIEW).everything:
        seen |= Q(shared=True)
    return rows.filter(seen)
