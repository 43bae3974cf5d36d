"""Fifty want the last hot-spot: one has it, and the others are named so."""

import pytest

from quartermaster.lifecycle.actions import loans
from quartermaster.lifecycle.models import Loan, LoanDay
from tests.factories import loans as make
from tests.factories.org import PersonFactory
from tests.races import at_once, named

pytestmark = pytest.mark.django_db(transaction=True)


def reserving(cast, at, **more):
    return lambda: str(make.reserved(cast, at, **more).id)


@pytest.mark.clause("G-8")
def test_fifty_reserve_the_last_hotspot_and_one_has_it(cast, at):
    make.hotspot(cast, at)
    people = [PersonFactory(department=cast.water) for _ in range(50)]
    answers = named(at_once(*[reserving(cast, at, person=person) for person in people]))
    loan = Loan.objects.get()
    assert answers.count("NoneFree") == 49
    assert str(loan.id) in answers
    assert LoanDay.objects.count() == 3


@pytest.mark.clause("G-8")
def test_spans_that_overlap_share_no_day(cast, at):
    make.hotspot(cast, at)
    make.hotspot(cast, at)
    people = [PersonFactory(department=cast.water) for _ in range(8)]
    spans = [
        reserving(cast, at, person=person, first=number % 4, last=number % 4 + 2)
        for number, person in enumerate(people)
    ]
    kept = set(named(at_once(*spans))) - {"NoneFree"}
    assert kept == {str(key) for key in Loan.objects.values_list("id", flat=True)}
    assert LoanDay.objects.count() == 3 * len(kept)
    assert len(kept) >= 1


@pytest.mark.clause("G-8")
def test_lent_or_called_off_and_never_both(cast, at):
    make.hotspot(cast, at)
    loan = make.reserved(cast, at)
    ida, ana = cast.acting(cast.ida), cast.acting(cast.ana)
    answers = at_once(
        lambda: loans.lend(loan=loan, signed_name="Ana Reyes", actor=ida, at=at).state,
        lambda: loans.cancel_loan(loan=loan, reason="Rain.", actor=ana, at=at).state,
    )
    state = Loan.objects.get().state
    assert sorted(named(answers)) == sorted(["Conflict", state])
