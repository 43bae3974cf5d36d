"""The pages of losses: who sees what, and the way from the report to its end."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from quartermaster.kernel.clock import now
from quartermaster.lifecycle.models import Loss, LossStep
from tests.factories import destruction, losses
from tests.factories import inventory as make
from tests.factories.cases import Role, with_role
from tests.web.suites import QueryBudget, RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing):
    return reverse(f"losses:{name}", kwargs={"key": thing.pk})


def body(answer):
    return answer.content.decode()


def told(**more):
    seen = timezone.localtime(now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    return {"kind": "lost", "happened_at": seen, "place": "Depot", "story": "It is gone.", **more}


class TestLosses(RoomViewTests):
    list_name = "losses:losses"
    detail_name = "losses:loss"
    seen_by = {
        "ana": {"own"},
        "cole": {"own"},
        "sue": {"own"},
        "ida": {"own", "other"},
        "rex": {"other"},
    }

    def things(self, cast, at):
        own = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
        other = losses.reported(losses.phone(cast.rex, at), cast.acting(cast.rex), at)
        return {"own": own, "other": other}


@pytest.mark.clause("G-11")
def test_an_employee_reports_without_the_phone_and_finds_it(logged_in, cast, at):
    phone = losses.phone(cast.ana, at)
    ana = logged_in(cast.ana)
    assert phone.asset_tag in body(ana.get(reverse("losses:report")))
    page = body(ana.get(to("report-device", phone)))
    assert "it is locked at once" in page
    assert "caller_check" not in page
    assert ana.post(to("report-device", phone), told(story="")).status_code == 422
    answer = ana.post(to("report-device", phone), told())
    loss = Loss.objects.get()
    assert answer.url == to("loss", loss)
    shown = body(ana.get(answer.url))
    assert "Being looked for" in shown
    assert to("found", loss) in shown
    assert to("erase", loss) not in shown
    for name in ("erase", "locate", "police", "decide", "repair"):
        assert ana.get(to(name, loss)).status_code == 403
    ana.post(to("found", loss), {"where": "In the van"})
    loss.refresh_from_db()
    assert loss.state == "found"


@pytest.mark.clause("G-11")
def test_the_help_desk_says_how_it_knows_the_caller(logged_in, cast, at):
    phone = losses.phone(cast.ana, at)
    desk = logged_in(with_role(cast, Role.ITMD_HELPDESK, "Hugo Marsh"))
    assert desk.post(to("report-device", phone), told()).status_code == 422
    desk.post(to("report-device", phone), told(caller_check="Called back"))
    assert Loss.objects.get().caller_check == "Called back"


@pytest.mark.clause("G-11")
def test_itmd_takes_the_steps_by_its_buttons(logged_in, cast, at):
    destruction.account(cast.ida)
    loss = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at, "stolen")
    ida = logged_in(cast.ida)
    page = body(ida.get(to("loss", loss)))
    for name in ("found", "erase", "erase-later", "police", "decide", "replace"):
        assert f'href="{to(name, loss)}"' in page, name
    ida.post(to("police", loss), {"number": "MPD-1", "reported_on": "2026-11-24"})
    ida.post(to("erase", loss), {"reason": "Stolen out of a locked car"})
    loss.refresh_from_db()
    assert (loss.police_number, loss.state) == ("MPD-1", "erasing")
    assert "Needs a second person" in body(ida.get(to("loss", loss)))
    order = losses.order_for(loss)
    assert f'href="/line-orders/{order.pk}/"' in body(ida.get(to("loss", loss)))
    ida.post(f"/line-orders/{order.pk}/send-now/", {"reason": "Calls abroad"})
    ida.post(f"/line-orders/{order.pk}/confirm/", {"reference": "LW-9"})
    order.refresh_from_db()
    assert (order.state, order.reference) == ("confirmed", "LW-9")
    story = body(ida.get(to("loss", loss)))
    assert "confirmed by the carrier" in story
    assert "the erasure was not waited for" in story
    early = ida.post(to("decide", loss), {"responsibility": "none", "reason": "A thief"})
    assert (early.status_code, "may still state their side" in body(early)) == (409, True)
    logged_in(cast.ana).post(to("side", loss), {"reason": "The window was broken."})
    ida.post(to("decide", loss), {"responsibility": "none", "reason": "A thief"})
    assert "The window was broken." in body(logged_in(cast.ida).get(to("loss", loss)))
    assert "The window was broken." not in body(logged_in(cast.cole).get(to("loss", loss)))


@pytest.mark.clause("G-11")
def test_a_replacement_is_ranked_and_chosen(logged_in, cast, at):
    loss = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    good = make.DeviceFactory(model=loss.device.model)
    poor = make.DeviceFactory(model=make.DeviceModelFactory(capabilities=["LTE"]))
    ida = logged_in(cast.ida)
    page = body(ida.get(to("replace", loss)))
    assert page.index(good.asset_tag) < page.index(poor.asset_tag)
    again = body(ida.get(to("replace", loss), {"rank": "1", "needs": "LTE"}))
    assert again.index(poor.asset_tag) < again.index(good.asset_tag)
    lacking = ida.post(to("replace", loss), {"needs": ["5G"], "device": poor.pk})
    assert lacking.status_code == 422
    ida.post(to("replace", loss), {"needs": ["5G"], "device": good.pk})
    assert loss.replacement.device == good
    ida.post(to("order", loss), {"needs": ["rugged"], "reason": "Wet shafts"})
    loss.refresh_from_db()
    assert loss.replacement.state == "ordered"
    ida.post(to("no-replacement", loss), {"reason": "The post ends"})
    loss.refresh_from_db()
    assert loss.replacement.state == "none"


@pytest.mark.clause("G-11")
def test_damage_goes_to_repair_and_back(logged_in, cast, at):
    loss = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at, "damaged")
    ida = logged_in(cast.ida)
    due = localdate(now() + timedelta(days=5)).isoformat()
    wrong = ida.post(to("repair", loss), {"vendor": "Fix It", "cost": "much", "due_on": due})
    assert wrong.status_code == 422
    ida.post(to("repair", loss), {"vendor": "Fix It", "cost": "89.50", "due_on": due})
    loss.refresh_from_db()
    assert (loss.state, loss.cost_cents) == ("in_repair", 89_50)
    ida.post(to("repaired", loss), {"note": "New screen", "whither": "holder"})
    loss.refresh_from_db()
    assert loss.state == "repaired"
    other = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at, "damaged")
    ida.post(to("give-up", other), {"reason": "The board is broken"})
    other.refresh_from_db()
    assert other.state == "beyond_repair"


def test_a_personal_device_is_told_what_does_not_happen(logged_in, cast, at):
    own = make.PersonalDeviceFactory(holder=cast.ana)
    ana = logged_in(cast.ana)
    page = body(ana.get(to("report-device", own)))
    assert "neither locks nor locates nor erases" in page
    assert 'value="damaged"' not in page
    ana.post(to("report-device", own), told())
    loss = Loss.objects.get()
    logged_in(cast.ida).post(to("close", loss), {"reason": "Not found"})
    loss.refresh_from_db()
    assert loss.state == "closed"


def test_rex_sees_and_does_nothing(logged_in, cast, at):
    loss = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    rex = logged_in(cast.rex)
    for name in ("loss", "found", "side"):
        assert rex.get(to(name, loss)).status_code == 404
    other = losses.phone(cast.sue, at)
    assert rex.get(to("report-device", other)).status_code == 404
    assert other.asset_tag not in body(rex.get(reverse("losses:report")))


def test_a_case_keeps_to_its_queries_and_its_steps_stand_on_the_dashboard(logged_in, cast, at):
    loss = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    ida = logged_in(cast.ida)
    with QueryBudget(60):
        page = body(ida.get(to("loss", loss)))
    assert "Decide on the erasure" in page
    LossStep.objects.update(due_at=at)
    assert "Steps of losses waiting for you" in body(ida.get("/"))
    panel = body(ida.get(reverse("inventory:device", kwargs={"key": loss.device_id})))
    assert to("loss", loss) in panel
