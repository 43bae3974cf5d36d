"""Mapping a new layout: a sample, a field for each heading, tried on its rows, then proposed.

The sample goes with the form, signed: nothing is kept here before a profile is proposed.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput
from quartermaster.usage import trying
from quartermaster.usage.actions import profiles as actions
from quartermaster.usage.import_permits import PROFILE_PROPOSE
from quartermaster.usage.queries.imports import profiles_in_use
from quartermaster.usage.rules.fields import CHARGE, FIELDS, Family
from quartermaster.usage.rules.mapping import (
    DATES,
    TIMES,
    Chosen,
    choices_of,
    layout_of,
    takes_words,
    with_layout,
)
from quartermaster.usage.rules.profiles import Profile
from quartermaster.usage.trying import Sample
from quartermaster.web.imports.profiles import WAY
from quartermaster.web.pages import Crumb, Page
from quartermaster.web.pages.forms import blame

OLDEST = 4 * 3600
NEW = "new"


_UNNAMED = {"key": "not-named-yet", "title": "Not named yet", "names": "*"}


class SampleForm(forms.Form):
    """A sample, and what its rows are."""

    family = forms.ChoiceField(
        label="What its rows are", choices=[(it.value, it.label) for it in Family]
    )
    file = forms.FileField(
        label="Sample",
        help_text="A file of the carrier, or its first rows: CSV, XLSX or a ZIP, at most 5 MB.",
    )


class MappingForm(forms.Form):
    """A choice for each heading, and how the whole is read."""

    date = forms.ChoiceField(label="Days are written as", choices=list(DATES.items()))
    time = forms.ChoiceField(label="Times are written as", choices=list(TIMES.items()))
    into = forms.ChoiceField(label="Profile", help_text="A family of it is replaced by this one.")
    key = forms.RegexField(
        r"^[a-z][a-z0-9-]{1,39}$",
        label="Short name of a new profile",
        required=False,
        help_text="Small letters, digits and dashes, such as acme-wireless.",
    )
    title = forms.CharField(label="Title of a new profile", max_length=120, required=False)
    names = forms.CharField(
        label="What contracts call the carrier",
        max_length=300,
        required=False,
        help_text="For a new profile; several with commas between.",
    )
    note = forms.CharField(
        label="What this is for",
        max_length=300,
        required=False,
        help_text="Needed to propose it. It is kept.",
    )

    def __init__(
        self, *args: Any, sample: Sample, family: Family, known: Sequence[Profile], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sample, self.family = sample, family
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)
        into.choices = [(NEW, "A new one"), *((p.key, p.title) for p in known)]
        likely = trying.proposed(sample.headings, family, known)
        options = [("", "Not read"), *choices_of(family)]
        for n, heading in enumerate(sample.headings):
            self.fields[f"c{n}"] = forms.ChoiceField(
                label=heading or f"Column {n + 1}",
                choices=options,
                required=False,
                initial=likely.get(n, ""),
            )
        for field in FIELDS[family]:
            for value in takes_words(field, family):
                words = trying.known_words(field, family, known).get(value, [])
                self.fields[f"w-{field}-{value}"] = forms.CharField(
                    label=f"{FIELDS[family][field].title}: “{value}” is written as",
                    required=False,
                    max_length=300,
                    initial=", ".join(words[:8]),
                    help_text="Several with commas between; * at the end for a beginning.",
                )

    def columns(self) -> list[tuple[Any, list[str]]]:
        """Each heading's select with examples of what stands under it."""
        return [
            (self[f"c{n}"], [row[n] for row in self.sample.rows if n < len(row) and row[n]][:3])
            for n in range(len(self.sample.headings))
        ]

    def rest(self) -> list[Any]:
        headings = {f"c{n}" for n in range(len(self.sample.headings))}
        return [field for field in self if field.name not in headings]

    def chosen(self) -> list[Chosen]:
        found = []
        for n, heading in enumerate(self.sample.headings):
            choice = self.cleaned_data.get(f"c{n}", "")
            if choice:
                found.append(Chosen(heading, choice, self._words(choice.partition("@")[0])))
        return found

    def _words(self, field: str) -> dict[str, list[str]] | None:
        values = takes_words(field, self.family) if not field.startswith(CHARGE) else ()
        given = {v: self.cleaned_data.get(f"w-{field}-{v}", "") for v in values}
        split = {v: [w.strip() for w in text.split(",") if w.strip()] for v, text in given.items()}
        return {v: words for v, words in split.items() if words} or None


