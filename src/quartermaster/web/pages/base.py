"""What all pages share: the actor, the instant, title, crumbs, buttons, and finding one row."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor
from quartermaster.web.guard import Declared, may_open
from quartermaster.web.request import HouseRequest

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page."""

    label: str
    address: str


@dataclass(frozen=True)
class Button:
    """A link drawn as a button, shown to whoever may open where it leads.

    ``look``: "" (main), "outline", "unstyled" or "secondary" (what cannot be undone).
    """

    label: str
    url_name: str
    permit: Declared
    kwargs: dict[str, Any] = field(default_factory=dict)
    look: str = "outline"
    icon: str = ""

    @property
    def address(self) -> str:
        return reverse(self.url_name, kwargs=self.kwargs)


class Page(View):
    """Base of every page. Declare ``permit``, ``title`` and ``template_name``."""

    permit: ClassVar[Declared]
    title: ClassVar[str] = ""
    lead: ClassVar[str] = ""
    template_name: ClassVar[str] = ""
    request: HouseRequest
    status: int = 200

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def at(self) -> datetime:
        return self.request.at

    def heading(self) -> str:
        return self.title

    def crumbs(self) -> Sequence[Crumb]:
        """The way to this page, without the dashboard before and the page itself after it."""
        return ()

    def buttons(self) -> Sequence[Button]:
        return ()

    def context(self) -> dict[str, Any]:
        """What the template needs beyond the layout. Extend, never replace."""
        return {}

    def layout(self) -> dict[str, Any]:
        buttons = [item for item in self.buttons() if may_open(self.actor, item.permit)]
        return {
            "title": self.heading(),
            "lead": self.lead,
            "crumbs": list(self.crumbs()),
            "buttons": buttons,
            "page": self,
        }

    def show(self, **more: Any) -> HttpResponse:
        context = {**self.layout(), **self.context(), **more}
        return render(self.request, self.template_name, context, status=self.status)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show()


class OneRow(Page, Generic[M]):
    """A page about one row. ``rows`` trims by what the actor may see; the rest is not found."""

    lookup: ClassVar[str] = "key"
    thing: ClassVar[str] = "thing"

    def rows(self) -> QuerySet[M]:
        raise NotImplementedError

    @property
    def object(self) -> M:
        """The row, found once a request."""
        if not hasattr(self, "_object"):
            key: UUID | int | str = self.kwargs[self.lookup]
            found = self.rows().filter(pk=key).first()
            if found is None:
                raise NotFound(f"There is no such {self.thing}, or you may not see it.")
            self._object: M = found
        return self._object

    def heading(self) -> str:
        return self.title or str(self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": self.object}
