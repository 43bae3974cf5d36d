"""A holder who says that they do not have a device: somebody finds out where it is."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.actions import confirmations
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import denials
from quartermaster.lifecycle.models import Denial
from quartermaster.lifecycle.queries.denials import denials_visible_to, denials_waiting_for
from quartermaster.lifecycle.rules.denials import MOST_REMINDERS
from quartermaster.notify.models import Message
from tests.factories import losses
from tests.factories import returns as back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUSE = system("custody")


@pytest.fixture
def denial(cast, phone, ana, ida, at):
    asked = confirmations.ask_holders(device_ids=[phone.id], actor=ida, at=at)[0]
    confirmations.answer(
        confirmation_id=asked.id, said="not", note="Never had it", actor=ana, at=at
    )
    outbox.deliver_due(at)
    return Denial.objects.get()


def fresh(row):
    row.refresh_from_db()
    return row.state, row.closed_at is not None


@pytest.mark.clause("C-3", "G-11")
def test_a_denial_is_the_coordinators_to_clear_up(cast, denial, phone, at):
    assert (denial.device, denial.holder, denial.state) == (phone, cast.ana, "open")
    assert denial.due_at == at + 3 * DAY
    told = Message.objects.filter(about_id=str(denial.id)).values_list("recipient", flat=True)
    assert list(told) == ["cole@city.example"]
    waiting = {
        who: list(denials_waiting_for(cast.acting(getattr(cast, who))))
        for who in ("ana", "cole", "sue", "ida", "rex")
    }
    assert waiting == {"ana": [denial], "cole": [denial], "ida": [denial], "sue": [], "rex": []}
    assert list(denials_visible_to(cast.acting(cast.sue))) == [denial]
    assert not denials_visible_to(cast.acting(cast.rex)).exists()


@pytest.mark.clause("G-11")
def test_a_report_of_its_loss_clears_it_up(cast, denial, phone, at):
    losses.reported(phone, cast.acting(cast.cole), at + DAY)
    outbox.deliver_due(at + DAY)
    assert fresh(denial) == ("reported", True)
    assert denial.outcome == "Reported as lost."


@pytest.mark.clause("C-3")
def test_that_it_comes_back_clears_it_up(denial, phone, ana, ida, at):
    back.received(phone, ana, ida, at + DAY)
    outbox.deliver_due(at + DAY)
    assert fresh(denial) == ("moved", True)
    assert denial.outcome == "It is with ITMD."


@pytest.mark.clause("C-3")
def test_who_knows_says_that_they_have_it_after_all(cast, denial, phone, at):
    cole = cast.acting(cast.cole)
    for who in (cast.rex, cast.sue):
        with pytest.raises(Refused):
            denials.explain_denial(denial=denial, reason="Saw it", actor=cast.acting(who), at=at)
    with pytest.raises(InvalidInput):
        denials.explain_denial(denial=denial, reason=" ", actor=cole, at=at)
    denials.explain_denial(denial=denial, reason="It is in her van", actor=cole, at=at + DAY)
    assert fresh(denial) == ("explained", True)
    phone.refresh_from_db()
    assert (phone.confirmed_at, phone.holder) == (at + DAY, cast.ana)
    assert Entry.objects.get(tag="lifecycle.denial.explained").data["reason"] == "It is in her van"
    with pytest.raises(Conflict):
        denials.explain_denial(denial=denial, reason="Again", actor=cole, at=at)
    with pytest.raises(NotFound):
        denials.explain_denial(denial=Denial(id=phone.id), reason="No", actor=cole, at=at)


def test_a_denial_of_what_is_reported_or_elsewhere_by_then_opens_nothing(cast, phone, ana, ida, at):
    asked = confirmations.ask_holders(device_ids=[phone.id], actor=ida, at=at)[0]
    confirmations.answer(confirmation_id=asked.id, said="not", actor=ana, at=at)
    loss = losses.reported(phone, ana, at)
    outbox.deliver_due(at)
    assert not Denial.objects.exists()
    type(loss).objects.filter(id=loss.id).update(
        state="found", closed_at=at, found_at=at, found_where="Here", erase_at=None
    )
    inventory.unassign(device_id=phone.id, actor=HOUSE, at=at)
    assert denials.open_denial(confirmation_id=asked.id, actor=HOUSE, at=at) is None


def test_who_is_reminded_and_how_often(denial, at):
    assert denials.remind_denials(actor=HOUSE, at=at) == 0
    taken = [denials.remind_denials(actor=HOUSE, at=at + n * DAY) for n in range(3, 30)]
    assert sum(taken) == MOST_REMINDERS
    assert Message.objects.filter(about_id=str(denial.id)).count() == 1 + MOST_REMINDERS


@pytest.mark.parametrize(
    "wrong",
    [{"state": "moved"}, {"state": "lost"}, {"state": "explained", "remind_at": None}],
)
def test_the_database_holds_it_together(denial, at, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Denial.objects.filter(id=denial.id).update(**wrong)
