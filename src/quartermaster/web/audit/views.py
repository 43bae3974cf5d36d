"""The ledger: every act, and whether the chain still holds around it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from quartermaster.audit.models import Entry
from quartermaster.audit.permits import AUDIT_VIEW
from quartermaster.audit.queries import entries_visible_to, neighbours, standing
from quartermaster.web.audit.filters import EntryFilters
from quartermaster.web.audit.tables import EntryTable
from quartermaster.web.marks import deed, full_time
from quartermaster.web.pages import Crumb, DetailPage, Fact, ListPage


class Entries(ListPage[Entry]):
    """Every entry, newest first."""

    permit = AUDIT_VIEW
    title = "Audit ledger"
    lead = "Every act, in the order it was done. Entries are chained: none can be changed unseen."
    table_class = EntryTable
    filters = EntryFilters
    search = ("tag", "actor_label", "subject_id")
    search_hint = "what, who, or the id of the thing"
    empty = "Nothing has been done here yet."

    def rows(self) -> QuerySet[Entry]:
        return entries_visible_to(self.actor)


class EntryPage(DetailPage[Entry]):
    """One entry, with its place in the chain."""

    permit = AUDIT_VIEW
    thing = "entry"
    template_name = "audit/entry.html"

    def rows(self) -> QuerySet[Entry]:
        return entries_visible_to(self.actor)

    def heading(self) -> str:
        return f"Entry {self.object.seq}"

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Audit ledger", reverse("audit:entries"))]

    def facts(self) -> Sequence[Fact]:
        entry = self.object
        return [
            Fact("What", f"{capfirst(deed(entry.tag))} ({entry.tag})"),
            Fact("Who", entry.actor_label),
            Fact("When", full_time(entry.at)),
            Fact("Kind of thing", entry.subject_kind),
            Fact("Thing", entry.subject_id),
        ]

    def context(self) -> dict[str, Any]:
        entry = self.object
        before, after = neighbours(entry)
        faults = standing(entry, key=settings.AUDIT_KEY)
        return {
            **super().context(),
            "data": entry.data,
            "before": before,
            "after": after,
            "sound": not faults,
            "faults": faults,
            "previous": bytes(entry.previous).hex(),
            "digest": bytes(entry.digest).hex(),
        }
