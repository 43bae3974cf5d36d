"""Pages by cursor: rows in the order of their keys, and where to go on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from ninja import Query, Schema

from quartermaster.kernel.errors import InvalidInput

T = TypeVar("T")
M = TypeVar("M", bound=Model)

Cursor = Annotated[str, Query(max_length=64, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Page(Schema, Generic[T]):
    """Some rows; ``next`` is the cursor of the page that follows, if there is one."""

    items: list[T]
    next: str | None = None


def page_of(rows: QuerySet[M], cursor: str, limit: int) -> dict[str, Any]:
    """One page of ``rows``, as the schema `Page` takes it."""
    ordered = rows.order_by("id")
    if cursor:
        ordered = ordered.filter(id__gt=_read(cursor))
    found = list(ordered[: limit + 1])
    following = _write(found[limit - 1].pk) if len(found) > limit else None
    return {"items": found[:limit], "next": following}


def _write(key: UUID) -> str:
    return urlsafe_b64encode(key.bytes).rstrip(b"=").decode()


def _read(cursor: str) -> UUID:
    try:
        return UUID(bytes=urlsafe_b64decode(cursor + "=="))
    except (Error, ValueError):
        raise InvalidInput("This cursor is none of ours; begin without one.") from None
