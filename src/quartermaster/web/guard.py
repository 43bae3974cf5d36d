"""Who may open a page. Every view declares it; one that does not is refused to everybody."""

from collections.abc import Callable
from enum import Enum
from typing import Any, Final, TypeVar

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import NOBODY, Actor, Permit, reach


class Open(Enum):
    """Declarations that are not a permit."""

    PUBLIC = "public"  # anybody, without logging in
    SIGNED_IN = "signed-in"  # whoever has logged in and is a person of the city


PUBLIC: Final = Open.PUBLIC
SIGNED_IN: Final = Open.SIGNED_IN
Declared = Permit | Open

V = TypeVar("V", bound=Callable[..., Any])

OWN_GUARD = frozenset({"ninja"})  # URL applications that authenticate by token themselves


def declared(permit: Declared) -> Callable[[V], V]:
    """Declare the permit of a function view."""

    def mark(view: V) -> V:
        view.permit = permit  # type: ignore[attr-defined]
        return view

    return mark


def permit_of(view: Callable[..., Any]) -> Declared | None:
    """What a view declares, function or class; None where it declares nothing."""
    found = getattr(getattr(view, "view_class", view), "permit", None)
    return found if isinstance(found, Permit | Open) else None


def may_open(actor: Actor, permit: Declared) -> bool:
    """Whether this actor may open a page of this permit at all (the rows are trimmed by it)."""
    if permit is PUBLIC:
        return True
    if isinstance(permit, Permit):
        return not reach(actor, permit).nothing
    return actor != NOBODY


def check(actor: Actor, permit: Declared | None) -> None:
    """Raise `Refused` unless the page is open to the actor."""
    if permit is None:
        raise Refused("This page has no permit declared, so nobody may open it.")
    if may_open(actor, permit):
        return
    if actor == NOBODY:
        raise Refused(
            "Your log-in belongs to nobody who works for the city now. Ask ITMD to put that right."
        )
    title = permit.title.lower() if isinstance(permit, Permit) else "open this page"
    raise Refused(f"Your roles do not allow this: {title}. Ask ITMD if you need it for your work.")
