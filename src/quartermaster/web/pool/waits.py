"""Loans whose next step is the reader's."""

from django.urls import reverse

from quartermaster.lifecycle.calendar import evening_of
from quartermaster.lifecycle.models import Loan
from quartermaster.lifecycle.queries.loans import lending, loans_of, with_borrower
from quartermaster.lifecycle.request_permits import LOAN_LEND, LOAN_RESERVE
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

_DO = {"lend": "Lend", "overdue": "Have it brought back"}


@waits("Hot-spots to lend, or not back", permit=LOAN_LEND, order=32)
def to_lend(request: HouseRequest) -> Steps:
    """What is collected today, and what is overdue (G-8)."""
    for what, rows in lending(request.actor, request.at).items():
        for loan in rows if (yield rows) else ():
            yield _wait(f"{_DO[what]}: {loan}", loan)


@waits("Hot-spots to bring back", permit=LOAN_RESERVE, order=34)
def to_bring_back(request: HouseRequest) -> Steps:
    """What the reader has on loan (G-8)."""
    if request.actor.person_id is None:
        return
    rows = with_borrower(loans_of(request.actor.person_id))
    if not (yield rows):
        return
    for loan in rows.select_related("hotspot", "person").order_by("ends_on"):
        yield _wait(f"Bring back: {loan.hotspot}", loan)


def _wait(title: str, loan: Loan) -> Wait:
    address = reverse("pool:loan", kwargs={"key": loan.pk})
    return Wait(title, address, evening_of(loan.ends_on), loan.purpose)
