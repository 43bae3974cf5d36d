"""Pages of invoices: who sees what, and each decision from its page."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingFinding, BillingPeriod, Dispute, PersonalNumber
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.web.waits import waiting_for
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, finding, kept
from tests.web.suites import RoomViewTests

GHOST = "+14145550199"


def address(name, thing):
    return reverse(f"bills:{name}", kwargs={"key": thing.pk})


@pytest.fixture
def invoice(cast, at):
    """A line of Ana's and one of nobody's, neither of them ordered."""
    line = LineFactory(holder=cast.ana, number="+14142863800")
    return kept(at, bill(line.number, charge(6500)), bill(GHOST, charge(500), user="=1+1"))


class TestInvoices(RoomViewTests):
    list_name = "bills:invoices"
    detail_name = "bills:invoice"
    seen_by = {
        "ida": {"water", "library"},
        "cole": {"water"},
        "sue": set(),
        "ana": set(),
        "rex": set(),
    }

    def things(self, cast, at):
        water, library = LineFactory(holder=cast.ana), LineFactory(holder=cast.rex)
        return {
            "water": kept(at, bill(water.number, charge(6500)), account="1"),
            "library": kept(at, bill(library.number, charge(6500)), account="2"),
        }


class TestFindings(RoomViewTests):
    list_name = "bills:findings"
    detail_name = "bills:finding"
    seen_by = {"ida": {"water", "ghost"}, "cole": {"water"}, "rex": set(), "ana": set()}

    def things(self, cast, at):
        water = LineFactory(holder=cast.ana)
        return {
            "water": finding(kept(at, bill(water.number, charge(65)), account="1"), "unordered"),
            "ghost": finding(kept(at, bill(GHOST, charge(65)), account="2"), "unordered"),
        }


class TestDisputes(RoomViewTests):
    list_name = "bills:disputes"
    detail_name = "bills:dispute"
    seen_by = {"ida": {"one"}, "cole": set(), "rex": set(), "ana": set()}

    def things(self, cast, at):
        row = finding(kept(at, bill(GHOST, charge(65))), "unordered")
        item = invoices.dispute(finding=row, reason="", actor=cast.acting(cast.ida), at=at)
        return {"one": item.dispute}


@pytest.mark.django_db
@pytest.mark.clause("G-9")
def test_a_coordinator_reads_their_departments_part_alone(logged_in, invoice, cast):
    page = logged_in(cast.cole).get(address("invoice", invoice)).content.decode()
    assert "Your department" in page
    assert "$65.00" in page
    assert "555-0199" not in page
    assert "To be paid" not in page
    whole = logged_in(cast.ida).get(address("invoice", invoice)).content.decode()
    assert "$70.00" in whole
    assert "555-0199" in whole


@pytest.mark.django_db
def test_shares_as_csv_run_nothing(logged_in, invoice, cast):
    answer = logged_in(cast.ida).get(address("invoice", invoice), {"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert rows[0][-2:] == ["Amount", "Basis"]
    assert [(row[3], row[4], row[6]) for row in rows[1:]] == [
        ("+14142863800", "WATER", "65.00"),
        (GHOST, "", "5.00"),
    ]


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_a_finding_is_explained_from_its_page(logged_in, invoice, cast):
    row = BillingFinding.objects.get(number="+14142863800")
    client = logged_in(cast.cole)
    page = client.get(address("finding", row)).content.decode()
    assert row.sentence in page
    assert "How it was reckoned" in page
    assert address("explain", row) in page
    assert address("contest", row) not in page  # a coordinator disputes nothing
    again = client.post(address("explain", row), {"reason": " "})
    assert again.status_code == 422
    done = client.post(address("explain", row), {"reason": "A trial"})
    assert (done.status_code, done.url) == (302, address("finding", row))
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("explained", cast.cole)
    assert "A trial" in client.get(address("finding", row)).content.decode()


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_from_the_finding_to_the_letter(logged_in, invoice, cast, contract_page):
    row = BillingFinding.objects.get(number=GHOST)
    client = logged_in(cast.ida)
    collected = client.post(address("contest", row), {"reason": "Not ours"})
    made = Dispute.objects.get()
    assert collected.url == address("dispute", made)
    assert "$5.00" in client.get(address("dispute-send", made)).content.decode()
    client.post(address("dispute-send", made))
    made.refresh_from_db()
    assert made.state == "sent"
    letter = client.get(address("dispute-letter", made))
    assert letter.content.startswith(b"%PDF")
    client.post(address("dispute-answer", made), {"answer": "We look into it"})
    assert "We look into it" in client.get(address("dispute", made)).content.decode()
    client.post(address("dispute-drop", made), {"reason": "Enough"})
    made.refresh_from_db()
    assert (made.state, made.closing_reason) == ("dropped", "Enough")


@pytest.fixture
def contract_page(cast, at):
    from tests.factories import orders as make

    return make.contract(at)


@pytest.mark.django_db
def test_accepting_and_taking_back_from_the_page(logged_in, invoice, cast):
    row = BillingFinding.objects.get(number=GHOST)
    client = logged_in(cast.ida)
    client.post(address("contest", row), {})
    client.post(address("take-back", row))
    row.refresh_from_db()
    assert row.state == "open"
    client.post(address("accept", row), {"reason": "It was a trial"})
    row.refresh_from_db()
    assert (row.state, row.reason) == ("accepted", "It was a trial")


@pytest.mark.django_db
@pytest.mark.clause("G-2")
def test_a_line_nobody_ordered_is_said_to_be_personal(logged_in, invoice, cast):
    row = BillingFinding.objects.get(number=GHOST)
    client = logged_in(cast.ida)
    assert client.post(address("is-personal", row), {"person": "9999"}).status_code == 422
    client.post(address("is-personal", row), {"person": "1001", "how": "She said so"})
    own = PersonalNumber.objects.get()
    assert (own.number, own.person) == (GHOST, cast.ana)
    page = client.get(address("invoice", invoice)).content.decode()
    assert "Personal, never paid" in page
    assert "She said so" in client.get(reverse("bills:personal")).content.decode()
    client.post(address("personal-end", own), {"reason": "It is the library's"})
    own.refresh_from_db()
    assert own.ended_reason == "It is the library's"
    made = client.post(reverse("bills:personal-new"), {"number": GHOST, "how": "So it is"})
    assert made.status_code == 302


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_an_invoice_is_approved_for_what_was_shown(logged_in, invoice, cast):
    client = logged_in(cast.ida)
    page = client.get(address("approve", invoice)).content.decode()
    assert "2 of its findings are to be decided first." in page
    refused = client.post(address("approve", invoice), {"shown": 7000, "note": ""})
    assert refused.status_code == 409
    for row in invoice.findings.all():
        client.post(address("accept", row), {})
    assert client.post(address("approve", invoice), {"shown": 1}).status_code == 409
    client.post(address("approve", invoice), {"shown": 7000})
    invoice.refresh_from_db()
    assert invoice.approval.payable_cents == 7000
    assert "$70.00 to be paid" in client.get(reverse("bills:invoices")).content.decode()


@pytest.mark.django_db
@pytest.mark.clause("G-9")
def test_a_month_is_closed_and_downloaded(logged_in, invoice, cast):
    client = logged_in(cast.ida)
    client.post(
        reverse("bills:account-set"), {"department": cast.water.pk, "account": "=HYPERLINK(1)"}
    )
    client.post(
        reverse("bills:sharing-set"), {"key": SharingKey.EVENLY.value, "from_on": "2026-10-01"}
    )
    accounts = client.get(reverse("bills:accounts")).content.decode()
    assert "In equal parts" in accounts
    assert client.post(reverse("bills:period-close"), {"month": "soon"}).status_code == 422
    made = client.post(reverse("bills:period-close"), {"month": "2026-10"})
    period = BillingPeriod.objects.get(month=date(2026, 10, 1))
    assert made.url == address("period", period)
    assert "$65.00" in client.get(address("period", period)).content.decode()
    text = client.get(address("period", period), {"format": "csv"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sorted((row["department"], row["account"], row["amount"]) for row in rows) == [
        ("", "", "5.00"),
        ("WATER", "'=HYPERLINK(1)", "65.00"),
    ]
    assert {row["period"] for row in rows} == {"2026-10"}


@pytest.mark.django_db
def test_what_waits_is_said_to_whoever_does_it(rf, invoice, cast, at):
    def titles(person):
        request = rf.get("/")
        request.actor, request.at = cast.acting(person), at
        wanted = {"Invoices", "Disputes with carriers", "Invoices to approve"}
        return {
            group.title: [wait.title for wait in group.waits]
            for group in waiting_for(request)
            if group.title in wanted
        }

    assert titles(cast.cole) == {"Invoices": ["Nobody ordered it: (414) 286-3800, $65.00"]}
    assert set(titles(cast.ida)) == {"Invoices", "Invoices to approve"}
    assert titles(cast.rex) == {}


@pytest.mark.django_db
def test_the_page_of_a_line_says_what_it_cost(logged_in, invoice, cast):
    line = BillingFinding.objects.get(number="+14142863800").line
    where = reverse("inventory:line", kwargs={"key": line.pk})
    page = logged_in(cast.cole).get(where).content.decode()
    assert "INV-10" in page
    assert "Nobody ordered it" in page
    assert "INV-10" not in logged_in(cast.ana).get(where).content.decode()
