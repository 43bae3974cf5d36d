"""The verbs on returns."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.states import Occasion
from quartermaster.kernel.permits import require
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.actions import returns
from quartermaster.lifecycle.actions.returns.asking import STATEMENT
from quartermaster.lifecycle.models import Return, ReturnItem
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.rules.returns import Condition, ItemState, ReturnReason
from quartermaster.web.custody.occasions import AddOnOccasion
from quartermaster.web.org.forms import day
from quartermaster.web.pages import ActPage, Crumb


class OpenForm(forms.Form):
    """Why, and by when."""

    reason = forms.ChoiceField(label="Why", choices=ReturnReason.choices)
    note = forms.CharField(label="Note", max_length=300, required=False)
    due_on = day("By when", required=False, help_text="Within a week, if left empty.")


class OpenReturn(ActPage[Device]):
    """Ask for a device back, or offer it (C-3)."""

    permit = permits.RETURN_OPEN
    thing = "device"
    title = "Give it back"
    sentence = "{} goes back to ITMD. It stays City property: nobody sells it or gives it away."
    form_class = OpenForm
    submit = "Ask for it back"
    done = "The holder was told what must be settled."

    def rows(self) -> QuerySet[Device]:
        return queries.devices_to_give_back(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Returns", reverse("returns:returns")),)

    def consequences(self) -> Sequence[str]:
        return (
            "The holder gets a checklist by mail: records, accounts, activation lock, SIM.",
            "After it is received it is erased, and handed to nobody before that.",
        )

    def act(self, form: Any) -> Return:
        said = form.cleaned_data
        return returns.open_return(
            device_id=self.object.pk,
            reason=ReturnReason(said["reason"]),
            note=said["note"],
            due_on=said["due_on"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("returns:return", kwargs={"key": outcome.pk})


class OfReturn(ActPage[Return]):
    """What the verbs on one return share."""

    permit = permits.RETURN_RECEIVE
    thing = "return"

    def rows(self) -> QuerySet[Return]:
        return queries.returns_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Returns", reverse("returns:returns")),
            Crumb(str(self.object), reverse("returns:return", kwargs={"key": self.object.pk})),
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the return)
        return self.cancel_address()

    def named(self) -> dict[str, Any]:
        return {"row": self.object, "actor": self.actor, "at": self.at}


class StateForm(forms.Form):
    """The statement."""

    confirmed = forms.BooleanField(label=STATEMENT)
    note = forms.CharField(label="Note", max_length=500, required=False)


class StateNothingLeft(OfReturn):
    """State that nothing is left on it (C-2)."""

    permit = permits.RETURN_STATE
    title = "Nothing is left on it"
    sentence = "{}: records belong to the City, and are erased with the device if they stay on it."
    form_class = StateForm
    submit = "I state this"
    done = "Your statement is kept."
    missing = "State it only where it is so; ask ITMD for help otherwise."

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.actor, permits.RETURN_STATE, person_id=self.object.holder_id)
        return super().get(*args, **kwargs)

    def act(self, form: Any) -> Return:
        return returns.state_nothing_left(**form.cleaned_data, **self.named())


class ReceiveForm(forms.Form):
    """In which condition."""

    condition = forms.ChoiceField(
        label="Condition", choices=Condition.choices, widget=forms.RadioSelect
    )
    differences = forms.CharField(
        label="Differences", max_length=1000, required=False, widget=forms.Textarea({"rows": 3})
    )


class Receive(OfReturn):
    """Receive it (C-3)."""

    title = "Receive it"
    sentence = "{}: it goes into stock, and is handed to nobody before it is sanitised."
    form_class = ReceiveForm
    submit = "Receive it"
    done = "It was received, and the receipt was sent."

    def consequences(self) -> Sequence[str]:
        return ("SIMs are out, accessories are in stock.", "The holder gets a receipt by mail.")

    def act(self, form: Any) -> Return:
        said = form.cleaned_data
        return returns.receive_return(
            condition=Condition(said["condition"]), differences=said["differences"], **self.named()
        )


class PhotographReturn(AddOnOccasion[Return]):
    """Photograph the condition in which it comes back (C-3)."""

    thing = "return"
    occasion = Occasion.RETURNED
    cause_kind = "lifecycle.return"

    def rows(self) -> QuerySet[Return]:
        return queries.returns_visible_to(self.actor)

    def device(self) -> Device:
        return self.object.device

    def shown_to(self) -> UUID:
        return self.object.holder_id

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Returns", reverse("returns:returns")),
            Crumb(str(self.object), reverse("returns:return", kwargs={"key": self.object.pk})),
        )


class CancelForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Why", max_length=300)


class CancelReturn(OfReturn):
    """Call it off (C-3)."""

    title = "Call the return off"
    sentence = "{}: the holder keeps the device."
    form_class = CancelForm
    submit = "Call it off"
    look = "secondary"
    done = "The return was called off."

    def act(self, form: Any) -> Return:
        return returns.cancel_return(reason=form.cleaned_data["reason"], **self.named())


class AnswerForm(forms.Form):
    """How it stands."""

    state = forms.ChoiceField(
        label="How it stands",
        choices=[item for item in ItemState.choices if item[0] != ItemState.OPEN],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", max_length=300, required=False)


class AnswerItem(ActPage[ReturnItem]):
    """Answer one thing of a checklist (C-3)."""

    permit = permits.RETURN_RECEIVE
    thing = "thing"
    title = "Settle it"
    sentence = "{}."
    form_class = AnswerForm
    submit = "Keep the answer"
    done = "The answer is kept."

    def rows(self) -> QuerySet[ReturnItem]:
        return queries.items_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        row = self.object.belongs_to
        return (Crumb(str(row), reverse("returns:return", kwargs={"key": row.pk})),)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the return)
        return self.cancel_address()

    def act(self, form: Any) -> ReturnItem:
        said = form.cleaned_data
        return returns.answer_item(
            item=self.object,
            state=ItemState(said["state"]),
            note=said["note"],
            actor=self.actor,
            at=self.at,
        )
