"""What the reader was asked to search for, and their word on it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import Search
from quartermaster.disclosure.permits import SEARCH_ANSWER
from quartermaster.disclosure.rules.searches import Answer, SearchState
from quartermaster.kernel.worded import choices
from quartermaster.records.models import Record
from quartermaster.web.disclosure.tables import SEARCHES
from quartermaster.web.marks import chip
from quartermaster.web.pages import ActPage, Crumb, Page

_WAY = "What I am asked to search for"
MOST = 100


class MySearches(Page):
    """All of the reader's (G-2)."""

    permit = SEARCH_ANSWER
    title = _WAY
    lead = "Somebody asked the City for records, and you may have some."
    template_name = "disclosure/my_searches.html"

    def context(self) -> dict[str, Any]:
        rows = queries.searches_of(self.actor)[:MOST]
        return {
            **super().context(),
            "lines": [
                (row, chip(row.get_state_display(), tone=SEARCHES[row.state])) for row in rows
            ],
        }


class AttestForm(forms.Form):
    """What somebody says of their search."""

    answer = forms.ChoiceField(
        label="What you found", choices=choices(Answer), widget=forms.RadioSelect
    )
    records = forms.MultipleChoiceField(
        label="The records that you saved",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="Anything to add",
        required=False,
        max_length=2000,
        help_text="Such as who else may have something.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    searched = forms.BooleanField(
        label="I searched City devices and accounts, and my own as far as I used them for City"
        " business, and deleted nothing."
    )

    def __init__(self, *args: Any, records: Sequence[Record] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(one.id), f"{one.number}: {one.about}") for one in records]
        self.fields["records"].choices = named  # type: ignore[attr-defined]
        if not named:
            del self.fields["records"]


class MySearch(ActPage[Search]):
    """One search, and the word on it (G-2)."""

    permit = SEARCH_ANSWER
    thing = "search"
    title = "Search for records"
    template_name = "disclosure/my_search.html"
    form_class = AttestForm
    submit = "This is my answer"
    done = "Thank you. Your answer is on record."

    def rows(self) -> QuerySet[Search]:
        return queries.searches_of(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("disclosure:mine")),)

    def form_arguments(self) -> dict[str, Any]:
        rows = Record.objects.filter(author_id=self.object.person_id)
        return {"records": list(rows.order_by("-saved_at")[:MOST])}

    def context(self) -> dict[str, Any]:
        search = self.object
        return {
            **super().context(),
            "asked": search.state == SearchState.ASKED,
            "mark": chip(search.get_state_display(), tone=SEARCHES[search.state]),
        }

    def act(self, form: Any) -> Search:
        given = form.cleaned_data
        return actions.attest(
            search_id=self.object.pk,
            answer=Answer(given["answer"]),
            note=given["note"],
            records=[UUID(key) for key in given.get("records", [])],
            actor=self.actor,
            at=self.at,
        )
