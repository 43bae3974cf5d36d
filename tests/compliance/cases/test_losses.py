"""A loss for which ITMD holds somebody responsible becomes a prepared case; a person confirms."""

from datetime import timedelta

import pytest

from quartermaster.compliance import actions
from quartermaster.compliance.actions.cases.losses import prepare_loss_case
from quartermaster.compliance.models import Case, Finding
from quartermaster.jobs import outbox
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.rules.losses import Responsibility
from tests.factories import losses

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")
DAY = timedelta(days=1)


def decided(cast, at, responsibility):
    ana, ida = cast.acting(cast.ana), cast.acting(cast.ida)
    loss = losses.reported(losses.phone(cast.ana, at), ana, at)
    verbs.state_side(loss=loss, text="My bag was torn.", actor=ana, at=at)
    verbs.decide_responsibility(
        loss=loss, responsibility=responsibility, reason="Left it twice", actor=ida, at=at
    )
    outbox.deliver_due(at)
    return loss


@pytest.mark.clause("G-11", "C-1", "E-1")
@pytest.mark.parametrize(
    ("responsibility", "trigger"),
    [(Responsibility.CARELESS, "serious"), (Responsibility.REPEATED, "repeated")],
)
def test_a_careless_loss_is_prepared_and_waits_for_a_person(cast, at, responsibility, trigger):
    loss = decided(cast, at, responsibility)
    case = Case.objects.get()
    assert (case.state, case.trigger, case.holder) == ("prepared", trigger, cast.ana)
    assert [item["text"] for item in case.evidence["said"]] == ["My bag was torn."]
    assert "Left it twice" in case.evidence["facts"]["observed"]
    assert prepare_loss_case(loss_id=loss.id, actor=HOUSE, at=at) is None
    assert Case.objects.count() == 1


@pytest.mark.clause("G-11")
def test_nobody_is_to_blame_so_nothing_is_prepared(cast, at):
    decided(cast, at, Responsibility.NONE)
    assert not Case.objects.exists()


@pytest.mark.clause("G-11")
def test_an_evaluation_does_not_end_what_people_found(cast, at):
    loss = decided(cast, at, Responsibility.CARELESS)
    actions.evaluate_device(device=loss.device, actor=HOUSE, at=at + DAY)
    actions.forget_device(device=loss.device, reason="Gone", actor=HOUSE, at=at + DAY)
    assert Finding.objects.get(clause="G-11", case__isnull=False).closed_at is None
    assert Case.objects.get().state == "prepared"
