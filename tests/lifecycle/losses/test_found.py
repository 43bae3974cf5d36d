"""A found device is not erased by what was not sent; lines and lost mode come back (G-11)."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.models import Replacement
from quartermaster.mdm import destruction
from quartermaster.mdm.models import Command, DestructiveTarget
from quartermaster.mdm.queries import enrolment_now
from tests.factories import destruction as erase
from tests.factories import inventory as make
from tests.factories import losses

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("losses")
HOUR = timedelta(hours=1)


def tick(at):
    outbox.deliver_due(at)
    verbs.take_loss_steps(actor=HOUSE, at=at)


def found(loss, actor, at, whither=verbs.Whither.HOLDER):
    made = verbs.mark_found(loss=loss, where="Lost property", whither=whither, actor=actor, at=at)
    loss.device.refresh_from_db()
    loss.refresh_from_db()
    return made


@pytest.mark.clause("G-11")
def test_found_before_anything_was_sent_it_is_not_erased(loss, phone, ida, ben, ana, at):
    verbs.ask_erasure(loss=loss, reason="Not found", actor=ida, at=at)
    loss.refresh_from_db()
    erase.approved(loss.erasure, ben, at)
    found(loss, ana, at + timedelta(seconds=30))
    phone.refresh_from_db()
    assert (loss.state, phone.status, phone.holder_id) == ("found", "assigned", ana.person_id)
    destruction.release_due(at + 2 * HOUR)
    tick(at + 3 * HOUR)
    assert not Command.objects.filter(kind="EraseDevice").exists()
    assert DestructiveTarget.objects.get().state == "withdrawn"
    assert [c.kind for c in Command.objects.filter(state="queued")] == ["DisableLostMode"]
    assert not loss.steps.filter(state="open").exists()


@pytest.mark.clause("G-11")
def test_an_erasure_asked_for_in_another_way_is_stopped_as_well(loss, phone, ida, ana, at):
    erase.asked([enrolment_now(phone.id)], ida, at)
    found(loss, ana, at)
    assert DestructiveTarget.objects.get().state == "withdrawn"
    assert loss.state == "found"


@pytest.mark.clause("G-11")
def test_what_waits_for_the_device_is_taken_back(loss, ida, ben, ana, at):
    verbs.ask_erasure(loss=loss, reason="Not found", actor=ida, at=at)
    loss.refresh_from_db()
    losses.sent(loss, ben, at)
    assert Command.objects.get(kind="EraseDevice").state == "queued"
    found(loss, ana, at + HOUR)
    assert (Command.objects.get(kind="EraseDevice").state, loss.state) == ("cancelled", "found")


@pytest.mark.clause("G-11")
def test_what_the_device_was_given_is_said_honestly(loss, phone, ida, ben, ana, at):
    verbs.ask_erasure(loss=loss, reason="Not found", actor=ida, at=at)
    loss.refresh_from_db()
    losses.sent(loss, ben, at)
    Command.objects.filter(kind="EraseDevice").update(state="sent", sent_at=at + HOUR)
    found(loss, ana, at + 2 * HOUR)
    assert loss.state == "found_late"
    assert loss.closing == "It had been given the order to erase. Look whether it is empty."


@pytest.mark.clause("G-11")
def test_found_after_it_said_that_it_was_erased(loss, phone, ida, ben, at):
    verbs.ask_erasure(loss=loss, reason="Not found", actor=ida, at=at)
    loss.refresh_from_db()
    losses.sent(loss, ben, at)
    losses.answered(phone, at + HOUR)
    tick(at + HOUR)
    losses.carrier_says_so(loss, at + HOUR)
    assert losses.line_of(phone).status == "suspended"
    found(loss, ida, at + 2 * HOUR, verbs.Whither.STOCK)
    phone.refresh_from_db()
    assert (loss.state, phone.status, phone.quarantined) == ("found_late", "in_stock", True)
    assert losses.line_of(phone).status == "suspended"
    losses.carrier_says_so(loss, at + 3 * HOUR, "restore")
    assert losses.line_of(phone).status == "active"


@pytest.mark.clause("G-11")
def test_a_replacement_that_was_chosen_is_free_again(loss, ida, ana, at):
    spare = make.DeviceFactory(model=loss.device.model)
    verbs.choose_replacement(loss=loss, device_id=spare.id, needs=[], actor=ida, at=at)
    found(loss, ana, at)
    replaced = Replacement.objects.get()
    assert (replaced.state, replaced.device) == ("none", None)


def test_who_says_that_it_is_found(loss, cast, ana, ida, at):
    with pytest.raises(Refused):
        found(loss, cast.acting(cast.rex), at)
    with pytest.raises(Refused):
        found(loss, ana, at, verbs.Whither.STOCK)
    with pytest.raises(InvalidInput, match="where it was found"):
        verbs.mark_found(loss=loss, where=" ", actor=ana, at=at)
    found(loss, cast.acting(cast.sue), at)
    with pytest.raises(Conflict):
        found(loss, ida, at)
    with pytest.raises(Conflict):
        verbs.ask_erasure(loss=loss, reason="All the same", actor=ida, at=at)


@pytest.mark.clause("G-11")
def test_found_and_released_at_once_one_wins_and_the_case_says_which(loss, ida, ben, ana, at):
    verbs.ask_erasure(loss=loss, reason="Not found", actor=ida, at=at)
    loss.refresh_from_db()
    erase.approved(loss.erasure, ben, at)
    barrier = Barrier(2)

    def apart(work):
        def run():
            barrier.wait()
            try:
                work()
            finally:
                connection.close()

        return Thread(target=run)

    both = [
        apart(lambda: destruction.release_due(at + HOUR)),
        apart(lambda: verbs.mark_found(loss=loss, where="Desk", actor=ana, at=at + HOUR)),
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    loss.refresh_from_db()
    waiting = Command.objects.filter(kind="EraseDevice", state__in=["queued", "sent", "deferred"])
    assert (loss.state, waiting.count()) == ("found", 0)
