"""Finding records for a request, and asking people who may have some."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import RequestItem, Search
from quartermaster.disclosure.queries.finding import Looked
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.org.models import Department
from quartermaster.org.queries import people_visible_to
from quartermaster.records.holds import people_in_scope
from quartermaster.web.disclosure.acts import Act, crumbs_of
from quartermaster.web.disclosure.forms import AskForm, LookForm, ReasonForm
from quartermaster.web.pages import ActPage
from quartermaster.web.pages.forms import blame
from quartermaster.web.records.searching import address_of, chips, ways

_BY_COUNT = ("kind", "department", "person", "month", "device", "ownership", "files", "held")


class Find(Act):
    """Search the archive, and pick (G-5)."""

    title = "Find records"
    template_name = "disclosure/find.html"

    def looked(self) -> tuple[LookForm, Looked]:
        asked = self.request.GET
        start: dict[str, Any] = {"since": self.object.since, "until": self.object.until}
        form = LookForm(asked if "look" in asked else None, initial=start)
        given = form.cleaned_data if form.is_bound and form.is_valid() else start
        return form, Looked(
            words=given.get("q", ""),
            people=given.get("people", ""),
            since=given.get("since"),
            until=given.get("until"),
            chosen={key: asked[key] for key in _BY_COUNT if asked.get(key)},
        )

    def context(self) -> dict[str, Any]:
        form, looked = self.looked()
        path = self.request.path
        asked = {key: str(value) for key, value in self.request.GET.items() if key != "after"}
        shown: dict[str, Any] = {"look": form, "chips": chips(path, asked, _BY_COUNT)}
        after = self.request.GET.get("after", "")[:200]
        try:
            found = queries.records_found(self.actor, self.object, looked, after=after)
        except InvalidInput as problem:
            return {**super().context(), **shown, "problem": str(problem)}
        further = {**asked, "look": "1"}
        shown |= {
            "found": found,
            "ways": ways(path, further, found.counted),
            "following": address_of(path, {**asked, "after": found.following})
            if found.following
            else "",
            "first": address_of(path, asked) if after else "",
            "most": actions.MOST_AT_ONCE,
            "all_there": all(vars(row)["there"] for row in found.records) and not found.following,
        }
        return {**super().context(), **shown}

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            rows = self.picked()
        except (InvalidInput, Conflict) as problem:
            form = self.make_form()
            form.is_valid()
            blame(form, problem)
            return self.again(form, problem.status)
        messages.success(self.request, f"{len(rows)} files were added to {self.object}.")
        return HttpResponseRedirect(self.request.get_full_path())

    def picked(self) -> list[RequestItem]:
        if "all" in self.request.POST:
            return actions.add_found(looked=self.looked()[1], **self.of_it())
        try:
            chosen = [UUID(key) for key in self.request.POST.getlist("records")]
        except ValueError:
            chosen = []
        return actions.add_records(record_ids=chosen, **self.of_it())


class Ask(Act):
    """Ask people who may have something on their devices (G-2)."""

    title = "Ask people to search"
    sentence = "They are asked to search City devices and accounts, and their own, for {}."
    form_class = AskForm
    submit = "Ask them"
    done = "They are asked, and reminded until they answer."

    def form_arguments(self) -> dict[str, Any]:
        return {
            "likely": list(queries.people_likely(self.object, self.object.wanted)[:50]),
            "departments": list(Department.objects.order_by("name")),
        }

    def initial(self) -> dict[str, Any]:
        return {"what": self.object.wanted[:2000]}

    def act(self, form: Any) -> list[Search]:
        given = form.cleaned_data
        likely = [UUID(key) for key in given.get("likely", [])]
        places = [UUID(key) for key in given["departments"]]
        people = people_in_scope([*likely, *self._named(given["people"])], places)
        return actions.ask_people(
            people=list(people.values_list("id", flat=True)), what=given["what"], **self.of_it()
        )

    def _named(self, text: str) -> list[UUID]:
        found = []
        for name in dict.fromkeys(text.replace(",", " ").replace(";", " ").split()):
            rows = people_visible_to(self.actor)
            person = rows.filter(number=name).first() or rows.filter(email__iexact=name).first()
            if person is None:
                raise InvalidInput(
                    f"Nobody has the number or address “{name[:60]}”.", field="people"
                )
            found.append(person.id)
        return found


class PassOver(ActPage[Search]):
    """Go on without somebody's answer (G-2)."""

    permit = Act.permit
    thing = "person asked"
    title = "Do not wait for their answer"
    form_class = ReasonForm
    submit = "Go on without it"
    look = "secondary"
    sentence = "{}: their answer is not waited for any longer."
    done = "Their answer is not waited for."

    def rows(self) -> Any:
        return queries.searches_visible_to(self.actor)

    def crumbs(self) -> Any:
        return crumbs_of(self.object.request)

    def act(self, form: Any) -> Search:
        return actions.pass_over(
            search_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("disclosure:request", kwargs={"key": outcome.request_id})
