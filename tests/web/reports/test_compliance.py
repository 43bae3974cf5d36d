"""The page of the report on compliance."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from quartermaster.kernel.permits import system
from quartermaster.reports.month import take_months
from quartermaster.reports.snapshot import take_snapshot
from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.web.suites import QueryBudget

URL = "/reports/compliance/"


@pytest.fixture
def fleet(cast, at):
    for holder, state in ((cast.ana, "fail"), (cast.rex, "pass")):
        device = DeviceFactory(holder=holder, department=holder.department)
        EnrolmentFactory(device=device)
        EvaluationFactory(device=device, state=state)
    FindingFactory(device=device, state="cured", opened_at=at - timedelta(days=2), closed_at=at)
    return cast


@pytest.mark.clause("G-10")
def test_itmd_sees_every_department(fleet, at, logged_in):
    take_snapshot(at)
    page = logged_in(fleet.ida).get(URL).content.decode()
    assert ("Water Works" in page, "Public Library" in page) == (True, True)
    assert "Reyes" not in page
    assert "Moreau" not in page


def test_a_coordinator_sees_their_own(fleet, logged_in):
    page = logged_in(fleet.cole).get(URL).content.decode()
    assert ("Water Works" in page, "Public Library" in page) == (True, False)
    assert logged_in(fleet.cole).get(URL, {"department": "LIB"}).status_code == 404
    assert logged_in(fleet.cole).get(URL, {"department": "WATER"}).status_code == 200


@pytest.mark.parametrize("who", ["ana", "sue", "rex"])
def test_others_see_none(fleet, logged_in, who):
    assert logged_in(getattr(fleet, who)).get(URL).status_code == 403


def test_csv(fleet, logged_in):
    def departments(person, **more):
        answer = logged_in(person).get(URL, {"format": "csv", **more})
        assert answer["Content-Disposition"] == 'attachment; filename="compliance.csv"'
        return [one["department"] for one in csv.DictReader(StringIO(answer.content.decode()))]

    assert departments(fleet.ida) == ["LIB", "WATER"]
    assert departments(fleet.ida, department="LIB") == ["LIB"]
    assert departments(fleet.cole) == ["WATER"]


def test_before_anything_was_counted(cast, logged_in):
    page = logged_in(cast.ida).get(URL).content.decode()
    assert "taken within the hour" in page
    assert "Nothing was evaluated yet." in page


def test_queries_do_not_grow(fleet, at, logged_in):
    take_snapshot(at)
    client = logged_in(fleet.ida)
    with QueryBudget(25):
        client.get(URL)


@pytest.mark.clause("G-10")
def test_pdf_of_now_and_of_a_month_that_was_kept(fleet, at, logged_in):
    page = logged_in(fleet.cole)
    now = page.get(URL, {"format": "pdf"})
    assert (now["Content-Type"], now.content[:5]) == ("application/pdf", b"%PDF-")
    first = at.replace(day=2)
    take_months(actor=system("test"), at=first)
    assert "October 2026 (PDF)" in page.get(URL, {"department": "WATER"}).content.decode()
    kept = page.get(URL, {"format": "pdf", "department": "WATER", "month": "2026-10"})
    name = "compliance-water-works-october-2026.pdf"
    assert kept["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("month", ["2026-11", "2026-13", "nonsense", "0000-00"])
def test_no_pdf_of_a_month_that_was_not_kept(fleet, logged_in, month):
    asked = {"format": "pdf", "department": "WATER", "month": month}
    assert logged_in(fleet.cole).get(URL, asked).status_code == 404
    assert logged_in(fleet.cole).get(URL, {"format": "pdf", "month": month}).status_code == 404


def test_pdf_of_another_department_is_not_found(fleet, at, logged_in):
    take_months(actor=system("test"), at=at.replace(day=2))
    asked = {"format": "pdf", "department": "LIB", "month": "2026-10"}
    assert logged_in(fleet.cole).get(URL, asked).status_code == 404
    assert logged_in(fleet.rex).get(URL, {"format": "pdf"}).status_code == 403


@pytest.mark.clause("S-1")
def test_what_is_not_under_management_is_a_row_of_its_own(fleet, logged_in):
    page = logged_in(fleet.cole)
    assert "Every City phone, tablet and computer in use is" in page.get(URL).content.decode()
    DeviceFactory(holder=fleet.sue, department=fleet.water)
    DeviceFactory(holder=fleet.rex, department=fleet.library)
    shown = page.get(URL).content.decode()
    assert '<th scope="row">Water Works</th><td>1</td>' in shown
    assert "Public Library" not in shown
