"""Pages that are opened at seven in the evening show the day that it is in the city."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from quartermaster.billing.actions import services
from quartermaster.lifecycle.models import AwaitedEnrolment
from tests.cast import EVENING
from tests.factories import handovers, invoices, orders
from tests.factories.applications import DecisionFactory
from tests.factories.inventory import DeviceFactory, LineFactory
from tests.web.waiting import waiting

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
LAST_SECOND = datetime(2026, 11, 25, 5, 59, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _evening(monkeypatch):
    monkeypatch.setattr("quartermaster.web.middleware.now", lambda: EVENING)


@pytest.fixture
def at():
    return EVENING


@pytest.mark.clause("G-4")
def test_a_decision_until_tomorrow_stands(cast, logged_in):
    row = DecisionFactory(title="Sketches", until=TOMORROW)
    client = logged_in(cast.ana)
    assert "Sketches" in client.get(reverse("decisions:list")).content.decode()
    page = client.get(reverse("decisions:one", kwargs={"key": row.pk}))
    assert "Ended" not in page.content.decode()


@pytest.mark.clause("G-12")
def test_a_line_ordered_from_tomorrow_is_not_ordered_today(cast, logged_in):
    plan = orders.plan(orders.contract(EVENING), EVENING)
    for number, start in (("+14142863800", TODAY), ("+14142863801", TOMORROW)):
        services.enter_service(
            line_id=LineFactory(holder=cast.ana, number=number).id,
            plan_id=plan.id,
            from_on=start,
            reason="On the invoices",
            actor=orders.HOUSE,
            at=EVENING,
        )
    address = reverse("billing:lines")
    listed = logged_in(cast.ida).get(address, {"format": "csv"}).content.decode()
    assert ("+14142863800" in listed, "+14142863801" in listed) == (True, False)


@pytest.mark.clause("S-3")
def test_what_a_department_adopts_was_decided_today(cast, logged_in):
    address = reverse("requirements:adoption", kwargs={"key": cast.library.pk})
    page = logged_in(cast.ida).get(address).content.decode()
    assert ('value="2026-11-24"' in page, 'value="2026-11-25"' in page) == (True, False)


@pytest.mark.clause("G-10")
def test_who_may_enrol_until_tomorrow_is_not_late_today(cast, asking):
    phone = DeviceFactory(department=cast.itmd)
    item = handovers.prepared(cast.ana, EVENING, phone).items.get()
    rows = AwaitedEnrolment.objects
    made = rows.create(
        item=item,
        device=phone,
        reason="Line tomorrow",
        until=TOMORROW,
        opened_at=EVENING,
        due_at=EVENING,
    )
    assert waiting(asking(cast.ida), "Out, and not enrolled") == []
    rows.filter(pk=made.pk).update(until=TODAY)
    assert len(waiting(asking(cast.ida), "Out, and not enrolled")) == 1


@pytest.mark.clause("G-12")
def test_an_invoice_is_due_by_the_end_of_its_day_here(cast, asking):
    invoices.kept(EVENING, invoices.bill("+14142863800", invoices.charge(4000)), due_on=TODAY)
    (wait,) = waiting(asking(cast.ida), "Invoices to approve")
    assert wait.due_at == LAST_SECOND