class MapLayout(Page):
    """Map a new layout of a carrier (G-9)."""

    permit = PROFILE_PROPOSE
    title = "Map a layout"
    lead = "Upload a sample, say what each heading is, and try it on the first rows."
    template_name = "imports/map.html"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(WAY, reverse("imports:profiles")),)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show(form=SampleForm())

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if "parcel" in self.request.POST:
            return self._mapped()
        form = SampleForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self._again(form, 422)
        given = form.cleaned_data["file"]
        try:
            sample = trying.sample_of(given.file, given.name)
        except HouseError as problem:
            form.add_error("file", problem.message)
            return self._again(form, problem.status)
        return self._mapping(None, sample, Family(form.cleaned_data["family"]))

    def _again(self, form: forms.Form, status: int) -> HttpResponse:
        self.status = status
        return self.show(form=form)

    def _mapping(self, data: Any, sample: Sample, family: Family, **more: Any) -> HttpResponse:
        known = [profile for profile, _ in profiles_in_use()]
        form = more.pop("form", None) or MappingForm(
            data, sample=sample, family=family, known=known
        )
        parcel = signing.dumps([sample.as_data(), family.value], salt=self._salt(), compress=True)
        return self.show(mapping=form, family=family.label, parcel=parcel, **more)

    def _mapped(self) -> HttpResponse:
        try:
            data, said = signing.loads(
                self.request.POST["parcel"], salt=self._salt(), max_age=OLDEST
            )
            sample, family = Sample.from_data(data), Family(said)
        except (signing.BadSignature, ValueError, TypeError):
            self.status = 409
            return self.show(form=SampleForm(), expired=True)
        known = [profile for profile, _ in profiles_in_use()]
        form = MappingForm(self.request.POST, sample=sample, family=family, known=known)
        if not form.is_valid():
            self.status = 422
            return self._mapping(None, sample, family, form=form)
        try:
            proposes = self.request.POST.get("do") == "propose"
            profile = self._profile(form, family, known, named=proposes)
            layout = profile.layout(family)
            assert layout is not None
            _, tried = trying.try_out(layout, sample)
        except HouseError as problem:
            blame(form, problem)
            self.status = problem.status
            return self._mapping(None, sample, family, form=form)
        if proposes:
            return self._propose(form, profile, sample, family)
        return self._mapping(None, sample, family, form=form, tried=tried)

    def _profile(
        self, form: MappingForm, family: Family, known: Sequence[Profile], *, named: bool
    ) -> Profile:
        """The profile as it was mapped; what is only tried needs no name yet."""
        data = form.cleaned_data
        if not named:
            data = {**data, **{name: data[name] or _UNNAMED[name] for name in _UNNAMED}}
        before = next((p for p in known if p.key == data["into"]), None)
        if before is None and not (data["key"] and data["title"] and data["names"]):
            raise InvalidInput("A new profile needs a short name, a title and the carrier's names.")
        if before is None and any(profile.key == data["key"] for profile in known):
            raise InvalidInput("There is a profile of this short name already.", field="key")
        old = before.layout(family) if before else None
        names = [name.strip() for name in data["names"].split(",") if name.strip()]
        layout = layout_of(
            family=family,
            title=old.title if old else family.label,
            chosen=form.chosen(),
            date=data["date"],
            time=data["time"],
            before=old.model_dump(mode="json", exclude_defaults=True) if old else None,
        )
        definition = with_layout(
            key=before.key if before else data["key"],
            title=before.title if before else data["title"],
            names=before.carrier_names if before else names,
            layout=layout,
            before=before,
        )
        return actions.checked(definition)

    def _propose(
        self, form: MappingForm, profile: Profile, sample: Sample, family: Family
    ) -> HttpResponse:
        try:
            made = actions.propose_profile(
                definition=profile.as_data(),
                note=form.cleaned_data["note"],
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            field = "note" if problem.facts.get("field") == "reason" else None
            form.add_error(field, problem.message)
            self.status = problem.status
            return self._mapping(None, sample, family, form=form)
        said = "in use" if made.adopted_at else "proposed; ITMD puts it into use"
        messages.success(self.request, f"{made} is {said}.")
        return HttpResponseRedirect(reverse("imports:profile", kwargs={"key": made.pk}))

    def _salt(self) -> str:
        return f"map:{self.actor.person_id}"
