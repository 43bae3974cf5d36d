"""Reads of files that were not taken and wait in quarantine."""

from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from quartermaster.files.rules import MEGABYTE
from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.models import RefusedFile
from quartermaster.records.quarantine_permits import REFUSED_VIEW
from quartermaster.records.rules.quarantine import RefusedState, Room


def refused_visible_to(actor: Actor) -> QuerySet[RefusedFile]:
    """What was not taken: one's own, and for the records custodian all (G-5)."""
    extent = reach(actor, REFUSED_VIEW)
    seen = Q() if extent.everything else Q(author__in=extent.people)
    return RefusedFile.objects.select_related("author", "record", "decided_by").filter(seen)


def waiting() -> QuerySet[RefusedFile]:
    """What nobody has decided about."""
    return RefusedFile.objects.filter(state=RefusedState.WAITING)


def has_room(person_id: UUID, size: int) -> bool:
    """Whether one more file of a person may wait; asked while nobody else adds one of theirs."""
    room = Room(settings.QUARANTINE_MOST_FILES, settings.QUARANTINE_MOST_MB * MEGABYTE)
    kept = waiting().filter(author=person_id).aggregate(files=Count("id"), together=Sum("size"))
    return room.takes(size, files=kept["files"], together=kept["together"] or 0)
