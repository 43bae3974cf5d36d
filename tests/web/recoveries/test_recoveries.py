"""Pages of leavers: who sees which, the verbs with their refusals, letters to download."""

from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.audit.models import Entry
from quartermaster.lifecycle.models import RecoveryCharge, RecoveryLetter
from tests.factories import recoveries as make
from tests.web.suites import RoomViewTests

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-4")]
DAY = timedelta(days=1)


def to(name, thing):
    return reverse(f"recoveries:{name}", kwargs={"key": thing.pk})


@pytest.fixture
def recovery(cast, at):
    make.equipped(cast.ana)
    return make.begun(cast.ana, at)


class TestLeavers(RoomViewTests):
    list_name = "recoveries:recoveries"
    detail_name = "recoveries:recovery"
    seen_by = {"ana": {"ana"}, "cole": {"ana"}, "sue": {"ana"}, "ida": {"ana"}, "rex": set()}

    def things(self, cast, at):
        make.equipped(cast.ana)
        return {"ana": make.announced(cast.ana, at)}


def test_who_leaves_has_a_list_and_gives_the_word_about_records(logged_in, cast, at):
    make.equipped(cast.ana)
    recovery = make.announced(cast.ana, at)
    client = logged_in(cast.ana)
    assert "To give back before you leave" in client.get("/").content.decode()
    page = client.get(to("recovery", recovery)).content.decode()
    assert "What you have of the City" in page
    assert "What happens next by itself" not in page
    item = recovery.items.get(kind="records")
    assert to("item-records", item) in page
    assert client.post(to("item-records", item), {}).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.note) == ("settled", "Their own word.")


def test_a_charge_is_added_in_dollars_and_paid(logged_in, cast, recovery):
    client = logged_in(cast.cole)
    form = {
        "title": "Roaming",
        "amount": "$42.50",
        "from_on": "2026-11-25",
        "until_on": "2026-11-30",
        "invoice": "77",
    }
    assert client.post(to("charge", recovery), form).status_code == 302
    charge = RecoveryCharge.objects.get()
    assert (charge.amount_cents, charge.invoice) == (4250, "77")
    wrong = client.post(to("charge", recovery), form | {"amount": "a lot"})
    assert wrong.status_code == 422
    assert "no amount of money" in wrong.content.decode()
    early = client.post(to("charge", recovery), form | {"from_on": "2026-11-01"})
    assert "Only what was incurred after the last day" in early.content.decode()
    assert client.post(to("charge-paid", charge), {"reason": "R-9"}).status_code == 302
    charge.refresh_from_db()
    assert charge.state == "settled"


def test_a_letter_is_written_handed_over_and_opened_on_record(logged_in, cast, recovery, at):
    client = logged_in(cast.ida)
    form = {"reason": "12 Lake Street", "email": "", "pay_until": "2026-12-10"}
    assert client.post(to("demand", recovery), form).status_code == 302
    assert client.post(to("hand-over", recovery), {"reason": "No answer."}).status_code == 302
    page = client.get(to("recovery", recovery)).content.decode()
    for letter in RecoveryLetter.objects.all():
        assert to("letter", letter) in page
        got = client.get(to("letter", letter))
        assert got["Content-Disposition"] == f'attachment; filename="{letter.name}"'
        assert got.content[:4] in {b"%PDF", b"PK\x03\x04"}
    assert Entry.objects.filter(tag="lifecycle.recovery.letter-opened").count() == 2
    package = RecoveryLetter.objects.get(kind="package")
    for who in ("cole", "sue", "rex"):
        assert logged_in(getattr(cast, who)).get(to("letter", package)).status_code == 404


def test_a_coordinator_does_not_pursue(logged_in, cast, recovery):
    client = logged_in(cast.cole)
    page = client.get(to("recovery", recovery)).content.decode()
    assert to("demand", recovery) not in page
    assert client.get(to("demand", recovery)).status_code == 403


def test_two_people_let_a_kit_go(logged_in, cast, recovery):
    item = recovery.items.get(kind="accessory")
    ida, ian = cast.ida, make.second_administrator(cast)
    client = logged_in(ida)
    assert client.post(to("item-let-go", item), {"reason": "Worn out."}).status_code == 302
    assert to("item-agree", item) not in client.get(to("recovery", recovery)).content.decode()
    assert client.post(to("item-agree", item)).status_code == 403
    other = logged_in(ian)
    shown = other.get(to("item-agree", item)).content.decode()
    assert "Ida Lindqvist asked for it: Worn out." in shown
    assert other.post(to("item-agree", item)).status_code == 302
    item.refresh_from_db()
    assert item.state == "let_go"


def test_the_page_of_a_person_shows_what_is_due(logged_in, cast, recovery):
    page = logged_in(cast.ida).get(reverse("org:person", kwargs={"key": cast.ana.pk}))
    assert to("recovery", recovery) in page.content.decode()
