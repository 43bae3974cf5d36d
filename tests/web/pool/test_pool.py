"""The pages of the hot-spot pool: the calendar, and a loan there and back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from quartermaster.lifecycle.actions import loans
from quartermaster.lifecycle.models import Loan, PoolHotspot
from tests.factories import loans as make
from tests.factories.inventory import HotspotFactory
from tests.web.suites import RoomViewTests

DAY = timedelta(days=1)


@pytest.fixture
def now():
    """The pages have a clock of their own."""
    return timezone.now()


def address(name, loan):
    return reverse(f"pool:{name}", kwargs={"key": loan.pk})


class TestLoans(RoomViewTests):
    list_name = "pool:loans"
    detail_name = "pool:loan"
    seen_by = {
        "ana": {"ana"},
        "sue": {"ana"},
        "cole": {"ana"},
        "ida": {"ana", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        make.hotspot(cast, at)
        make.hotspot(cast, at)
        return {"ana": make.reserved(cast, at), "rex": make.reserved(cast, at, person=cast.rex)}


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_reserved_lent_kept_longer_and_brought_back(logged_in, cast, now):
    make.hotspot(cast, now)
    today = timezone.localdate(now)
    form = {
        "starts_on": today.isoformat(),
        "ends_on": (today + DAY).isoformat(),
        "purpose": "A street festival.",
        "hotspot": "",
    }
    ana, ida = logged_in(cast.ana), logged_in(cast.ida)
    answer = ana.post(reverse("pool:reserve"), form)
    loan = Loan.objects.get()
    assert answer.url == address("loan", loan)
    assert "Lend: Mi-Fi 1 for Ana Reyes" in ida.get(reverse("waiting:mine")).content.decode()
    assert ida.post(address("lend", loan), {"signed_name": "Ana"}).status_code == 422
    assert ida.post(address("lend", loan), {"signed_name": "ana reyes"}).status_code == 302
    assert "Bring back: Mi-Fi 1" in ana.get(reverse("waiting:mine")).content.decode()
    later = {"ends_on": (today + 5 * DAY).isoformat()}
    assert ana.post(address("extend", loan), later).status_code == 302
    back = {"condition": "good", "reset_steps": ["factory_reset"]}
    assert ida.post(address("return", loan), back).status_code == 422
    back["reset_steps"] = list(make.EVERY_STEP)
    assert ida.post(address("return", loan), back).status_code == 302
    loan.refresh_from_db()
    assert (loan.state, loan.ends_on) == ("returned", today + 5 * DAY)
    assert "Brought back" in ana.get(address("loan", loan)).content.decode()


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_the_calendar_names_whom_one_may_see_and_offers_free_days(logged_in, cast, now):
    pooled = make.hotspot(cast, now)
    make.reserved(cast, now, first=1, last=2)
    for person, named in ((cast.ana, True), (cast.cole, True), (cast.ida, True), (cast.rex, False)):
        page = logged_in(person).get(reverse("pool:calendar")).content.decode()
        assert ("Ana Reyes" in page, "Taken" in page) == (named, not named)
        assert f"hotspot={pooled.pk}" in page
    context = logged_in(cast.ana).get(reverse("pool:calendar")).context
    [(hotspot, cells)] = context["rows"]
    assert hotspot == pooled
    assert sum(cell.days for cell in cells) == len(context["days"]) == 28
    assert sum(cell.days for cell in cells if cell.state == "reserved") == 2


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["x", "2026-13-40", "9999-12-31", "0001-01-01", "\x00", "²"])
def test_odd_weeks_are_this_week(logged_in, cast, odd):
    plain = logged_in(cast.ana).get(reverse("pool:calendar")).context["days"]
    shown = logged_in(cast.ana).get(reverse("pool:calendar"), {"from": odd})
    assert (shown.status_code, shown.context["days"]) == (200, plain)


@pytest.mark.django_db
@pytest.mark.clause("S-3")
def test_what_cannot_be_reserved_is_said(logged_in, cast, now):
    make.hotspot(cast, now)
    today = timezone.localdate(now)
    make.reserved(cast, now, first=0, last=3)
    form = {
        "starts_on": today.isoformat(),
        "ends_on": (today + DAY).isoformat(),
        "purpose": "Story hour in the park.",
        "hotspot": "",
    }
    rex = logged_in(cast.rex)
    answer = rex.post(reverse("pool:reserve"), form)
    assert answer.status_code == 409
    assert "No hot-spot is free" in answer.content.decode()
    cast.library.coverage, cast.library.exclusion_reason = "excluded", "Own contracts"
    cast.library.save()
    answer = rex.post(reverse("pool:reserve"), form)
    assert answer.status_code == 409
    assert "ITMD neither buys nor lends" in answer.content.decode()
    assert Loan.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.clause("G-8")
@pytest.mark.parametrize("verb", ["lend", "extend", "swap", "return", "cancel"])
@pytest.mark.parametrize("who", ["rex", "ana", "cole"])
def test_verbs_are_for_who_lends_or_borrows(logged_in, cast, now, verb, who):
    make.hotspot(cast, now)
    make.hotspot(cast, now)
    waits = verb in {"lend", "cancel"}
    loan = make.reserved(cast, now) if waits else make.lent(cast, now)
    if who != "rex" and verb in {"extend", "cancel"}:
        return  # theirs to do, as the other tests show
    state = loan.state
    form = {"signed_name": "Ana Reyes", "reason": "x", "condition": "good"}
    form |= {"reset_steps": list(make.EVERY_STEP), "ends_on": localdate(now + 9 * DAY).isoformat()}
    assert logged_in(getattr(cast, who)).post(address(verb, loan), form).status_code in {403, 404}
    loan.refresh_from_db()
    assert loan.state == state


@pytest.mark.django_db
def test_itmd_puts_hotspots_in_and_takes_them_out(logged_in, cast, now):
    device = HotspotFactory(department=cast.itmd)
    ida = logged_in(cast.ida)
    form = {"device": str(device.pk), "label": "Mi-Fi 7", "department": ""}
    assert logged_in(cast.cole).post(reverse("pool:add"), form).status_code == 403
    assert ida.post(reverse("pool:add"), form).status_code == 302
    pooled = PoolHotspot.objects.get()
    remove = reverse("pool:remove", kwargs={"key": pooled.pk})
    loan = make.reserved(cast, now)
    assert ida.post(remove).status_code == 409
    loans.cancel_loan(loan=loan, reason="Rain.", actor=cast.acting(cast.ana), at=now)
    assert ida.post(remove).status_code == 302
    pooled.refresh_from_db()
    assert pooled.removed_at is not None
