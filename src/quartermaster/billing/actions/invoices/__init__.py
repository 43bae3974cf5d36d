"""What is done with carriers' invoices and what is found in them."""

from quartermaster.billing.actions.invoices.allocating import allocate_invoice
from quartermaster.billing.actions.invoices.approving import approve_invoice
from quartermaster.billing.actions.invoices.crediting import see_credits
from quartermaster.billing.actions.invoices.deciding import accept, dispute, explain, take_back
from quartermaster.billing.actions.invoices.disputing import (
    drop_dispute,
    note_answer,
    remind_of_disputes,
    send_dispute,
)
from quartermaster.billing.actions.invoices.keeping import keep_invoice
from quartermaster.billing.actions.invoices.matching import match_again, match_invoice
from quartermaster.billing.actions.invoices.periods import (
    close_period,
    set_cost_account,
    set_sharing_rule,
)
from quartermaster.billing.actions.invoices.personal import (
    end_personal_number,
    enter_personal_number,
)
from quartermaster.billing.actions.invoices.putting import put_credit

__all__ = [
    "accept",
    "allocate_invoice",
    "approve_invoice",
    "close_period",
    "dispute",
    "drop_dispute",
    "end_personal_number",
    "enter_personal_number",
    "explain",
    "keep_invoice",
    "match_again",
    "match_invoice",
    "note_answer",
    "put_credit",
    "remind_of_disputes",
    "see_credits",
    "send_dispute",
    "set_cost_account",
    "set_sharing_rule",
    "take_back",
]
