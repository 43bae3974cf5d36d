"""The life of one thing as a picture with its table, on a page and as a paper."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from quartermaster.files import papers
from quartermaster.inventory import queries
from quartermaster.inventory.histories import custody_seen_by
from quartermaster.inventory.models import Accessory, Device, Line, Sim
from quartermaster.inventory.permits import ACCESSORY_VIEW, DEVICE_VIEW, LINE_VIEW
from quartermaster.web.custody.picture import Picture, picture
from quartermaster.web.marks import full_time
from quartermaster.web.pages import Button, Crumb
from quartermaster.web.pages.base import M, OneRow
from quartermaster.web.timelines import lanes_of

TEMPLATE = "custody/papers/life.typ"


class LifePage(OneRow[M]):
    """Who had a thing when, with what every room knows of it."""

    template_name = "custody/life.html"
    kind: ClassVar[str]
    lead = "Who had it when, and what happened to it. Numbers lead from the picture to the table."

    def heading(self) -> str:
        return f"Chain of custody: {self.object}"

    def crumbs(self) -> Sequence[Crumb]:
        many = "accessories" if self.kind == "accessory" else f"{self.kind}s"
        here = reverse(f"inventory:{self.kind}", kwargs={"key": self.object.pk})
        return (
            Crumb(
                "SIMs" if self.kind == "sim" else many.capitalize(), reverse(f"inventory:{many}")
            ),
            Crumb(str(self.object), here),
        )

    def buttons(self) -> Sequence[Button]:
        name = f"custody:{self.kind}-paper"
        return (Button("As PDF", name, self.permit, {"key": self.object.pk}, icon="print"),)

    def drawn(self) -> Picture:
        thing: Any = self.object
        held = custody_seen_by(self.actor, thing)
        return picture(str(thing), held, lanes_of(self.kind, self.request, thing), self.at)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "picture": self.drawn()}


class LifePaper(LifePage[M]):
    """The same as PDF, to be kept or handed over."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        drawn = self.drawn()
        rows = [
            [str(row.number), full_time(row.at), row.lane, row.title, row.note, row.by]
            for row in drawn.rows
        ]
        content = papers.render(
            TEMPLATE,
            {"alt": drawn.sentence, "rows": rows, "asked": self.actor.label},
            title=self.heading(),
            at=self.at,
            images={
                "life.svg": render_to_string("custody/timeline.svg", {"picture": drawn}).encode()
            },
        )
        return paper(content, f"custody-{self.object}.pdf")


def paper(content: bytes, name: str) -> HttpResponse:
    """A PDF to open in the browser."""
    safe = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name)
    answer = HttpResponse(content, content_type=papers.PDF)
    answer["Content-Disposition"] = f'inline; filename="{safe}"'
    answer["Cache-Control"] = "no-store"
    return answer


class DeviceLife(LifePage[Device]):
    """The life of a device."""

    permit = DEVICE_VIEW
    kind = thing = "device"

    def rows(self) -> QuerySet[Device]:
        return queries.devices_visible_to(self.actor)


class LineLife(LifePage[Line]):
    """The life of a line."""

    permit = LINE_VIEW
    kind = thing = "line"

    def rows(self) -> QuerySet[Line]:
        return queries.lines_visible_to(self.actor)


class SimLife(LifePage[Sim]):
    """The life of a SIM."""

    permit = LINE_VIEW
    kind = "sim"
    thing = "SIM"

    def rows(self) -> QuerySet[Sim]:
        return queries.sims_visible_to(self.actor)


class AccessoryLife(LifePage[Accessory]):
    """The life of an accessory."""

    permit = ACCESSORY_VIEW
    kind = thing = "accessory"

    def rows(self) -> QuerySet[Accessory]:
        return queries.accessories_visible_to(self.actor)


class DevicePaper(LifePaper[Device], DeviceLife):
    """The life of a device as PDF."""


class LinePaper(LifePaper[Line], LineLife):
    """The life of a line as PDF."""


class SimPaper(LifePaper[Sim], SimLife):
    """The life of a SIM as PDF."""


class AccessoryPaper(LifePaper[Accessory], AccessoryLife):
    """The life of an accessory as PDF."""
