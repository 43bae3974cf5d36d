"""Invoices, findings, disputes and postings by the API."""

from datetime import date

import pytest

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingFinding
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, kept

pytestmark = pytest.mark.django_db
GHOST = "+14145550199"


@pytest.fixture
def invoice(cast, at):
    line = LineFactory(holder=cast.ana, number="+14142863800")
    return kept(at, bill(line.number, charge(6500)), bill(GHOST, charge(500)))


@pytest.fixture
def post(call):
    def send(person, path, **body):
        more = {"method": "post", "data": body, "content_type": "application/json"}
        return call(person, path, "bills:write", **more)

    return send


@pytest.mark.clause("G-9")
@pytest.mark.parametrize(("who", "shares"), [("ida", 2), ("cole", 1), ("ana", None), ("rex", None)])
def test_each_reads_what_their_department_bears(cast, call, invoice, who, shares):
    person = getattr(cast, who)
    rows = call(person, "invoices", "bills:read").json()["items"]
    path = f"invoices/{invoice.id}"
    if shares is None:
        assert rows == []
        for more in ("", "/payment", "/shares"):
            assert call(person, path + more, "bills:read").status_code == 404
        return
    assert [row["number"] for row in rows] == ["INV-10"]
    borne = call(person, f"{path}/shares", "bills:read").json()["items"]
    assert len(borne) == shares
    assert borne[0]["department"] in {"WATER", ""}
    paid = call(person, f"{path}/payment", "bills:read")
    assert paid.status_code == (200 if who == "ida" else 403)


def test_what_is_to_be_paid(cast, call, invoice, at):
    ida = cast.acting(cast.ida)
    path = f"invoices/{invoice.id}/payment"
    invoices.dispute(finding=BillingFinding.objects.get(number=GHOST), reason="", actor=ida, at=at)
    assert call(cast.ida, path, "bills:read").json() == {
        "total_cents": 7000,
        "personal_cents": 0,
        "disputed_cents": 500,
        "payable_cents": 6500,
        "approved_at": None,
    }


@pytest.mark.clause("G-12")
def test_findings_are_read_and_decided(cast, call, post, invoice):
    row = BillingFinding.objects.get(number="+14142863800")
    ghost = BillingFinding.objects.get(number=GHOST)
    found = call(cast.cole, "bill-findings?state=open&kind=unordered", "bills:read").json()["items"]
    assert [(item["number"], item["cents"], item["clause"]) for item in found] == [
        ("+14142863800", 6500, "G-12")
    ]
    assert call(cast.rex, f"bill-findings/{row.id}", "bills:read").status_code == 404
    assert post(cast.cole, f"bill-findings/{ghost.id}/accept").status_code == 404
    assert post(cast.cole, f"bill-findings/{row.id}/dispute").status_code == 403
    assert post(cast.cole, f"bill-findings/{row.id}/explain").status_code == 422
    done = post(cast.cole, f"bill-findings/{row.id}/explain", reason="A trial").json()
    assert (done["state"], done["reason"]) == ("explained", "A trial")
    assert post(cast.cole, f"bill-findings/{row.id}/accept").status_code == 409
    made = post(cast.ida, f"bill-findings/{ghost.id}/dispute", reason="Not ours").json()
    assert (made["state"], made["claimed_cents"], made["outstanding_cents"]) == ("draft", 500, 500)
    assert len(call(cast.ida, "disputes", "bills:read").json()["items"]) == 1
    assert call(cast.cole, "disputes", "bills:read").json()["items"] == []


@pytest.mark.clause("G-9")
def test_the_finance_system_reads_what_was_posted_page_by_page(cast, call, invoice, at):
    month = date(2026, 10, 1)
    invoices.close_period(month=month, actor=cast.acting(cast.ida), at=at)
    first = call(cast.ida, "postings?period=2026-10&limit=1", "finance:read").json()
    second = call(cast.ida, f"postings?limit=1&cursor={first['next']}", "finance:read").json()
    rows = first["items"] + second["items"]
    assert {(row["department"], row["cents"], row["correction"]) for row in rows} == {
        ("WATER", 6500, False),
        ("", 500, False),
    }
    assert {(row["period"], row["invoice"]) for row in rows} == {("2026-10", "INV-10")}
    assert second["next"] is None or second["next"] == ""
    assert call(cast.ida, "postings?period=2026-09", "finance:read").json()["items"] == []
    assert call(cast.ida, "postings?period=soon", "finance:read").status_code == 422
    assert call(cast.ida, "postings", "bills:read").status_code == 403
    assert call(cast.cole, "postings", "finance:read").json()["items"] == []
    (closed,) = call(cast.ida, "periods", "finance:read").json()["items"]
    assert (closed["month"], closed["posted_cents"]) == ("2026-10-01", 7000)
