"""Counting stock: open, scan, close, resolve, sign off."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.inventory.actions import counts
from quartermaster.inventory.codes import LONGEST
from quartermaster.inventory.models import CountEntry, StockCount
from quartermaster.inventory.permits import COUNT_TAKE, COUNT_VIEW, DEVICE_MANAGE
from quartermaster.inventory.rules.counts import WAYS
from quartermaster.inventory.states import DIFFERENCES, CountState, Resolution, Seen
from quartermaster.inventory.stocktaking import counts_visible_to, entries_visible_to
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import reach
from quartermaster.web.custody.tables import COUNTS, SEEN, CountTable
from quartermaster.web.guard import may_open
from quartermaster.web.marks import chip, when
from quartermaster.web.org.forms import DepartmentChoice
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)
from quartermaster.web.pages.base import OneRow

CAMERA = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
_LAST = 10
_TOLD = {
    Seen.FOUND: "{}: found.",
    Seen.UNEXPECTED: "{}: is elsewhere on record ({}).",
    Seen.UNKNOWN: "{}: nothing has this code.",
}


class Counts(ListPage[StockCount]):
    """The counts that the actor may see."""

    permit = COUNT_VIEW
    title = "Stock counts"
    table_class = CountTable
    search = ("department__name", "place", "opened_by")
    search_hint = "Department, place or who opened it"
    empty = "Nothing has been counted yet. Open a count of a department's stock."
    noun = ("count", "counts")

    def rows(self) -> QuerySet[StockCount]:
        return counts_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Open a count", "custody:count-new", COUNT_TAKE, look=""),)


class CountForm(forms.Form):
    department = DepartmentChoice()
    place = forms.CharField(
        label="Place", max_length=80, required=False, help_text="Such as a shelf or a room."
    )


class NewCount(FormPage):
    """Open a count of what a department has in stock (C-3)."""

    permit = COUNT_TAKE
    title = "Open a count"
    lead = "What the record says is in stock there is expected; several people may scan at once."
    form_class = CountForm
    submit = "Open"
    done = ""

    def make_form(self) -> Any:
        form = super().make_form()
        extent = reach(self.actor, COUNT_TAKE)
        if not extent.everything:
            field = form.fields["department"]
            field.queryset = field.queryset.filter(id__in=extent.departments)
        return form

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Stock counts", reverse("custody:counts")),)

    def act(self, form: Any) -> StockCount:
        data = form.cleaned_data
        return counts.open_count(
            department_id=data["department"].id,
            place=data["place"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("custody:count-scan", kwargs={"key": outcome.pk})


class CountPage(DetailPage[StockCount]):
    """One count: how far it is, its differences, and what became of them."""

    template_name = "custody/count.html"
    permit = COUNT_VIEW
    kind = "count"
    thing = "count"

    def rows(self) -> QuerySet[StockCount]:
        return counts_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Stock counts", reverse("custody:counts")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=COUNTS[self.object.state])

    def facts(self) -> Sequence[Fact]:
        count = self.object
        seen = list(count.entries.values_list("seen", flat=True))
        facts = [
            Fact("Department", count.department.name),
            Fact("Place", count.place),
            Fact("Opened", when(count.opened_at), note=f"by {count.opened_by}"),
            *(Fact(kind.label, sum(1 for one in seen if one == kind)) for kind in Seen),
        ]
        if count.signed_at:
            facts.append(Fact("Signed off", when(count.signed_at), note=f"by {count.signed_by}"))
        return facts

    def buttons(self) -> Sequence[Button]:
        kwargs, state = {"key": self.object.pk}, self.object.state
        if state == CountState.OPEN:
            return (
                Button("Scan", "custody:count-scan", COUNT_TAKE, kwargs, look=""),
                Button("End the scanning", "custody:count-close", COUNT_TAKE, kwargs),
                Button("Cancel", "custody:count-cancel", COUNT_TAKE, kwargs, look="secondary"),
            )
        if state == CountState.COUNTED:
            return (Button("Sign off", "custody:count-sign", COUNT_TAKE, kwargs, look=""),)
        return ()

    def context(self) -> dict[str, Any]:
        rows = self.object.entries.select_related("device", "accessory")
        may = may_open(self.actor, COUNT_TAKE) and self.object.state == CountState.COUNTED
        differences = [
            (row, chip(row.get_seen_display(), tone=SEEN[row.seen]))
            for row in rows.filter(seen__in=DIFFERENCES)
        ]
        others = [
            (row, chip(row.get_seen_display(), tone=SEEN[row.seen]))
            for row in rows.exclude(seen__in=DIFFERENCES)
        ]
        return {
            **super().context(),
            "differences": differences,
            "others": others,
            "may_resolve": may,
        }


class OnCount(ActPage[StockCount]):
    """Base: a verb on one count."""

    permit = COUNT_TAKE
    thing = "count"

    def rows(self) -> QuerySet[StockCount]:
        return counts_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("custody:count", kwargs={"key": self.object.pk})
        return (
            Crumb("Stock counts", reverse("custody:counts")),
            Crumb(str(self.object), here),
        )


class CloseCount(OnCount):
    """End the scanning."""

    title = "End the scanning"
    sentence = "{}: whatever is expected and was not seen is missing from now on."
    submit = "End the scanning"
    done = "The scanning is over. Resolve the differences."

    def act(self, form: Any) -> StockCount:  # noqa: ARG002 (nothing to fill in)
        return counts.close_count(count_id=self.object.pk, actor=self.actor, at=self.at)


class CancelCount(OnCount):
    """Give a count up."""

    title = "Cancel the count"
    sentence = "{} was begun by mistake. It changes nothing, and stays in the list as cancelled."
    submit = "Cancel the count"
    look = "secondary"
    done = "The count is cancelled."

    def act(self, form: Any) -> StockCount:  # noqa: ARG002 (nothing to fill in)
        return counts.cancel_count(count_id=self.object.pk, actor=self.actor, at=self.at)


class SignCount(OnCount):
    """Put one's name to it (C-3)."""

    title = "Sign the count off"
    sentence = (
        "{}: you say with your name that it was counted so, and how differences were resolved."
    )
    submit = "Sign off"
    done = "The count is signed off."

    def act(self, form: Any) -> StockCount:  # noqa: ARG002 (nothing to fill in)
        return counts.sign_off(count_id=self.object.pk, actor=self.actor, at=self.at)


