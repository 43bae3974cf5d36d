"""The page on which a person puts a credit to a dispute that it does not name."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import Dispute
from quartermaster.billing.queries.credits import FreeCredit, free_credits
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.kernel.money import dollars
from quartermaster.web.bills.disputes import OfDispute


class CreditForm(forms.Form):
    credit = forms.TypedChoiceField(label="Credit", coerce=UUID, widget=forms.RadioSelect)

    def __init__(self, *args: Any, dispute: Dispute, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["credit"].choices = [  # type: ignore[attr-defined]
            (str(credit.charge.pk), _words(credit)) for credit in free_credits(dispute)
        ]


class PutCredit(OfDispute):
    """Put a credit that names no dispute to one (G-12)."""

    title = "Put a credit to it"
    form_class = CreditForm
    submit = "Put it to this dispute"
    done = "The credit is put to {}."

    def explain(self) -> str:
        row = self.object
        owed = dollars(row.outstanding_cents)
        if not free_credits(row):
            return f"{owed} is outstanding. No later invoice of this account has a free credit."
        return f"{owed} is outstanding. These are the credits of later invoices of this account."

    def consequences(self) -> Sequence[str]:
        return (
            "What is asked back of the credit's number comes first; no more is put than is owed.",
            "Where the invoice with the credit is replaced, it is owed again.",
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"dispute": self.object}

    def act(self, form: Any) -> Dispute:
        return invoices.put_credit(
            dispute=self.object,
            charge_id=form.cleaned_data["credit"],
            actor=self.actor,
            at=self.at,
        )


def _words(credit: FreeCredit) -> str:
    charge = credit.charge
    about = pretty_number(credit.number) if credit.number else "the account"
    whole = "" if credit.cents == -charge.cents else f" of {dollars(-charge.cents)}"
    left = f"{dollars(credit.cents)}{whole}"
    return f"{left}: {charge.description}, {about}, invoice {charge.invoice.number}"
