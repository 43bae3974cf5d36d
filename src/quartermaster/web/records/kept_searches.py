"""The searches that somebody keeps: the list, opening one, keeping, changing, forgetting (G-5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_tables2 import Column

from quartermaster.kernel.permits import reach
from quartermaster.records.actions import searches
from quartermaster.records.models import SavedSearch
from quartermaster.records.models.searches import LONGEST_NAME
from quartermaster.records.permits import RECORD_VIEW
from quartermaster.records.search.kept import searches_visible_to
from quartermaster.records.search_permits import SEARCH_KEEP
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.base import OneRow
from quartermaster.web.records.searching import address_of, asked_of

_WAY = "Searches you keep"


class SearchTable(Table):
    name = LinkColumn("records:search-kept", verbose_name="Search")
    words = Column(verbose_name="Words")
    owner = Column(
        accessor="owner__name",
        verbose_name="Kept by",
        order_by=("owner__family_name", "owner__given_name"),
    )
    shared = Column(verbose_name="Shared")
    alert = Column(verbose_name="Tells")
    made_at = WhenColumn(verbose_name="Since")

    class Meta(Table.Meta):
        model = SavedSearch
        fields = ()

    @staticmethod
    def render_shared(value: bool) -> str:  # noqa: FBT001 (a table's order)
        return "With records custodians" if value else "No"

    @staticmethod
    def render_alert(value: bool) -> str:  # noqa: FBT001 (a table's order)
        return "By mail of what is new" if value else "No"


class KeptSearches(ListPage[SavedSearch]):
    """One's own searches, and for records custodians those that are shared."""

    permit = SEARCH_KEEP
    title = _WAY
    lead = "A search is run anew each time, as whoever opens it."
    table_class = SearchTable
    search = ("name", "words")
    search_hint = "Name or words"
    empty = "You keep no search. Search for something, then choose “Keep this search”."
    noun = ("search", "searches")

    def rows(self) -> QuerySet[SavedSearch]:
        return searches_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Search records", "records:search", RECORD_VIEW, look=""),)


def _asked(row: SavedSearch) -> dict[str, str]:
    asked: Mapping[str, str] = {"q": row.words, **row.chosen, "order": row.order}
    return asked_of(asked)


class KeptSearch(DetailPage[SavedSearch]):
    """One search: what it looks for, whom it tells."""

    permit = SEARCH_KEEP
    thing = "search"

    def rows(self) -> QuerySet[SavedSearch]:
        return searches_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("records:searches")),)

    def facts(self) -> Sequence[Fact]:
        row = self.object
        chosen = "; ".join(f"{key}: {value}" for key, value in row.chosen.items())
        return [
            Fact("Words", row.words or "None"),
            Fact("Narrowed to", chosen or "Nothing"),
            Fact("Kept by", row.owner.name),
            Fact("Shared", "With records custodians" if row.shared else "No"),
            Fact("Tells of what is new", "By mail, without content" if row.alert else "No"),
        ]

    def buttons(self) -> Sequence[Button]:
        key = {"key": self.object.pk}
        run = Button("Search now", "records:search-open", SEARCH_KEEP, key, "")
        if self.object.owner_id != self.actor.person_id:
            return (run,)
        return (
            run,
            Button("Change", "records:search-change", SEARCH_KEEP, key),
            Button("Forget it", "records:search-forget", SEARCH_KEEP, key),
        )


class OpenSearch(OneRow[SavedSearch]):
    """To the search page, with what is kept."""

    permit = SEARCH_KEEP
    thing = "search"

    def rows(self) -> QuerySet[SavedSearch]:
        return searches_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(address_of(reverse("records:search"), _asked(self.object)))


class WhomForm(forms.Form):
    """Who sees a search, and whether it tells."""

    alert = forms.BooleanField(
        label="Tell me by mail when something new matches",
        required=False,
        help_text="At most once an hour. The mail says how many, never what.",
    )
    shared = forms.BooleanField(
        label="Other records custodians see it",
        required=False,
        help_text="They see what they may see themselves, not your results.",
    )

    def __init__(self, *args: Any, sharing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sharing:
            del self.fields["shared"]


class KeepForm(WhomForm):
    """A name for a search."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    field_order = ("name", "alert", "shared")


class Sharing:
    """Who sees every record may share searches with the others who do."""

    def form_arguments(self) -> dict[str, Any]:
        actor = self.actor  # type: ignore[attr-defined]  # a page's
        return {"sharing": reach(actor, RECORD_VIEW).everything}


class KeepSearch(Sharing, FormPage):
    """Keep what was searched for under a name (G-5)."""

    permit = SEARCH_KEEP
    title = "Keep this search"
    form_class = KeepForm
    submit = "Keep it"
    done = "It is kept."

    @property
    def lead(self) -> str:  # type: ignore[override]
        asked = asked_of(self.request.GET)
        chosen = "; ".join(f"{k}: {v}" for k, v in asked.items() if k not in {"q", "order"})
        return " · ".join(part for part in (asked.get("q", ""), chosen) if part)

    def crumbs(self) -> Sequence[Crumb]:
        asked = asked_of(self.request.GET)
        return (Crumb("Search records", address_of(reverse("records:search"), asked)),)

    def act(self, form: Any) -> SavedSearch:
        asked = asked_of(self.request.GET)
        return searches.save_search(
            name=form.cleaned_data["name"],
            words=asked.pop("q", ""),
            order=asked.pop("order", ""),
            chosen=asked,
            shared=form.cleaned_data.get("shared", False),
            alert=form.cleaned_data["alert"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("records:search-kept", kwargs={"key": outcome.pk})


class OwnSearch(ActPage[SavedSearch]):
    """An act on a search of one's own."""

    permit = SEARCH_KEEP
    thing = "search"

    def rows(self) -> QuerySet[SavedSearch]:
        return searches_visible_to(self.actor).filter(owner=self.actor.person_id)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("records:search-kept", kwargs={"key": self.object.pk})
        return (Crumb(_WAY, reverse("records:searches")), Crumb(self.object.name, address))


class ChangeSearch(Sharing, OwnSearch):
    """Change who sees a search, and whether it tells."""

    title = "Change this search"
    form_class = WhomForm
    submit = "Save"
    done = "It is changed."

    def initial(self) -> dict[str, Any]:
        return {"alert": self.object.alert, "shared": self.object.shared}

    def act(self, form: Any) -> SavedSearch:
        return searches.change_search(
            search_id=self.object.pk,
            shared=form.cleaned_data.get("shared", False),
            alert=form.cleaned_data["alert"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("records:search-kept", kwargs={"key": outcome.pk})


class ForgetSearch(OwnSearch):
    """Forget a search."""

    title = "Forget this search"
    sentence = "“{}” is kept no longer. No record is touched."
    submit = "Forget it"
    done = "It is forgotten."

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        searches.forget_search(search_id=self.object.pk, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (nothing is left of it)
        return reverse("records:searches")
