"""Reads of photographs."""

from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.inventory.models import Photograph
from quartermaster.inventory.permits import DEVICE_VIEW
from quartermaster.kernel.permits import Actor, reach


def photographs_visible_to(actor: Actor) -> QuerySet[Photograph]:
    """The photographs that the actor may see: a holder those of the time when they held it."""
    rows = Photograph.objects.select_related("device", "image", "thumbnail")
    extent = reach(actor, DEVICE_VIEW)
    if extent.everything:
        return rows
    return rows.filter(
        Q(holder_id__in=extent.people) | Q(device__department_id__in=extent.departments)
    )


def photographs_of(actor: Actor, kind: str, key: UUID) -> QuerySet[Photograph]:
    """The photographs of one occasion, such as a return, that the actor may see."""
    return photographs_visible_to(actor).filter(cause_kind=kind, cause_id=key)
