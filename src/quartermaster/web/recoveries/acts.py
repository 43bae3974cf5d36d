"""The verbs on a recovery as a whole."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.lifecycle import recovery_permits as permits
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.models import Recovery
from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.web.org.forms import day
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.fields import MoneyField, reason_form


class OfRecovery(ActPage[Recovery]):
    """What the verbs share."""

    thing = "recovery"

    def rows(self) -> QuerySet[Recovery]:
        return queries.recoveries_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        page = reverse("recoveries:recovery", kwargs={"key": self.object.pk})
        return (
            Crumb("Leavers", reverse("recoveries:recoveries")),
            Crumb(self.object.person.name, page),
        )


class ChargeForm(forms.Form):
    """One charge."""

    title = forms.CharField(label="What it is", max_length=200)
    amount = MoneyField(max_length=20, label="Amount", help_text="In dollars, such as 42.50.")
    from_on = day("From")
    until_on = day("Until")
    invoice = forms.CharField(label="Number of the invoice", max_length=60, required=False)


class AddCharge(OfRecovery):
    """Add a charge that was incurred after the last day (C-4)."""

    permit = permits.RECOVERY_MANAGE
    title = "Add a charge"
    sentence = "{}: what was incurred after the last day."
    form_class = ChargeForm
    submit = "Add"
    done = "The charge was added."

    def act(self, form: Any) -> Any:
        given = form.cleaned_data
        return recoveries.add_charge(
            recovery=self.object,
            title=given["title"],
            amount_cents=given["amount"],
            from_on=given["from_on"],
            until_on=given["until_on"],
            invoice=given["invoice"],
            actor=self.actor,
            at=self.at,
        )


class DemandForm(forms.Form):
    """Where the letter goes, and until when it is answered."""

    reason = forms.CharField(
        label="Postal address", max_length=300, widget=forms.Textarea({"rows": 4})
    )
    email = forms.EmailField(
        label="Private e-mail",
        required=False,
        help_text="If it is known, the letter is sent there, too.",
    )
    pay_until = day("To be answered by")


class Demand(OfRecovery):
    """Demand what is owed in writing (C-4)."""

    permit = permits.RECOVERY_PURSUE
    title = "Write a letter"
    sentence = "{}: everything that is owed now, in a letter to print and sign."
    form_class = DemandForm
    submit = "Write the letter"
    done = "The letter was written. Print it from this page."

    def initial(self) -> dict[str, Any]:
        last = self.object.letters.filter(kind="demand").last()
        return {
            "pay_until": localdate(self.at) + timedelta(days=14),
            "reason": last.address if last else "",
            "email": last.email if last else "",
        }

    def consequences(self) -> Sequence[str]:
        return (
            "The letter is kept as it is made, and is part of the package for the City Attorney.",
            "When the day passes without an answer, ITMD is told.",
        )

    def act(self, form: Any) -> Any:
        given = form.cleaned_data
        return recoveries.demand(
            recovery=self.object,
            address=given["reason"],
            email=given["email"],
            pay_until=given["pay_until"],
            actor=self.actor,
            at=self.at,
        )


class HandOver(OfRecovery):
    """Hand a recovery to the City Attorney (C-4)."""

    permit = permits.RECOVERY_PURSUE
    title = "Hand to the City Attorney"
    sentence = "{}: a package is made with everything that is known."
    form_class = reason_form()
    submit = "Hand over"
    look = "secondary"
    done = "The package was made. Download it from this page."

    def consequences(self) -> Sequence[str]:
        return (
            "It has the things and charges, the letters, the mail and the entries of the ledger.",
            "Each part's digest stands in it.",
        )

    def act(self, form: Any) -> Any:
        reason = form.cleaned_data["reason"]
        return recoveries.hand_over(
            recovery=self.object, reason=reason, actor=self.actor, at=self.at
        )


class Close(OfRecovery):
    """Close a recovery of which nothing is owed any longer (C-4)."""

    permit = permits.RECOVERY_MANAGE
    title = "Close"
    sentence = "{}: nothing is owed any longer."
    form_class = reason_form()
    submit = "Close"
    done = "It is closed."

    def act(self, form: Any) -> Any:
        reason = form.cleaned_data["reason"]
        return recoveries.close(recovery=self.object, reason=reason, actor=self.actor, at=self.at)
