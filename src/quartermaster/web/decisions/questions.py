"""“May I install this?”: asking, the questions, answering one, taking one back."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.actions import applications as actions
from quartermaster.inventory.applications import decisions_visible_to, questions_visible_to
from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion
from quartermaster.inventory.permits import DECISION_MAKE, QUESTION_ASK, QUESTION_VIEW
from quartermaster.inventory.verdicts import QuestionState
from quartermaster.kernel.permits import require
from quartermaster.web.decisions.forms import DecisionForm, QuestionForm
from quartermaster.web.decisions.tables import STATES, QuestionTable
from quartermaster.web.decisions.views import way
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    FormPage,
    ListPage,
)


def questions_way(*more: Crumb) -> tuple[Crumb, ...]:
    return way(Crumb("Questions", reverse("decisions:questions")), *more)


class QuestionFilters(Filters):
    """By where they stand."""

    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.value.capitalize()) for item in QuestionState],
        empty_label="Any",
        label="State",
    )


class Questions(ListPage[ApplicationQuestion]):
    """One's own questions; ITMD's are all (G-4)."""

    permit = QUESTION_VIEW
    title = "Questions about applications"
    lead = "Asked once, answered for everybody. Others see the decision, not who asked."
    table_class = QuestionTable
    filters = QuestionFilters
    search = ("title", "purpose", "asked_by__family_name", "asked_by__given_name")
    search_hint = "Application, purpose or person"
    empty = "No question was asked."
    noun = ("question", "questions")

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def rows(self) -> QuerySet[ApplicationQuestion]:
        return questions_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Ask ITMD", "decisions:ask", QUESTION_ASK, look=""),)


class Ask(FormPage):
    """Ask whether an application may be installed (G-4)."""

    permit = QUESTION_ASK
    title = "Ask whether you may install it"
    lead = "ITMD answers by mail, and the answer is there for everybody. Your name is not."
    form_class = QuestionForm
    submit = "Ask"
    done = "You asked: {}"

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def initial(self) -> dict[str, Any]:
        return {"title": self.request.GET.get("title", "").replace("\x00", "")[:120]}

    def act(self, form: Any) -> ApplicationQuestion:
        return actions.ask(**form.cleaned_data, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("decisions:question", kwargs={"key": outcome.pk})


class QuestionPage(DetailPage[ApplicationQuestion]):
    """One question, and its answer."""

    permit = QUESTION_VIEW
    thing = "question"

    def rows(self) -> QuerySet[ApplicationQuestion]:
        return questions_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return questions_way()

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=STATES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        made = row.decision
        answer = Fact("Answer", "Not yet")
        if made is not None:
            address = reverse("decisions:one", kwargs={"key": made.pk})
            answer = Fact("Answer", made.get_verdict_display(), address, note=made.reason)
        return (
            answer,
            Fact("For", row.get_platform_display()),
            Fact("What for", row.purpose),
            Fact("Link", row.link, row.link),
            Fact("Asked by", row.asked_by.name, person_address(self.request, row.asked_by)),
            Fact("Asked", when(row.asked_at)),
            Fact("Settled", when(row.settled_at) if row.settled_at else "", note=row.settled_by),
        )

    def buttons(self) -> Sequence[Button]:
        row = self.object
        if row.state != QuestionState.WAITING:
            return ()
        key = {"key": row.pk}
        found = [Button("Answer", "decisions:answer", DECISION_MAKE, key, look="")]
        if row.asked_by_id == self.actor.person_id:
            found.append(Button("Take it back", "decisions:question-withdraw", QUESTION_ASK, key))
        return found


class _OfQuestion(ActPage[ApplicationQuestion]):
    thing = "question"

    def rows(self) -> QuerySet[ApplicationQuestion]:
        return questions_visible_to(self.actor).filter(state=QuestionState.WAITING)

    def crumbs(self) -> Sequence[Crumb]:
        row = self.object
        return questions_way(Crumb(str(row), reverse("decisions:question", kwargs={"key": row.pk})))

    def next_address(self, _outcome: Any) -> str:
        return reverse("decisions:question", kwargs={"key": self.object.pk})


class Answer(_OfQuestion):
    """Answer a question by a decision that everybody finds (G-4)."""

    permit = DECISION_MAKE
    title = "Answer"
    form_class = DecisionForm
    submit = "Answer"
    done = "Answered, for everybody who asked the same."

    def explain(self) -> str:
        row = self.object
        return f"{row} For {row.get_platform_display()}: {row.purpose}"

    def consequences(self) -> Sequence[str]:
        like = decisions_visible_to(self.actor).filter(
            title__icontains=self.object.title, ended_at=None
        )
        return [f"Decided before: {row.title}, {row.get_verdict_display()}" for row in like[:5]]

    def initial(self) -> dict[str, Any]:
        return {"title": self.object.title, "platform": self.object.platform}

    def act(self, form: Any) -> ApplicationDecision:
        return actions.answer(
            question=self.object, decision=form.decision(), actor=self.actor, at=self.at
        )


class Withdraw(_OfQuestion):
    """Take one's own question back (G-4)."""

    permit = QUESTION_ASK
    title = "Take the question back"
    submit = "Take it back"
    done = "It was taken back."

    def explain(self) -> str:
        require(self.actor, QUESTION_ASK, person_id=self.object.asked_by_id)
        return f"{self.object} It needs no answer any longer."

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.withdraw_question(question=self.object, actor=self.actor, at=self.at)
