"""The verbs on one thing or charge."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.lifecycle import recovery_permits as permits
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.models import RecoveryCharge, RecoveryItem
from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.fields import MoneyField, reason_form

T = TypeVar("T", RecoveryItem, RecoveryCharge)


class OfThing(ActPage[T]):
    """What the verbs share."""

    thing: ClassVar[str] = "thing"

    def crumbs(self) -> Sequence[Crumb]:
        case = self.object.recovery
        page = reverse("recoveries:recovery", kwargs={"key": case.pk})
        return (
            Crumb("Leavers", reverse("recoveries:recoveries")),
            Crumb(case.person.name, page),
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (its recovery is shown)
        return self.cancel_address()


class OfItem(OfThing[RecoveryItem]):
    def rows(self) -> QuerySet[RecoveryItem]:
        return queries.items_visible_to(self.actor)


class OfCharge(OfThing[RecoveryCharge]):
    def rows(self) -> QuerySet[RecoveryCharge]:
        return queries.charges_visible_to(self.actor)


class WordForm(forms.Form):
    """Who saw to it; not needed for one's own word."""

    reason = forms.CharField(
        label="Who saw to it, and how",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Leave it empty where you speak for yourself.",
    )


class ConfirmRecords(OfItem):
    """Give the word that no record is left on a device (C-2)."""

    permit = permits.RECOVERY_VIEW
    title = "Confirm about records"
    sentence = "No record of the City is left on a device alone: all were moved to City systems."
    form_class = WordForm
    submit = "Confirm"
    done = "It was noted."

    def act(self, form: Any) -> Any:
        reason = form.cleaned_data["reason"]
        return recoveries.confirm_records(
            item=self.object, reason=reason, actor=self.actor, at=self.at
        )


class ValueForm(forms.Form):
    """What a thing is worth."""

    value = MoneyField(
        max_length=20, label="Value", required=False, help_text="In dollars; empty: not named."
    )


class SetValue(OfItem):
    """Say what a thing is worth, for the letter (C-4)."""

    permit = permits.RECOVERY_PURSUE
    title = "Value"
    sentence = "{}: what the letter names as its value."
    form_class = ValueForm
    done = "The value was noted."

    def act(self, form: Any) -> Any:
        value = form.cleaned_data["value"]
        return recoveries.set_value(
            item=self.object, value_cents=value, actor=self.actor, at=self.at
        )


class PaidForm(forms.Form):
    """The cashier's receipt."""

    reason = forms.CharField(label="Receipt", max_length=100)


class Paid(OfCharge):
    """Note that a charge was paid (C-4)."""

    permit = permits.RECOVERY_MANAGE
    title = "Paid"
    sentence = "{} was paid."
    form_class = PaidForm
    submit = "Note it"
    done = "It was noted as paid."

    def act(self, form: Any) -> Any:
        reference = form.cleaned_data["reason"]
        return recoveries.note_paid(
            charge=self.object, reference=reference, actor=self.actor, at=self.at
        )


class Asking(OfThing[T]):
    """Ask that something be let go."""

    permit = permits.RECOVERY_PURSUE
    title = "Let go"
    sentence = "{}: it is not pursued any longer, if a second person agrees."
    form_class = reason_form()
    submit = "Ask for it"
    done = "A second person decides on it."

    def act(self, form: Any) -> Any:
        reason = form.cleaned_data["reason"]
        return recoveries.ask_to_let_go(
            thing=self.object, reason=reason, actor=self.actor, at=self.at
        )


class Agreeing(OfThing[T]):
    """Agree, as the second person."""

    permit = permits.RECOVERY_PURSUE
    title = "Agree to let it go"
    sentence = "{}: it is not pursued any longer."
    submit = "Agree"
    look = "secondary"
    done = "It was let go."

    def consequences(self) -> Sequence[str]:
        asked = self.object.asked_by
        return (f"{asked} asked for it: {self.object.note}",) if asked else ()

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return recoveries.agree_to_let_go(thing=self.object, actor=self.actor, at=self.at)


class Keeping(OfThing[T]):
    """Keep it due."""

    permit = permits.RECOVERY_PURSUE
    title = "Keep it due"
    sentence = "{} stays due."
    submit = "Keep it due"
    done = "It stays due."

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return recoveries.keep_due(thing=self.object, actor=self.actor, at=self.at)


class AskItem(Asking[RecoveryItem], OfItem):
    pass


class AgreeItem(Agreeing[RecoveryItem], OfItem):
    pass


class KeepItem(Keeping[RecoveryItem], OfItem):
    pass


class AskCharge(Asking[RecoveryCharge], OfCharge):
    pass


class AgreeCharge(Agreeing[RecoveryCharge], OfCharge):
    pass


class KeepCharge(Keeping[RecoveryCharge], OfCharge):
    pass
