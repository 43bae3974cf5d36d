"""Asking for equipment, with what there is instead of a second device."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from quartermaster.inventory.models import DeviceClass
from quartermaster.kernel.permits import reach
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.queries.coverage import adoption_of
from quartermaster.lifecycle.queries.second import (
    authorisations_in_force,
    cellular_devices_of,
    tethering_of,
    would_be_second,
)
from quartermaster.lifecycle.request_permits import REQUEST_ASK
from quartermaster.lifecycle.rules.details import MOST_ITEMS, RequestDetails
from quartermaster.org.models import Person
from quartermaster.org.queries import people_visible_to
from quartermaster.web.pages import Crumb, FormPage
from quartermaster.web.requests.forms import AskForm


class Ask(FormPage):
    """Ask for equipment (G-7, G-8, S-3)."""

    permit = REQUEST_ASK
    title = "Ask for equipment"
    lead = "By what it must be able to do. Your coordinator recommends, ITMD authorises."
    template_name = "requests/ask.html"
    form_class = AskForm
    submit = "Ask for it"
    done = "It was asked for."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Requests", reverse("requests:requests")),)

    def _for_others(self) -> bool:
        extent = reach(self.actor, REQUEST_ASK)
        return extent.everything or bool(extent.departments) or len(extent.people) > 1

    def _many(self) -> int:
        given = (self.request.POST or self.request.GET).get("many", "")
        many = int(given) if given.isascii() and given.isdigit() and len(given) <= 2 else 1  # noqa: PLR2004 (two digits are enough)
        return many + ("more" in self.request.POST)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "many": self._many(), "for_others": self._for_others()}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        return {"what_1": asked.get("what", ""), "person": asked.get("for", "")}

    def make_form(self) -> Any:
        form = super().make_form()
        if "more" in self.request.POST:  # one more thing: what was written stays, nothing is judged
            written = {name: form[name].value() for name in form.fields}
            return self.form_class(initial=written, **self.form_arguments())
        return form

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if "more" in self.request.POST:
            return self.show(form=self.make_form())
        return super().post(*args, **kwargs)

    def context(self) -> dict[str, Any]:
        person = self._person()
        excluded = person is not None and not person.department.covered
        return {
            **super().context(),
            "many": min(self._many(), MOST_ITEMS),
            "most": MOST_ITEMS,
            "person": person,
            "own": person is not None and person.id == self.actor.person_id,
            "excluded": excluded,
            "for_others": self._for_others(),
            "adoption": adoption_of(person.department) if person and excluded else None,
            "holds": self._holds(person) if person is not None else None,
        }

    def _person(self) -> Person | None:
        """For whom the page is: the one named in the address, or the reader."""
        seen = people_visible_to(self.actor)
        named = self.request.GET.get("for", "")
        if named and (person := seen.filter(number=named).first()) is not None:
            return person
        own = self.actor.person_id
        return seen.filter(id=own).first() if own is not None else None

    def _holds(self, person: Person) -> dict[str, Any] | None:
        """What a person holds already, and the other ways: before a second one is asked for."""
        if not would_be_second(person, DeviceClass.SMARTPHONE, self.at):
            return None
        return {
            "devices": list(cellular_devices_of(person.id)),
            "tethering": tethering_of(person.id),
            "authorised": list(authorisations_in_force(person.id, self.at)),
        }

    def act(self, form: Any) -> Request:
        given = form.cleaned_data
        person = given.get("person")
        key = person.id if person is not None else self.actor.person_id
        assert key is not None  # whoever logs in is a person
        return requests.ask(
            person_id=key,
            details=RequestDetails.of(
                need=given["need"], wanted_from=given["wanted_from"], items=form.items()
            ),
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("requests:request", kwargs={"key": outcome.pk})
