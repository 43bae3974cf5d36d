"""Pages of holds: the custodian's, one's own, and what others are told on a device's page."""

import pytest
from django.urls import reverse

from quartermaster.records.models import Hold, HoldKeeper
from quartermaster.web.cards import cards_for
from quartermaster.web.panels import panels_of
from tests.factories.destruction import account, asked
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.org import PASSWORD
from tests.factories.records import WHY, custodian, held, keeper, terms

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-2")]
FORM = {
    "matter": "Water main at Third Street",
    "subject": "Messages about the main",
    "since": "2026-09-01",
    "until": "",
    "reason": "Notice of claim",
    "legal_contact": "Lee Attorney, 555-0100",
}


def to(name, thing=None):
    return reverse(f"holds:{name}", kwargs={"key": thing.pk} if thing else {})


def text(answer):
    return answer.content.decode()


@pytest.fixture
def paul(logged_in, cast):
    return logged_in(custodian(cast))


def test_each_list_and_hold_opens_for_the_custodian_and_nobody_of_the_cast(
    paul, logged_in, cast, at
):
    hold = held(cast, at)
    for address in (to("holds"), to("hold", hold)):
        assert paul.get(address).status_code == 200
        for name in ("ana", "cole", "sue", "ida", "rex"):
            assert logged_in(getattr(cast, name)).get(address).status_code == 403


def test_a_list_is_searched_and_counts(paul, cast, at):
    held(cast, at, cast.ana, cast.rex)
    held(cast, at, matter="A fall on the library steps")
    table = paul.get(to("holds"), {"q": "steps"}).context["table"]
    assert [row.record.live_count for row in table.page.object_list] == [1]
    table = paul.get(to("holds"), {"q": "Moreau"}).context["table"]
    assert [row.record.live_count for row in table.page.object_list] == [2]
    answer = paul.get(to("holds"), {"format": "csv"})
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 3


def test_whom_it_reaches_is_shown_before_anybody_is_told(paul, cast, at):
    DeviceFactory(holder=cast.ana)
    form = {**FORM, "departments": [str(cast.water.pk)], "people": "1005\nIda@city.example"}
    shown = paul.post(to("open"), form)
    page = text(shown)
    assert "It reaches 3 people" in page
    assert "Open the hold and tell them" in page
    assert all(name in page for name in ("Ana Reyes", "Ida Lindqvist", "Rex Moreau"))
    assert not Hold.objects.exists()
    digest = shown.context["form"]["shown"].value()
    changed = paul.post(to("open"), {**form, "people": "1005", "shown": digest})
    assert "It reaches 2 people" in text(changed)
    answer = paul.post(to("open"), {**form, "shown": digest})
    hold = Hold.objects.get()
    assert answer.url == to("hold", hold)
    assert hold.keepers.count() == 3
    assert "0 of 3 acknowledged" in text(paul.get(answer.url))


