"""One conversation of an export: its messages, and what of it is chosen."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.records import exports as queries
from quartermaster.records.actions import exports as actions
from quartermaster.records.models import StagedThread
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.rules.exports import How, Pick, likely_owner, others
from quartermaster.web.pages import Crumb, FormPage
from quartermaster.web.pages.base import OneRow
from quartermaster.web.records.export_forms import PickForm
from quartermaster.web.records.exports import way

ON_A_PAGE = 100


class ExportThread(OneRow[StagedThread], FormPage):
    """Choose all of it, some days, or single messages (G-5)."""

    permit = RECORD_SAVE
    thing = "conversation"
    template_name = "records/export_thread.html"
    form_class = PickForm
    submit = "Choose this"
    done = ""

    def rows(self) -> QuerySet[StagedThread]:
        return queries.threads_visible_to(self.actor, self.at)

    def heading(self) -> str:
        return str(self.conversation().title)

    def crumbs(self) -> Sequence[Crumb]:
        return way(self.object.export)

    def conversation(self) -> Any:
        if not hasattr(self, "_conversation"):
            self._key = queries.key_of(self.object.export)
            self._conversation = queries.conversation_of(self.object, self._key)
        return self._conversation

    def pick(self) -> Pick | None:
        self.conversation()
        return queries.pick_of(self.object, self._key)

    def form_arguments(self) -> dict[str, Any]:
        return {"people": self.conversation().participants}

    def initial(self) -> dict[str, Any]:
        if (pick := self.pick()) is not None:
            return {**vars(pick), "how": pick.how.value}
        whole = self.conversation()
        me = likely_owner(whole, self.object.export.person.name)
        return {
            "how": How.SOME.value,
            "me": me,
            "with_whom": others(whole.participants, me) or whole.title,
        }

    def context(self) -> dict[str, Any]:
        whole, pick = self.conversation(), self.pick()
        numbered = list(enumerate(whole.messages))
        leaf = Paginator(numbered, ON_A_PAGE).get_page(self.request.GET.get("page"))
        saved = queries.saved_of(whole, self.object.export.person_id)
        ticked = pick.numbers if pick is not None else frozenset()
        people = whole.people
        return {
            **super().context(),
            "export": self.object.export,
            "whole": whole,
            "leaf": leaf,
            "picked": pick,
            "rows": [
                (
                    place,
                    one,
                    people[one.sender].shown if one.sender in people else one.sender,
                    saved[place],
                    place in ticked,
                )
                for place, one in leaf.object_list
            ],
        }

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.request.POST.get("do") == "nothing":
            actions.choose(thread_id=self.object.pk, pick=None, actor=self.actor, at=self.at)
            messages.success(self.request, "Nothing of this conversation is chosen.")
            return HttpResponseRedirect(self.cancel_address())
        return super().post(*args, **kwargs)

    def act(self, form: Any) -> StagedThread:
        shown, ticked = (_numbers(self.request.POST.getlist(name)) for name in ("shown", "ticked"))
        before = self.pick()
        kept = (before.numbers if before is not None else frozenset()) - shown
        return actions.choose(
            thread_id=self.object.pk,
            pick=form.pick(kept | ticked),
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (where to go is asked)
        wanted = self.request.POST.get("go", "")
        if wanted.isdecimal():
            here = reverse("records:export-thread", kwargs={"key": self.object.pk})
            return f"{here}?page={wanted}"
        return self.cancel_address()


def _numbers(given: Sequence[str]) -> frozenset[int]:
    return frozenset(int(one) for one in given[: 10 * ON_A_PAGE] if one.isdecimal())
