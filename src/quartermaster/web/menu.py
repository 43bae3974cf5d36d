"""The side menu: entries declared beside the addresses, trimmed by permits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.http import HttpRequest
from django.urls import reverse

from quartermaster.kernel.permits import Actor
from quartermaster.web.guard import Declared, may_open
from quartermaster.web.rooms import url_modules

SECTIONS = (
    "",
    "Equipment",
    "Issue and return",
    "Device management",
    "Purchasing",
    "Usage and bills",
    "People",
    "Policy",
    "Compliance",
    "Records",
    "Administration",
)

FEW = 18  # entries that fit on a screen without folding


@dataclass(frozen=True)
class MenuItem:
    """One entry. ``section`` is one of `SECTIONS`; ``icon`` a name of the USWDS sprite.

    ``count`` names an address that answers with how many things are behind it; ``also`` those of
    other pages that stand under this entry.
    """

    label: str
    url_name: str
    permit: Declared
    section: str = ""
    order: int = 50
    icon: str = ""
    count: str = ""
    also: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return reverse(self.url_name)

    def fits(self, path: str) -> int:
        """How much of the path this entry's address, or one of its others, begins."""
        known = (self.address, *(reverse(name) for name in self.also))
        return max(len(one) for one in ("", *known) if one != "/" and path.startswith(one))


@dataclass
class Section:
    """A part of the menu with the entries this actor may open; ``open``: they are unfolded."""

    title: str
    items: list[tuple[MenuItem, bool]] = field(default_factory=list)
    open: bool = True


@cache
def all_items() -> tuple[MenuItem, ...]:
    found: list[MenuItem] = []
    for module in url_modules():
        found += getattr(module, "menu", [])
    return tuple(sorted(found, key=lambda item: (item.order, item.label)))


def _here(items: list[MenuItem], path: str) -> MenuItem | None:
    """The entry under which the page stands: the longest address that begins the path."""
    fitting = [item for item in items if item.address == path] or [
        item for item in items if item.fits(path)
    ]
    return max(fitting, key=lambda item: item.fits(path), default=None)


def sections(request: HttpRequest, actor: Actor) -> Iterator[Section]:
    """The menu as this actor sees it on this page.

    A long one is folded but for the section in which the page stands; a short one is seen whole.
    """
    items = [item for item in all_items() if may_open(actor, item.permit)]
    here = _here(items, request.path)
    for title in SECTIONS:
        found = [(item, item is here) for item in items if item.section == title]
        if found:
            yield Section(
                title, found, open=len(items) <= FEW or any(current for _, current in found)
            )
