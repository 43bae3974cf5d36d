"""Pages of people."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.identifiers import pretty_number
from quartermaster.org import actions, queries
from quartermaster.org.models import Person, Standing
from quartermaster.org.permits import (
    PEOPLE_IMPORT,
    PERSON_MANAGE,
    PERSON_VIEW,
)
from quartermaster.org.rules.details import PersonDetails
from quartermaster.web.marks import chip, when
from quartermaster.web.org import forms
from quartermaster.web.org.filters import PeopleFilters
from quartermaster.web.org.tables import PeopleTable
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)

DETAILS = tuple(PersonDetails.model_fields)


def person_address(person: Person) -> str:
    return reverse("org:person", kwargs={"key": person.pk})


class People(ListPage[Person]):
    """The people whom the actor may see."""

    permit = PERSON_VIEW
    title = "People"
    table_class = PeopleTable
    filters = PeopleFilters
    search = ("given_name", "family_name", "number", "email", "title")
    search_hint = "Name, personnel number, e-mail or job title"
    empty = "Nobody is here yet. Import people from human resources, or add one."
    noun = ("person", "people")

    def rows(self) -> QuerySet[Person]:
        return queries.people_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Add a person", "org:person-new", PERSON_MANAGE, look=""),
            Button("Import", "org:import-people", PEOPLE_IMPORT),
        )


class PersonPage(DetailPage[Person]):
    """One person, with what every room knows of them."""

    permit = PERSON_VIEW
    kind = "person"
    thing = "person"

    def rows(self) -> QuerySet[Person]:
        return queries.people_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("People", reverse("org:people")),)

    def state(self) -> Any:
        tone = "good" if self.object.standing == Standing.ACTIVE else "neutral"
        return chip(self.object.get_standing_display(), tone=tone)

    def facts(self) -> Sequence[Fact]:
        person = self.object
        seen = queries.departments_visible_to(self.actor).filter(id=person.department_id).exists()
        place = reverse("org:department", kwargs={"key": person.department_id}) if seen else ""
        facts = [
            Fact("Personnel number", person.number),
            Fact("Department", person.department.name, place),
            Fact("Job title", person.title or "—"),
            Fact("Employment", person.get_employment_display()),
            Fact("Supervisor", *self._supervisor()),
            Fact("E-mail", person.email, f"mailto:{person.email}"),
            Fact("Telephone", pretty_number(person.phone) if person.phone else "—"),
        ]
        if person.drives:
            facts.append(Fact("Drives for work", "Yes", note="Qualifies for a hands-free kit"))
        if person.started_on:
            facts.append(Fact("First day", when(person.started_on)))
        if person.separated_on:
            planned = person.standing == Standing.ACTIVE
            facts.append(
                Fact("Leaves on" if planned else "Separated on", when(person.separated_on))
            )
        return facts

    def _supervisor(self) -> tuple[str, str]:
        chief = self.object.supervisor
        if chief is None:
            return "—", ""
        seen = queries.people_visible_to(self.actor).filter(id=chief.id).exists()
        return chief.name, person_address(chief) if seen else ""

    def buttons(self) -> Sequence[Button]:
        person, kwargs = self.object, {"key": self.object.pk}
        if person.standing == Standing.SEPARATED:
            return (Button("Reinstate", "org:person-reinstate", PERSON_MANAGE, kwargs),)
        buttons = [
            Button("Change", "org:person-change", PERSON_MANAGE, kwargs),
            Button("Move", "org:person-move", PERSON_MANAGE, kwargs),
            Button("Set supervisor", "org:person-supervise", PERSON_MANAGE, kwargs),
        ]
        if person.separated_on:
            buttons.append(
                Button("Cancel the separation", "org:person-reinstate", PERSON_MANAGE, kwargs)
            )
        else:
            buttons.append(
                Button("Separate", "org:person-separate", PERSON_MANAGE, kwargs, look="secondary")
            )
        return buttons


class NewPerson(FormPage):
    """Add a person by hand."""

    permit = PERSON_MANAGE
    title = "Add a person"
    form_class = forms.NewPersonForm
    submit = "Add"
    done = "{} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("People", reverse("org:people")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> Person:
        data = dict(form.cleaned_data)
        department, supervisor = data.pop("department"), data.pop("supervisor")
        return actions.create_person(
            details=PersonDetails.of(**data),
            department_id=department.id,
            supervisor_id=supervisor.id if supervisor else None,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Person) -> str:
        return person_address(outcome)


class OnPerson(ActPage[Person]):
    """Base of the verbs on one person."""

    thing = "person"
    form_class = forms.OfActor

    def rows(self) -> QuerySet[Person]:
        return queries.people_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("People", reverse("org:people")),
            Crumb(self.object.name, person_address(self.object)),
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}


class ChangePerson(OnPerson):
    permit = PERSON_MANAGE
    title = "Change a person"
    sentence = "What the city holds about {}. A new e-mail address moves the log-in with it."
    form_class = forms.PersonForm
    done = "{} was changed."

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in DETAILS}

    def act(self, form: Any) -> Person:
        return actions.change_person(
            person_id=self.object.id,
            details=PersonDetails.of(**form.cleaned_data),
            actor=self.actor,
            at=self.at,
        )


class MovePerson(OnPerson):
    permit = PERSON_MANAGE
    title = "Move to another department"
    sentence = "{} will work in another department from now on."
    form_class = forms.MoveForm
    submit = "Move"
    done = "{} was moved."

    def initial(self) -> dict[str, Any]:
        return {"department": self.object.department}

    def act(self, form: Any) -> Person:
        return actions.move_person(
            person_id=self.object.id,
            department_id=form.cleaned_data["department"].id,
            actor=self.actor,
            at=self.at,
        )


class Supervise(OnPerson):
    permit = PERSON_MANAGE
    title = "Set the supervisor"
    sentence = "Who supervises {}, and sees what supervisors may see."
    form_class = forms.SuperviseForm
    done = "The supervisor of {} was set."

    def initial(self) -> dict[str, Any]:
        return {"supervisor": self.object.supervisor.number if self.object.supervisor else ""}

    def act(self, form: Any) -> Person:
        chief = form.cleaned_data["supervisor"]
        return actions.supervise(
            person_id=self.object.id,
            supervisor_id=chief.id if chief else None,
            actor=self.actor,
            at=self.at,
        )


class Separate(OnPerson):
    permit = PERSON_MANAGE
    title = "Separate"
    sentence = "{} leaves the city's service."
    form_class = forms.SeparateForm
    submit = "Separate"
    look = "secondary"
    done = "The separation of {} was recorded."

    def consequences(self) -> Sequence[str]:
        return (
            "Their sessions end and their log-in is refused.",
            "Their roles end, and do not come back by themselves.",
            "What they hold of the city's is asked back.",
        )

    def act(self, form: Any) -> Person:
        return actions.separate(
            person_id=self.object.id, on=form.cleaned_data["on"], actor=self.actor, at=self.at
        )


class Reinstate(OnPerson):
    permit = PERSON_MANAGE
    title = "Reinstate"
    sentence = "{} stays in, or returns to, the city's service. Roles must be granted anew."
    submit = "Reinstate"
    done = "{} is in the city's service."

    def act(self, form: Any) -> Person:  # noqa: ARG002 (the form only confirms)
        return actions.reinstate(person_id=self.object.id, actor=self.actor, at=self.at)
