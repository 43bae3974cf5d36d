"""Panels: parts of a composed page (a device's, a person's) that each room adds from its folder.

.. code-block:: python

    @panel("device", title="Posture", order=30, permit=POSTURE_VIEW)
    def posture(request, device):
        return Body("mdm/panels/posture.html", facts=facts_of(device))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import slugify

from quartermaster.web.guard import Declared, may_open
from quartermaster.web.request import HouseRequest


class Body:
    """What a panel shows: a template and its context."""

    def __init__(self, template: str, **context: Any) -> None:
        self.template = template
        self.context = context


Maker = Callable[[HouseRequest, Any], Body | None]


@dataclass(frozen=True)
class Panel:
    """A panel as registered; its maker may answer None: nothing to show here."""

    kind: str
    title: str
    order: int
    permit: Declared
    make: Maker


@dataclass(frozen=True)
class Rendered:
    """A panel on its way to the page."""

    title: str
    slug: str
    html: SafeString


_PANELS: dict[str, list[Panel]] = {}


def panel(kind: str, *, title: str, permit: Declared, order: int = 50) -> Callable[[Maker], Maker]:
    """Register a panel for the pages of one kind of thing ("device", "person", "department")."""

    def register(make: Maker) -> Maker:
        _PANELS.setdefault(kind, []).append(Panel(kind, title, order, permit, make))
        return make

    return register


def panels_of(kind: str, request: HouseRequest, thing: Any) -> list[Rendered]:
    """The panels of a thing which this actor may see, in order."""
    found = []
    for item in sorted(_PANELS.get(kind, []), key=lambda item: (item.order, item.title)):
        if not may_open(request.actor, item.permit):
            continue
        body = item.make(request, thing)
        if body is not None:
            html = render_to_string(body.template, {**body.context, "object": thing}, request)
            found.append(Rendered(item.title, slugify(item.title), html))
    return found
