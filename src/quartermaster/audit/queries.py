"""Reads of the ledger."""

from django.db.models import Model, QuerySet

from quartermaster.audit.models import Entry
from quartermaster.audit.permits import AUDIT_VIEW
from quartermaster.kernel.permits import Actor, reach


def entries_visible_to(actor: Actor) -> QuerySet[Entry]:
    """The entries that the actor may read: all of them, or none."""
    entries = Entry.objects.order_by("-seq")
    return entries if reach(actor, AUDIT_VIEW).everything else entries.none()


def entries_about(subject: Model) -> QuerySet[Entry]:
    """The history of one thing, newest first; the page that shows it asks who may see it."""
    kind = subject._meta.label_lower  # noqa: SLF001 (Django's documented name)
    return Entry.objects.filter(subject_kind=kind, subject_id=str(subject.pk)).order_by("-seq")


def newest() -> Entry | None:
    return Entry.objects.order_by("-seq").first()
