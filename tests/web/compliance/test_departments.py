"""Pages of findings against departments."""

import pytest
from django.urls import reverse

from quartermaster.compliance.models import DepartmentFinding
from quartermaster.jobs import outbox
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, kept
from tests.web.suites import RoomViewTests


def bought(person, at, account):
    """What is found against a person's department for a line that nobody ordered."""
    line = LineFactory(holder=person)
    kept(at, bill(line.number, charge(6500)), account=account)
    outbox.deliver_due(at)
    return DepartmentFinding.objects.get(department=person.department)


class TestDepartmentFindings(RoomViewTests):
    list_name = "compliance:departments"
    detail_name = "compliance:department-finding"
    seen_by = {"ida": {"water", "library"}, "cole": {"water"}, "rex": set(), "ana": set()}

    def things(self, cast, at):
        return {"water": bought(cast.ana, at, "1"), "library": bought(cast.rex, at, "2")}


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_it_leads_to_the_invoice_and_is_withdrawn_with_a_reason(logged_in, cast, at):
    row = bought(cast.ana, at, "1")
    where = reverse("compliance:department-finding", kwargs={"key": row.pk})
    page = logged_in(cast.cole).get(where).content.decode()
    assert reverse("bills:finding", kwargs={"key": row.source_id}) in page
    assert "Withdraw" not in page
    client = logged_in(cast.ida)
    client.post(f"{where}withdraw/", {"reason": "The order was on paper"})
    row.refresh_from_db()
    assert (row.state, row.closing_reason) == ("withdrawn", "The order was on paper")
