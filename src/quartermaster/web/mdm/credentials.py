"""Pages of the credentials for the makers' services. They know every kind that a driver has."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from quartermaster.kernel.errors import NotFound
from quartermaster.mdm import credentials as queries
from quartermaster.mdm.credentials import Shelf
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.permits import CREDENTIAL_MANAGE
from quartermaster.mdm.rules.credentials import days_left, warning_due, words_left
from quartermaster.mdm.states import CredentialStanding
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import Button, Crumb, Page
from quartermaster.web.pages.details import Fact

SOON, NOW = 30, 7
STANDINGS = {
    CredentialStanding.REQUESTED: "info",
    CredentialStanding.ACTIVE: "good",
    CredentialStanding.REPLACED: "neutral",
    CredentialStanding.RETIRED: "neutral",
}


def address_of(shelf: Shelf) -> str:
    """The page of a kind."""
    return reverse("mdm:credential", kwargs={"driver": shelf.driver, "kind": shelf.kind.name})


def standing_of(shelf: Shelf, at: Any) -> Any:
    """How a kind stands, as a chip: what is wrong with it comes first."""
    found = shelf.active
    if found is None:
        words = "Requested" if shelf.requested else "Missing"
        return chip(words, tone="info" if shelf.requested else "neutral")
    if found.expires_at is not None and found.expires_at <= at:
        return chip("Ran out", tone="bad")
    if found.trouble:
        return chip("In trouble", tone="bad")
    due = warning_due(found.expires_at, at)
    if due is not None:
        return chip("Renew now" if due <= SOON else "Renew soon", tone=_urgency(due))
    return chip("Active", tone="good")


def _urgency(due: int) -> str:
    return "bad" if due <= NOW else "warning"


def left_of(credential: ServiceCredential | None, at: Any) -> str:
    """How long it holds, as a sentence's end; empty where it has no end."""
    ends = credential.expires_at if credential else None
    return words_left(ends, at) if ends else ""


class Credentials(Page):
    """Every kind of credential for the makers' services, and how it stands (G-10)."""

    permit = CREDENTIAL_MANAGE
    title = "Service credentials"
    lead = "What the City proves itself with to the services of the platforms' makers."
    template_name = "mdm/credentials.html"

    def context(self) -> dict[str, Any]:
        shelves = queries.shelves_visible_to(self.actor)
        return {**super().context(), "lines": [self._line(shelf) for shelf in shelves]}

    def _line(self, shelf: Shelf) -> dict[str, Any]:
        found = shelf.active
        return {
            "shelf": shelf,
            "address": address_of(shelf),
            "identity": (found.identity or found.label) if found else "",
            "trouble": found.trouble if found else "",
            "standing": standing_of(shelf, self.at),
            "left": left_of(shelf.active, self.at),
        }


class OnShelf(Page):
    """Base of the pages about one kind of credential."""

    permit = CREDENTIAL_MANAGE

    @property
    def shelf(self) -> Shelf:
        """The kind, found once a request."""
        if not hasattr(self, "_shelf"):
            self._shelf = queries.shelf(self.actor, self.kwargs["driver"], self.kwargs["kind"])
        return self._shelf

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Service credentials", reverse("mdm:credentials")),
            Crumb(self.shelf.kind.title, address_of(self.shelf)),
        )


class CredentialPage(OnShelf):
    """One kind: what is in use, what is under way, and the steps to a new one (G-10)."""

    template_name = "mdm/credential.html"

    def heading(self) -> str:
        return self.shelf.kind.title

    def crumbs(self) -> Sequence[Crumb]:
        return super().crumbs()[:1]

    def buttons(self) -> Sequence[Button]:
        return list(self._buttons())

    def _buttons(self) -> Iterator[Button]:
        shelf, place = self.shelf, dict(self.kwargs)
        if shelf.kind.request_name:
            look = "outline" if shelf.requested else ""
            words = "Make a new request" if shelf.requested else "Make a request"
            yield Button(words, "mdm:credential-request", CREDENTIAL_MANAGE, place, look)
        if shelf.kind.brought:
            look = "outline" if shelf.kind.request_name else ""
            yield Button("Bring a file", "mdm:credential-import", CREDENTIAL_MANAGE, place, look)
        if shelf.active:
            key = {"key": shelf.active.pk}
            yield Button("Retire", "mdm:credential-retire", CREDENTIAL_MANAGE, key, "secondary")

    def context(self) -> dict[str, Any]:
        shelf = self.shelf
        rows = queries.credentials_visible_to(self.actor)
        earlier = rows.filter(driver=shelf.driver, kind=shelf.kind.name).exclude(
            standing__in=[CredentialStanding.ACTIVE, CredentialStanding.REQUESTED]
        )
        return {
            **super().context(),
            "shelf": shelf,
            "standing": standing_of(shelf, self.at),
            "left": left_of(shelf.active, self.at),
            "facts": list(self._facts(shelf)),
            "elsewhere": self._elsewhere(shelf),
            "earlier": [
                (row, chip(row.get_standing_display(), tone=STANDINGS[row.standing]))  # type: ignore[index]
                for row in earlier[:10]
            ],
        }

    def _facts(self, shelf: Shelf) -> Iterator[Fact]:
        found = shelf.active
        if found is None:
            return
        yield Fact("In use since", when(found.activated_at, self.at), note=found.created_by)
        if found.expires_at:
            days = days_left(found.expires_at, self.at)
            note = f"{max(days, 0)} day{'' if days == 1 else 's'} left"
            yield Fact("Runs out", when(found.expires_at), note=note)
        if shelf.kind.wakes:
            count = queries.listening(shelf.driver, found.identity).count()
            yield Fact("Devices that it wakes", count)
        if found.identity and found.identity not in found.public.values():
            yield Fact("Identity", found.identity)
        for name, value in found.public.items():
            yield Fact(str(name).replace("_", " ").capitalize(), value)

    @staticmethod
    def _elsewhere(shelf: Shelf) -> int:
        """How many devices listen to another topic than that of the certificate in use."""
        if not shelf.kind.wakes or shelf.active is None:
            return 0
        return queries.listening_elsewhere(shelf.driver, shelf.active.identity).count()


class RequestFile(Page):
    """The request under way, as the file that the service wants."""

    permit = CREDENTIAL_MANAGE

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        rows = queries.credentials_visible_to(self.actor)
        asked = rows.filter(pk=self.kwargs["key"], standing=CredentialStanding.REQUESTED).first()
        if asked is None:
            raise NotFound("This request is over, or there never was one.")
        kind = queries.shelf(self.actor, asked.driver, asked.kind).kind
        return HttpResponse(
            bytes(asked.request),
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{kind.request_name}"',
                "Cache-Control": "no-store",
            },
        )
