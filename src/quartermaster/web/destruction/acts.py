"""The verbs on requests: approve with the password, refuse with a reason, stop one or all."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from quartermaster.mdm import actions, queries
from quartermaster.mdm.models import DestructiveRequest
from quartermaster.mdm.permits import (
    DESTRUCTION_APPROVE,
    DESTRUCTION_APPROVE_HELD,
    DESTRUCTION_STOP,
)
from quartermaster.mdm.rules.destruction import LONGEST_REASON, PENDING, purpose_of
from quartermaster.web.destruction.views import OfRequest
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.pages.fields import reason_form
from quartermaster.web.proving import ProvingPage, proof_of

MOST_NAMED = 50


ReasonForm = reason_form(LONGEST_REASON, hint="It is kept, and the others are told.", rows=2)


class OnRequest(OfRequest):
    """The verbs lead back to the request."""

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("destruction:request", kwargs={"key": self.object.pk})
        return (*super().crumbs(), Crumb(self.object.get_kind_display(), address))

    def devices(self) -> str:
        rows = self.object.targets.order_by("id")
        tags = list(rows.values_list("enrolment__device__asset_tag", flat=True)[: MOST_NAMED + 1])
        more = " and more" if len(tags) > MOST_NAMED else ""
        return ", ".join(tags[:MOST_NAMED]) + more


class Approve(OnRequest, ProvingPage[DestructiveRequest]):
    """Agree, as the second person, to exactly what was asked (G-10)."""

    permit = DESTRUCTION_APPROVE
    title = "Approve as the second person"
    submit = "Approve"
    look = "secondary"
    done = "Approved. It waits, and can still be stopped."

    def explain(self) -> str:
        request = self.object
        said = f"{request.requester} asks: {request.get_kind_display().lower()}."
        devices = self.devices()
        return f"{said} Devices: {devices}." if devices else said

    def consequences(self) -> Sequence[str]:
        request = self.object
        return (*request.statement.splitlines(), f"Reason given: {request.reason}")

    def act(self, form: Any) -> DestructiveRequest:
        request = self.object
        proof = proof_of(self, form, purpose_of(request.id, request.digest))
        return actions.approve_destruction(
            request_id=request.id, proof=proof, actor=self.actor, at=self.at
        )


class ApproveHeld(Approve):
    """Agree, as the records custodian, to what is asked in spite of a hold (G-2, G-10)."""

    permit = DESTRUCTION_APPROVE_HELD
    title = "Approve in spite of the hold"

    def consequences(self) -> Sequence[str]:
        return ("What is under a legal hold is lost for good by this.", *super().consequences())


class Refuse(OnRequest, ActPage[DestructiveRequest]):
    """Refuse what somebody asked for (G-10)."""

    permit = DESTRUCTION_APPROVE
    title = "Refuse the request"
    form_class = ReasonForm
    submit = "Refuse"
    sentence = "{}. Nothing is sent; who asked is told why."
    done = "The request was refused."

    def act(self, form: Any) -> DestructiveRequest:
        return actions.refuse_destruction(
            request_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class RefuseHeld(Refuse):
    """Refuse, as the records custodian, what is asked in spite of a hold (G-2, G-10)."""

    permit = DESTRUCTION_APPROVE_HELD


class Stop(OnRequest, ActPage[DestructiveRequest]):
    """Stop one request (G-10)."""

    permit = DESTRUCTION_STOP
    title = "Stop the request"
    form_class = ReasonForm
    submit = "Stop"
    look = "secondary"
    sentence = "{}. What no device has answered is withdrawn."
    done = "The request was stopped."

    def act(self, form: Any) -> DestructiveRequest:
        return actions.stop_destruction(
            request_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class StopEverything(FormPage):
    """Stop all that destroys and is not done, at once (G-10)."""

    permit = DESTRUCTION_STOP
    template_name = "pages/act.html"
    title = "Stop everything pending"
    form_class = ReasonForm
    submit = "Stop everything"
    look = "secondary"
    done = "{}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Erasing and letting go", reverse("destruction:requests")),)

    def context(self) -> dict[str, Any]:
        rows = queries.destructive_requests_visible_to(self.actor).filter(state__in=sorted(PENDING))
        count = rows.count()
        what = "1 request is" if count == 1 else f"{count} requests are"
        return {
            **super().context(),
            "explanation": f"{what} not done yet.",
            "consequences": [
                "All of them are stopped in one act, and nothing more is sent.",
                "Commands that no device has answered are withdrawn.",
                "Everybody at ITMD and the auditors are told.",
            ],
        }

    def act(self, form: Any) -> str:
        stopped = actions.stop_everything(
            reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )
        one = "1 request was stopped."
        return one if len(stopped) == 1 else f"{len(stopped)} requests were stopped."