class ResolveForm(forms.Form):
    """How a difference is resolved."""

    resolution = forms.ChoiceField(label="What became of it", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason", max_length=300, required=False, help_text="Needed where you explain it."
    )

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["resolution"]
        field.choices = [(way.value, way.label) for way in WAYS.get(seen, ())]


class ResolveEntry(ActPage[CountEntry]):
    """Resolve one difference of a count by an act (C-3, G-11)."""

    permit = COUNT_TAKE
    title = "Resolve a difference"
    thing = "line of a count"
    form_class = ResolveForm
    submit = "Resolve"
    done = "{} is resolved."

    def rows(self) -> QuerySet[CountEntry]:
        return entries_visible_to(self.actor)

    def explain(self) -> str:
        entry = self.object
        where = f" On record: {entry.whereabouts}." if entry.whereabouts else ""
        return f"{entry} is {entry.get_seen_display().lower()}.{where}"

    def consequences(self) -> Sequence[str]:
        if reach(self.actor, DEVICE_MANAGE).everything:
            return (
                f"{Resolution.MOVED.label}: it is in stock here from now on, whoever had it.",
                f"{Resolution.LOST.label}: what follows a loss is opened.",
                f"{Resolution.EXPLAINED.label}: nothing moves; your reason is kept.",
            )
        return ("Moving things and reporting them lost is for ITMD; you may explain.",)

    def form_arguments(self) -> dict[str, Any]:
        return {"seen": Seen(self.object.seen)}

    def crumbs(self) -> Sequence[Crumb]:
        count = self.object.count
        here = reverse("custody:count", kwargs={"key": count.pk})
        return (Crumb("Stock counts", reverse("custody:counts")), Crumb(str(count), here))

    def act(self, form: Any) -> CountEntry:
        return counts.resolve(
            entry_id=self.object.pk,
            resolution=form.cleaned_data["resolution"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class ScanPage(OneRow[StockCount]):
    """Scanning with a hand scanner, a phone's camera, or by typing."""

    permit = COUNT_TAKE
    template_name = "custody/scan.html"
    thing = "count"
    told = ""
    tone = "info"

    def rows(self) -> QuerySet[StockCount]:
        return counts_visible_to(self.actor)

    def heading(self) -> str:
        return f"Scan: {self.object}"

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("custody:count", kwargs={"key": self.object.pk})
        return (
            Crumb("Stock counts", reverse("custody:counts")),
            Crumb(str(self.object), here),
        )

    def context(self) -> dict[str, Any]:
        rows = self.object.entries
        seen = list(rows.values_list("seen", flat=True))
        last = rows.filter(scanned_at__isnull=False).select_related("device", "accessory")
        expected = sum(1 for one in seen if one in {Seen.EXPECTED, Seen.FOUND})
        return {
            **super().context(),
            "told": self.told,
            "tone": self.tone,
            "longest": LONGEST,
            "found": sum(1 for one in seen if one == Seen.FOUND),
            "expected": expected,
            "odd": sum(1 for one in seen if one in DIFFERENCES),
            "last": [
                (row, chip(row.get_seen_display(), tone=SEEN[row.seen]))
                for row in last.order_by("-scanned_at", "-id")[:_LAST]
            ],
        }

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if self.object.state != CountState.OPEN:
            return HttpResponseRedirect(reverse("custody:count", kwargs={"key": self.object.pk}))
        return self._shown()

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        code = self.request.POST.get("code", "")[:300]
        try:
            entry = counts.scan(count_id=self.object.pk, code=code, actor=self.actor, at=self.at)
        except (InvalidInput, Conflict) as problem:
            self.told, self.tone, self.status = problem.message, "error", problem.status
            return self._shown()
        seen = Seen(entry.seen)
        self.told = _TOLD[seen].format(entry, entry.whereabouts)
        self.tone = "success" if seen is Seen.FOUND else "warning"
        return self._shown()

    def _shown(self) -> HttpResponse:
        answer = self.show()
        answer["Permissions-Policy"] = CAMERA
        return answer
