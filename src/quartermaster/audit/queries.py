"""Reads of the ledger."""

from django.db.models import Max, Min, Model, QuerySet

from quartermaster.audit.models import Entry
from quartermaster.audit.permits import AUDIT_VIEW
from quartermaster.audit.verify import faults_of
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


def neighbours(entry: Entry) -> tuple[int | None, int | None]:
    """The numbers of the entries before and after this one, where there are any."""
    before = Entry.objects.filter(seq__lt=entry.seq).aggregate(seq=Max("seq"))["seq"]
    after = Entry.objects.filter(seq__gt=entry.seq).aggregate(seq=Min("seq"))["seq"]
    return before, after


def standing(entry: Entry, *, key: bytes) -> list[str]:
    """What is wrong with this entry and its link to the one before it; empty where all is right."""
    return [fault.sentence for fault in faults_of(entry, key=key)]
