"""Pages of what waits for a decision: destructive changes, and exceptions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.policy import actions, queries
from quartermaster.policy.models import RequirementChange, RequirementException
from quartermaster.policy.permits import (
    CHANGE_CONFIRM,
    EXCEPTION_DECIDE,
    EXCEPTION_REQUEST,
    EXCEPTION_VIEW,
    REQUIREMENTS_VIEW,
)
from quartermaster.policy.requirements import CATALOGUE, parse_value
from quartermaster.policy.rules.requirements import (
    CHANGE,
    EXCEPTION,
    ChangeState,
    ExceptionState,
)
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, FormPage, ListPage
from quartermaster.web.proving import ProvingPage, proof_of
from quartermaster.web.requirements.forms import ExceptionForm
from quartermaster.web.requirements.plans import shown
from quartermaster.web.requirements.tables import ChangeTable, ExceptionTable
from quartermaster.web.requirements.views import way


def _changes_way() -> Crumb:
    return Crumb("Changes", reverse("requirements:changes"))


def _exceptions_way() -> Crumb:
    return Crumb("Exceptions", reverse("requirements:exceptions"))


class ChangeList(ListPage[RequirementChange]):
    """Every change of requirements, and what waits for a second person."""

    permit = REQUIREMENTS_VIEW
    title = "Changes of requirements"
    table_class = ChangeTable
    search = ("requested_label", "reason")
    noun = ("change", "changes")
    empty = "Nothing was changed yet."

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def rows(self) -> QuerySet[RequirementChange]:
        return queries.changes_visible_to(self.actor)


class OfChange:
    """What the pages of one change share."""

    actor: Any
    thing = "change"

    def rows(self) -> QuerySet[RequirementChange]:
        return queries.changes_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return way(_changes_way())


class ChangePage(OfChange, DetailPage[RequirementChange]):
    """One change: who asked, what changes, who decided."""

    permit = REQUIREMENTS_VIEW
    template_name = "requirements/change.html"

    def state(self) -> Any:
        return chip(self.object.get_state_display(), raw=self.object.state)

    def buttons(self) -> Sequence[Button]:
        labels = {"confirm": "Confirm", "decline": "Decline", "withdraw": "Withdraw"}
        own = self.object.requested_by_id == self.actor.person_id
        shown = {"withdraw"} if own else {"confirm", "decline"}
        return tuple(
            Button(
                labels[verb],
                f"requirements:change-{verb}",
                REQUIREMENTS_VIEW if verb == "withdraw" else CHANGE_CONFIRM,
                {"key": self.object.pk},
                look="" if verb == "confirm" else "outline",
            )
            for verb in CHANGE.verbs_from(ChangeState(self.object.state))
            if verb in shown
        )

    def facts(self) -> Sequence[Fact]:
        change = self.object
        facts = [
            Fact("Asked by", change.requested_label),
            Fact("Asked at", full_time(change.requested_at)),
            Fact("Reason", change.reason or "—"),
            Fact("Erases devices", "Yes: two people must agree" if change.destructive else "No"),
        ]
        if change.decided_by:
            facts.append(Fact("Decided by", change.decided_by.name))
        return facts

    def context(self) -> dict[str, Any]:
        return {**super().context(), "effects": shown(self.object.effects)}


class ConfirmChange(OfChange, ProvingPage[RequirementChange]):
    """Confirm, as a second person, that devices may erase themselves."""

    permit = CHANGE_CONFIRM
    title = "Confirm the change"
    submit = "Confirm"
    look = "secondary"
    sentence = "{}. Devices may erase themselves by it. You are the second person to agree."
    done = "The change was applied."

    def consequences(self) -> Sequence[str]:
        return [
            f"{item['where']}, {item['ownership']} devices: {item['title']}:"
            f" {item['before']} → {item['after']}"
            for item in shown(self.object.effects)
        ]

    def act(self, form: Any) -> RequirementChange:
        proof = proof_of(self, form, actions.purpose_of(self.object))
        return actions.confirm_change(
            change_id=self.object.pk, proof=proof, actor=self.actor, at=self.at
        )


class DeclineChange(OfChange, ActPage[RequirementChange]):
    permit = CHANGE_CONFIRM
    title = "Decline the change"
    submit = "Decline"
    sentence = "{}. Nothing changes."
    done = "The change was declined."

    def act(self, form: Any) -> RequirementChange:  # noqa: ARG002 (nothing to fill in)
        return actions.decline_change(change_id=self.object.pk, actor=self.actor, at=self.at)


class WithdrawChange(OfChange, ActPage[RequirementChange]):
    permit = REQUIREMENTS_VIEW
    title = "Withdraw the change"
    submit = "Withdraw"
    sentence = "{}. Nothing changes."
    done = "The change was withdrawn."

    def act(self, form: Any) -> RequirementChange:  # noqa: ARG002 (nothing to fill in)
        return actions.withdraw_change(change_id=self.object.pk, actor=self.actor, at=self.at)


class ExceptionList(ListPage[RequirementException]):
    """Exceptions in force, asked for, and over."""

    permit = EXCEPTION_VIEW
    title = "Exceptions"
    lead = "The only way to less than what is required: for a time, by two people."
    table_class = ExceptionTable
    search = ("setting", "subject_label", "reason")
    noun = ("exception", "exceptions")
    empty = "There is no exception."

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Ask for an exception", "requirements:request-exception", EXCEPTION_REQUEST),
        )

    def rows(self) -> QuerySet[RequirementException]:
        return queries.exceptions_visible_to(self.actor)


class OfException:
    """What the pages of one exception share."""

    actor: Any
    thing = "exception"

    def rows(self) -> QuerySet[RequirementException]:
        return queries.exceptions_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return way(_exceptions_way())


class ExceptionPage(OfException, DetailPage[RequirementException]):
    """One exception: what, for whom, why, until when, by whom."""

    permit = EXCEPTION_VIEW

    def heading(self) -> str:
        return f"{CATALOGUE[self.object.setting].title}: exception for {self.object.subject_label}"

    def state(self) -> Any:
        return chip(self.object.get_state_display(), raw=self.object.state)

    def buttons(self) -> Sequence[Button]:
        labels = {
            "approve": "Approve",
            "decline": "Decline",
            "withdraw": "Withdraw",
            "end": "End now",
        }
        own = self.object.requested_by_id == self.actor.person_id
        shown = {"withdraw", "end"} if own else {"approve", "decline", "end"}
        return tuple(
            Button(
                labels[verb],
                f"requirements:exception-{verb}",
                EXCEPTION_REQUEST if verb == "withdraw" else EXCEPTION_DECIDE,
                {"key": self.object.pk},
                look="" if verb == "approve" else "outline",
            )
            for verb in EXCEPTION.verbs_from(ExceptionState(self.object.state))
            if verb in shown
        )

    def facts(self) -> Sequence[Fact]:
        item = self.object
        entry = CATALOGUE[item.setting]
        facts = [
            Fact("Setting", f"{entry.title} ({entry.clause})"),
            Fact("Asked instead", entry.show(parse_value(entry.key, item.value, "exception"))),
            Fact("For", item.subject_label),
            Fact("Department", str(item.department)),
            Fact("Reason", item.reason),
            Fact("What is done instead", item.compensation or "—"),
            Fact("Until", full_time(item.expires_at)),
            Fact("Asked by", item.requested_by.name),
        ]
        if item.decided_by:
            facts.append(Fact("Decided by", item.decided_by.name))
        return facts


class RequestException(FormPage):
    """Ask for less of one setting, for a person and a time."""

    permit = EXCEPTION_REQUEST
    title = "Ask for an exception"
    lead = "Somebody else must approve it, and it ends by itself."
    form_class = ExceptionForm
    submit = "Ask"
    done = "{} was asked for. Somebody else must approve it."

    def crumbs(self) -> Sequence[Crumb]:
        return way(_exceptions_way())

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: ExceptionForm) -> RequirementException:
        data = form.cleaned_data
        return actions.request_exception(
            setting=data["setting"],
            value=form.asked_value(),
            ownership=data["ownership"],
            department_id=data["person"].department_id,
            person_id=data["person"].pk,
            reason=data["reason"],
            compensation=data["compensation"],
            expires_at=form.expires_at(),
            actor=self.actor,
            at=self.at,
        )


class ApproveException(OfException, ActPage[RequirementException]):
    permit = EXCEPTION_DECIDE
    title = "Approve the exception"
    submit = "Approve"
    sentence = "{}. Less will be required until it ends."
    done = "The exception is in force."

    def act(self, form: Any) -> RequirementException:  # noqa: ARG002 (nothing to fill in)
        return actions.approve_exception(exception_id=self.object.pk, actor=self.actor, at=self.at)


class DeclineException(OfException, ActPage[RequirementException]):
    permit = EXCEPTION_DECIDE
    title = "Decline the exception"
    submit = "Decline"
    sentence = "{}. What is required stays as it is."
    done = "The exception was declined."

    def act(self, form: Any) -> RequirementException:  # noqa: ARG002 (nothing to fill in)
        return actions.decline_exception(exception_id=self.object.pk, actor=self.actor, at=self.at)


class WithdrawException(OfException, ActPage[RequirementException]):
    permit = EXCEPTION_REQUEST
    title = "Withdraw the exception"
    submit = "Withdraw"
    sentence = "{}. What is required stays as it is."
    done = "The exception was withdrawn."

    def act(self, form: Any) -> RequirementException:  # noqa: ARG002 (nothing to fill in)
        return actions.withdraw_exception(exception_id=self.object.pk, actor=self.actor, at=self.at)


class EndException(OfException, ActPage[RequirementException]):
    permit = EXCEPTION_DECIDE
    title = "End the exception"
    submit = "End now"
    sentence = "{}. What is required holds again at once."
    done = "The exception has ended."

    def act(self, form: Any) -> RequirementException:  # noqa: ARG002 (nothing to fill in)
        return actions.end_exception(exception_id=self.object.pk, actor=self.actor, at=self.at)