def test_what_is_wrong_is_said_at_its_field(paul, cast):
    answer = paul.post(to("open"), {**FORM, "people": "9999", "since": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"people", "since"}
    nobody = paul.post(to("open"), {**FORM, "departments": [str(cast.library.pk)]})
    assert nobody.status_code == 409
    assert "Name the people themselves" in text(nobody)


def test_words_are_changed_people_added_and_let_go_and_all_released(paul, cast, at):
    hold = held(cast, at)
    paul.post(to("amend", hold), {**FORM, "subject": "And the pump station"})
    assert "And the pump station" in text(paul.get(to("hold", hold)))
    shown = paul.post(to("add", hold), {"people": "1001 1005"}).context["form"]["shown"].value()
    paul.post(to("add", hold), {"people": "1001 1005", "shown": shown})
    assert hold.keepers.count() == 2
    row = keeper(hold, cast.rex)
    assert paul.post(to("let-go", row), {"reason": WHY}).url == to("hold", hold)
    paul.post(to("release", hold), {"reason": WHY})
    page = text(paul.get(to("hold", hold)))
    assert page.count(WHY) == 3
    assert to("release", hold) not in page


def test_ana_reads_her_notice_and_acknowledges_it(logged_in, cast, at):
    row = keeper(held(cast, at), cast.ana)
    ana = logged_in(cast.ana)
    page = text(ana.get(to("notice", row)))
    assert terms().subject in page
    assert terms().legal_contact in page
    assert terms().reason not in page
    wrong = ana.post(to("notice", row), {"version": 1})
    assert wrong.status_code == 422
    ana.post(to("notice", row), {"version": 1, "understood": "on"})
    row.refresh_from_db()
    assert row.state == "acknowledged"
    assert 'name="understood"' not in text(ana.get(to("notice", row)))
    assert "Acknowledged" in text(ana.get(to("mine")))


def test_a_notice_is_nobody_elses(logged_in, paul, cast, at):
    row = keeper(held(cast, at), cast.ana)
    for client in (paul, *(logged_in(getattr(cast, name)) for name in ("cole", "sue", "rex"))):
        answer = client.post(to("notice", row), {"version": 1, "understood": "on"})
        assert answer.status_code == 404
        assert terms().matter not in text(client.get(to("mine")))
    assert HoldKeeper.objects.get().state == "asked"


def _panels(rf, actor, kind, thing, at):
    request = rf.get("/")
    request.actor, request.at = actor, at
    return {item.title: item.html for item in panels_of(kind, request, thing)}


@pytest.mark.parametrize("kind", ["device", "person"])
def test_itmd_is_told_that_there_is_one_and_others_nothing(rf, cast, at, kind):
    device = DeviceFactory(holder=cast.ana, department=cast.water)
    thing = device if kind == "device" else cast.ana
    held(cast, at)
    for name in ("ana", "cole", "sue", "rex"):
        assert "Legal hold" not in _panels(rf, cast.acting(getattr(cast, name)), kind, thing, at)
    said = _panels(rf, cast.acting(cast.ida), kind, thing, at)["Legal hold"]
    assert "Ask the records custodian" in said
    assert terms().matter not in said
    known = _panels(rf, cast.acting(custodian(cast)), kind, thing, at)["Legal hold"]
    assert terms().matter in known
    other = DeviceFactory(holder=cast.rex) if kind == "device" else cast.rex
    assert "Legal hold" not in _panels(rf, cast.acting(cast.ida), kind, other, at)


def test_cards_say_what_waits(rf, cast, at):
    row = keeper(held(cast, at), cast.ana)

    def cards(person):
        request = rf.get("/")
        request.actor, request.at = cast.acting(person), at
        return {item.title: item.figure for item in cards_for(request)}

    assert cards(cast.ana)["Something you must keep"] == 1
    assert "Notices not acknowledged" not in cards(custodian(cast))
    HoldKeeper.objects.filter(id=row.id).update(reminders=1)
    assert cards(custodian(cast))["Notices not acknowledged"] == 1


@pytest.mark.clause("G-10")
def test_in_spite_of_a_hold_from_the_page_to_the_custodians_password(logged_in, paul, cast, at):
    account(cast.ida)
    phone = DeviceFactory(holder=cast.ana, platform="ios", device_class="smartphone")
    enrolment = EnrolmentFactory(device=phone)
    held(cast, at)
    ida = logged_in(cast.ida)
    erase = reverse("destruction:erase", kwargs={"key": enrolment.pk})
    assert "in spite of the hold" in text(ida.get(erase))
    reason = {"reason": "Left on the bus, not found"}
    assert "ask the records custodian" in text(ida.post(erase, reason))
    asked_for = ida.post(erase, {**reason, "despite_hold": "on"})
    assert "Approve" not in text(ida.get(asked_for.url))
    page = text(paul.get(asked_for.url))
    approve = asked_for.url + "approve-held/"
    assert approve in page
    assert ida.get(approve).status_code == 403
    answer = paul.post(approve, {"password": PASSWORD})
    assert answer.status_code == 302
    assert "It waits" in text(paul.get(answer.url))


def test_the_custodian_does_not_see_what_is_asked_in_the_usual_way(paul, cast, at):
    account(cast.ida)
    phone = DeviceFactory(holder=cast.ana, platform="ios", device_class="smartphone")
    request = asked([EnrolmentFactory(device=phone)], cast.acting(cast.ida), at)
    assert paul.get(reverse("destruction:requests")).context["leaf"].paginator.count == 0
    address = reverse("destruction:request", kwargs={"key": request.pk})
    assert paul.get(address).status_code == 404
