"""Reads of what a request reaches, and of the grounds on which something is held back."""

from django.conf import settings
from django.db.models import Count, QuerySet

from quartermaster.disclosure.models import AddedExemption, Redaction, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.rules.exemptions import Ground, shipped
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, reach


def items_visible_to(actor: Actor) -> QuerySet[RequestItem]:
    """The files that requests reach, for whoever works on requests."""
    rows = RequestItem.objects.select_related(
        "request", "item__record__author", "item__file", "copy__file", "words__file", "reviewed_by"
    ).annotate(redactions_count=Count("redactions"))
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def redactions_visible_to(actor: Actor) -> QuerySet[Redaction]:
    rows = Redaction.objects.select_related("item__request", "item__item")
    return rows if reach(actor, REQUEST_WORK).everything else rows.none()


def grounds() -> list[Ground]:
    """All grounds: those of the law that is set, and those that the custodian added."""
    law = settings.OPEN_RECORDS_LAW
    given = list(shipped(law)) if law != "none" else []
    known = {item.code for item in given}
    added = AddedExemption.objects.exclude(code__in=known)
    return [*given, *(Ground(row.code, row.title, row.basis) for row in added)]


def known_ground(code: str) -> Ground:
    """The ground with this code; `InvalidInput` where there is none."""
    found = next((item for item in grounds() if item.code == code), None)
    if found is None:
        raise InvalidInput("Choose a ground.", field="code")
    return found
