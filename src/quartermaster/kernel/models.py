"""The base of every table: a UUIDv7 key, an order that stays, and locks that show what is now."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

from quartermaster.kernel.ids import new_id

M = TypeVar("M", bound=models.Model)


class LockingQuerySet(models.QuerySet[M]):
    """Rows whose neighbours are read after the lock where the rows alone are locked.

    PostgreSQL reads a row anew once it has waited for its lock, but not what is joined to it: under
    contention such a query shows a neighbour of before, or no row at all. docs/adr/0084.
    """

    def annotate(self, *given: Any, **named: Any) -> Self:
        """The same; what is counted beside rows takes nothing of the order that they have.

        Django leaves the order of a model out where a query groups, and then there is none.
        """
        found = super().annotate(*given, **named)
        query = found.query
        ordered = query.order_by or query.extra_order_by or not query.default_ordering
        if query.group_by is True and not ordered:
            return found.order_by(*(query.get_meta().ordering or ()))
        return found

    def _fetch_all(self) -> None:
        query = self.query
        alone = query.select_for_update and query.select_for_update_of == ("self",)
        if alone and isinstance(query.select_related, dict):
            self._prefetch_related_lookups += tuple(_paths(query.select_related))  # type: ignore[attr-defined]
            query.select_related = False
        super()._fetch_all()


class LockingManager(models.Manager[M]):
    """Gives such query sets."""

    def get_queryset(self) -> LockingQuerySet[M]:
        return LockingQuerySet(self.model, using=self._db)


def _paths(tree: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, below in tree.items():
        yield above + name
        yield from _paths(below, f"{above}{name}__")


class Row(models.Model):
    """A row with a time-ordered key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    if not TYPE_CHECKING:  # the type checker gives each model a manager of its own
        objects = LockingManager()

    class Meta:
        abstract = True
