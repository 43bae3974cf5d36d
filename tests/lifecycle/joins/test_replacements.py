"""What is to be ordered in place of a lost device goes the way of every request."""

from datetime import timedelta

import pytest

from quartermaster.jobs import outbox
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.errors import AlreadyReserved
from quartermaster.lifecycle.models import LossStep, Replacement, Request
from quartermaster.lifecycle.queries.losses import candidates_for, replacements_to_hand_out
from quartermaster.lifecycle.queries.requests import devices_free_for
from quartermaster.notify.models import Message
from quartermaster.org.actions import set_coverage
from quartermaster.org.rules.details import CoverageDecision
from tests.factories import handovers
from tests.factories import requests as ask

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ordered(loss, ida, at, needs=("5G",)):
    verbs.order_replacement(
        loss=loss, needs=list(needs), reason="None in stock can", actor=ida, at=at
    )
    outbox.deliver_due(at)
    return Replacement.objects.get(loss=loss)


@pytest.mark.clause("G-11", "G-7")
def test_a_wanted_replacement_is_requested_by_what_the_work_takes(cast, loss, ida, at):
    row = ordered(loss, ida, at)
    request = Request.objects.get()
    assert row.request == request
    assert (request.person, request.asker, request.state) == (cast.ana, cast.ana, "asked")
    assert request.need == f"In place of {loss.device.asset_tag}, lost: None in stock can"
    item = request.items.get()
    assert (item.kind, item.device_class, item.capabilities) == ("device", "smartphone", ["5G"])
    told = Message.objects.filter(about_id=str(request.id)).values_list("recipient", flat=True)
    assert set(told) == {"ana@city.example", "cole@city.example"}
    outbox.deliver_due(at)  # again: nothing more is asked
    assert Request.objects.count() == 1


@pytest.mark.clause("G-11")
def test_stock_that_came_in_the_meantime_is_offered_first_and_ends_the_case_as_given(
    cast, loss, ida, at
):
    row = ordered(loss, ida, at)
    fits = ask.phone_in_stock("5G", "camera", department=cast.water, platform="android")
    ask.phone_in_stock("camera", department=cast.water)
    assert list(devices_free_for(row.request.items.get())) == [fits]
    requests.recommend(request=row.request, actor=cast.acting(cast.cole), at=at)
    requests.authorise(
        request=row.request, supplies=ask.supplies(row.request, fits), actor=ida, at=at
    )
    ready = handovers.prepared(cast.ana, at, fits)
    handovers.signed(ready, at)
    outbox.deliver_due(at)
    row.refresh_from_db()
    assert (row.state, row.device, row.given_at) == ("given", fits, at)
    row.request.refresh_from_db()
    assert row.request.state == "fulfilled"


@pytest.mark.clause("G-11")
def test_an_open_request_for_the_same_is_gone_on_with(cast, loss, ida, at):
    open_ = ask.asked(cast, at, {**ask.PHONE, "capabilities": ["5G", "camera"]})
    assert ordered(loss, ida, at).request == open_
    assert Request.objects.count() == 1
    verbs.mark_found(loss=loss, where="Under the seat", actor=ida, at=at)
    open_.refresh_from_db()
    assert open_.state == "asked"  # it was there before, and stays


@pytest.mark.clause("G-11")
def test_one_that_asks_for_less_is_another_matter(cast, loss, ida, at):
    less = ask.asked(cast, at)
    assert ordered(loss, ida, at).request != less


@pytest.mark.clause("G-11")
def test_found_again_nothing_is_asked_for_any_longer(loss, ida, at):
    row = ordered(loss, ida, at)
    request = row.request
    verbs.mark_found(loss=loss, where="Under the seat", actor=ida, at=at + DAY)
    request.refresh_from_db()
    row.refresh_from_db()
    assert (request.state, request.closing_reason) == ("withdrawn", "The device was found.")
    assert (row.state, row.request) == ("none", None)
    outbox.deliver_due(at + DAY)
    assert not LossStep.objects.filter(loss=loss, kind="replace", state="open").exists()


@pytest.mark.clause("G-11", "G-7")
def test_what_the_department_declines_leaves_the_choice_open_again(cast, loss, ida, at):
    row = ordered(loss, ida, at)
    assert not LossStep.objects.filter(loss=loss, kind="replace", state="open").exists()
    requests.decline(
        request=row.request, reason="A tablet will do", actor=cast.acting(cast.cole), at=at
    )
    outbox.deliver_due(at)
    row.refresh_from_db()
    assert (row.state, row.request) == ("ordered", None)
    assert LossStep.objects.filter(loss=loss, kind="replace", state="open").exists()


@pytest.mark.clause("S-3")
def test_for_an_excluded_department_nothing_is_asked_and_itmd_chooses(cast, loss, ida, at):
    set_coverage(
        department_id=cast.water.id,
        decision=CoverageDecision(coverage="excluded", reason="Public safety"),
        actor=ida,
        at=at,
    )
    outbox.deliver_due(at)
    assert ordered(loss, ida, at).request is None
    assert not Request.objects.exists()
    assert LossStep.objects.filter(loss=loss, kind="replace", state="open").exists()


@pytest.mark.clause("G-11", "G-8")
def test_a_device_chosen_instead_goes_to_nobody_else(cast, loss, ida, at):
    chosen = ask.phone_in_stock("5G", department=cast.water, platform="android")
    verbs.choose_replacement(loss=loss, device_id=chosen.id, needs=["5G"], actor=ida, at=at)
    assert [row.device for row in replacements_to_hand_out(ida)] == [chosen]
    assert not replacements_to_hand_out(cast.acting(cast.cole)).exists()
    for_sue = ask.asked(cast, at, person=cast.sue)
    assert chosen not in devices_free_for(for_sue.items.get())
    with pytest.raises(AlreadyReserved, match="as a replacement"):
        handovers.prepared(cast.sue, at, chosen)


@pytest.mark.clause("G-8")
def test_what_is_made_ready_or_in_the_pool_replaces_nothing(cast, loss, at):
    ready = ask.phone_in_stock("5G", department=cast.water)
    assert [item.offer.device_id for item in candidates_for(loss, ["5G"])] == [ready.id]
    handovers.prepared(cast.sue, at, ready)
    assert candidates_for(loss, ["5G"]) == []
