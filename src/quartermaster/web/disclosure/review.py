"""Reviewing one file: what it shows, what is taken out, what becomes of it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.http import content_disposition_header

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.actions.reading import content_of, text_of
from quartermaster.disclosure.errors import DocumentUnfit
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import Redaction, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.redaction import asking
from quartermaster.disclosure.rules.review import WHOLE, Decision, Patch, Way, mark_of, way_of
from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, NotFound, Refused
from quartermaster.web.disclosure.acts import crumbs_of
from quartermaster.web.disclosure.forms import (
    AreaForm,
    DecisionForm,
    MarkWordsForm,
    PassageForm,
)
from quartermaster.web.disclosure.tables import DECISIONS
from quartermaster.web.marks import chip
from quartermaster.web.pages import Crumb
from quartermaster.web.pages.base import OneRow
from quartermaster.web.pages.forms import blame
from quartermaster.web.records.views import SANDBOX

_FORMS: Mapping[str, type[Form]] = {
    "area": AreaForm,
    "words": MarkWordsForm,
    "passage": PassageForm,
    "decide": DecisionForm,
}
_SHOWN = 200_000  # characters of a text


class OfItem(OneRow[RequestItem]):
    """What the pages of one file share."""

    permit = REQUEST_WORK
    thing = "file of a request"

    def rows(self) -> QuerySet[RequestItem]:
        return queries.items_visible_to(self.actor)

    def of_it(self) -> dict[str, Any]:
        return {"item_id": self.object.pk, "actor": self.actor, "at": self.at}


class Review(OfItem):
    """One file of a request (G-5)."""

    template_name = "disclosure/review.html"

    def heading(self) -> str:
        return self.object.item.name

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of(self.object.request)

    @property
    def leaf(self) -> int:
        asked = self.request.GET.get("page", "1")
        return int(asked) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 5 else 1  # noqa: PLR2004 (digits)

    def address(self) -> str:
        return f"{reverse('disclosure:review', kwargs={'key': self.object.pk})}?page={self.leaf}"

    def forms(self, bound: str = "") -> dict[str, Any]:
        given = [(item.code, f"{item.code}: {item.title}") for item in queries.grounds()]
        made: dict[str, Any] = {}
        for name, form in _FORMS.items():
            data = self.request.POST if name == bound else None
            start = {"page": self.leaf, "decision": self._suggested()}
            made[name] = form(data, initial=start, grounds=given, auto_id=f"id_{name}_%s")  # type: ignore[call-arg]
        return made

    def _suggested(self) -> str:
        marked = self.object.redactions.exists()
        return (Decision.REDACT if marked else Decision.RELEASE).value

    def layout(self) -> dict[str, Any]:
        row = self.object
        state = chip(row.get_decision_display(), tone=DECISIONS[row.decision])
        return {**super().layout(), "state": state}

    def context(self) -> dict[str, Any]:
        row, way = self.object, way_of(self.object.item.media_type)
        around = list(row.request.items.values_list("id", flat=True))
        place = around.index(row.id)
        return {
            **super().context(),
            "way": way.value,
            "open": row.decision == Decision.PENDING and row.request.closed_at is None,
            "works": row.request.closed_at is None,
            "may_second": row.reviewed_by_id != self.actor.person_id,
            "marks": list(row.redactions.all()),
            "place": place + 1,
            "count": len(around),
            "before": around[place - 1] if place else None,
            "after": around[place + 1] if place + 1 < len(around) else None,
            "leaf": self.leaf,
            **self._shown(way),
        }

    def _shown(self, way: Way) -> dict[str, Any]:
        row = self.object
        try:
            if way is Way.DRAWN:
                return self._page_shown(asking.sizes_of(content_of(row, self.actor, self.at)))
            if way is Way.WRITTEN:
                return {"pieces": self._pieces(text_of(row, self.actor, self.at)[:_SHOWN])}
        except DocumentUnfit as problem:
            return {"unfit": problem.message}
        return {}

    def _page_shown(self, sizes: list[tuple[float, float]]) -> dict[str, Any]:
        leaf = min(self.leaf, len(sizes))
        across, down = sizes[leaf - 1]
        areas = [_drawn(area, across, down) for area in self.object.redactions.filter(page=leaf)]
        return {
            "leaf": leaf,
            "leaves": len(sizes),
            "across": round(across, 2),
            "down": round(down, 2),
            "areas": areas,
        }

    def _pieces(self, text: str) -> list[tuple[str, str]]:
        """The text in pieces, each with its mark where it is taken out."""
        found, at = [], 0
        for mark in self.object.redactions.all():
            start, end = max(mark.start or 0, at), mark.end or 0
            if end > at:
                found += [(text[at:start], ""), (text[start:end], mark_of(mark.code))]
                at = end
        return [*found, (text[at:], "")]

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show(forms=self.forms())

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        what = self.request.POST.get("do", "")
        forms = self.forms(bound=what)
        form = forms.get(what)
        if form is not None and not form.is_valid():
            self.status = 422
            return self.show(forms=forms, form=form)
        try:
            sentence = self.act(what, form.cleaned_data if form is not None else {})
        except (InvalidInput, Conflict, Refused) as problem:
            return self._again(forms, form, problem)
        messages.success(self.request, sentence)
        return HttpResponseRedirect(self.address())

    def _again(self, forms: dict[str, Any], form: Any, problem: HouseError) -> HttpResponse:
        self.status = problem.status
        if form is None:
            return self.show(forms=forms, problem=problem.message)
        blame(form, problem)
        return self.show(forms=forms, form=form)

    def act(self, what: str, given: dict[str, Any]) -> str:
        """Take the step that was asked for; what to say of it."""
        if what == "area":
            edges = {name: round(given[name] * 100) for name in ("left", "top", "right", "bottom")}
            patch = Patch(page=given["page"], **edges)
            actions.redact_area(patch=patch, code=given["code"], **self.of_it())
            return "The area is marked."
        if what == "words":
            made = actions.redact_words(words=given["words"], code=given["code"], **self.of_it())
            return f"Marked in {len(made)} place{pluralize(len(made))}."
        if what == "passage":
            actions.redact_passage(**given, **self.of_it())
            return "The passage is marked."
        if what == "decide":
            actions.decide(
                decision=Decision(given["decision"]),
                code=given["code"],
                note=given["note"],
                **self.of_it(),
            )
            return "It is decided."
        return self._more(what)

    def _more(self, what: str) -> str:
        if what == "unmark":
            mark = queries.redactions_visible_to(self.actor).filter(
                item=self.object, id=self._mark_key()
            )
            if not mark.exists():
                raise NotFound("There is no such mark.")
            actions.unmark(redaction_id=self._mark_key(), actor=self.actor, at=self.at)
            return "The mark is removed."
        if what == "reconsider":
            actions.reconsider(**self.of_it())
            return "The decision is taken back."
        if what == "second":
            actions.look_again(**self.of_it())
            return "You agreed as the second person."
        raise InvalidInput("The page asked for nothing that is known here.")

    def _mark_key(self) -> Any:
        try:
            return UUID(self.request.POST.get("mark", ""))
        except ValueError as problem:
            raise NotFound("There is no such mark.") from problem


def _drawn(area: Redaction, across: float, down: float) -> dict[str, Any]:
    """An area in the measure of its page."""
    left, top = area.left or 0, area.top or 0
    return {
        "left": left * across / WHOLE,
        "top": top * down / WHOLE,
        "wide": ((area.right or 0) - left) * across / WHOLE,
        "high": ((area.bottom or 0) - top) * down / WHOLE,
        "code": area.code,
    }


class Picture(OfItem):
    """A page of the original, drawn."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        content = content_of(self.object, self.actor, self.at)
        made, _ = asking.picture_of(content, self.kwargs["page"])
        answer = HttpResponse(made, content_type="image/png")
        answer["Cache-Control"] = "private, no-store"
        return answer


class CopyFile(OfItem):
    """The copy as it would be given out."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        copy = self.object.copy
        if copy is None:
            raise NotFound("There is no copy of it.")
        return sent(copy)


class Drop(OfItem):
    """Take a file out of the request again."""

    title = "Take it out of the request"

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("disclosure:review", kwargs={"key": self.object.pk}))

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        request = actions.drop_item(**self.of_it())
        messages.success(self.request, "It was taken out of the request.")
        return HttpResponseRedirect(reverse("disclosure:request", kwargs={"key": request.pk}))


def sent(file: Any) -> HttpResponse:
    """A file of the room, to be saved."""
    answer = HttpResponse(read(file), content_type=file.media_type)
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=file.name) or "attachment"
    )
    return answer
