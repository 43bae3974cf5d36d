"""The pages of requests: who sees and does what, step by step."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from quartermaster.lifecycle.actions.delegating import delegate
from quartermaster.lifecycle.models import Delegation, Request, SecondDevice
from quartermaster.org.queries import actor_for
from quartermaster.policy.models import Adoption
from tests.factories import requests as make
from tests.web.suites import RoomViewTests

DAY = timedelta(days=1)


@pytest.fixture
def now():
    """The pages have a clock of their own."""
    return timezone.now()


def address(name, row):
    return reverse(f"requests:{name}", kwargs={"key": row.pk})


class TestRequests(RoomViewTests):
    list_name = "requests:requests"
    detail_name = "requests:request"
    seen_by = {
        "ana": {"ana"},
        "sue": {"ana"},
        "cole": {"ana"},
        "ida": {"ana", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {"ana": make.asked(cast, at), "rex": make.asked(cast, at, person=cast.rex)}


class TestSecondDevices(RoomViewTests):
    list_name = "requests:second-devices"
    seen_by = {"ana": {"ana"}, "cole": {"ana"}, "ida": {"ana"}, "rex": set()}

    def things(self, cast, at):
        make.cellular(cast.ana)
        make.authorised(cast, at, second=make.second_details(at))
        return {"ana": SecondDevice.objects.get()}


def test_only_who_may_end_a_second_device_reads_a_link_to_it(cast, at, logged_in):
    make.cellular(cast.ana)
    make.authorised(cast, at, second=make.second_details(at))
    end = reverse("requests:second-end", kwargs={"key": SecondDevice.objects.get().pk})
    pages = {
        who: logged_in(person).get(reverse("requests:second-devices")).content.decode()
        for who, person in (("ida", cast.ida), ("cole", cast.cole))
    }
    assert {who: end in page for who, page in pages.items()} == {"ida": True, "cole": False}


class TestDelegations(RoomViewTests):
    list_name = "waiting:delegations"
    seen_by = {"sue": {"sue"}, "ana": {"sue"}, "ida": {"sue"}, "rex": set()}

    def things(self, cast, at):
        made = delegate(
            person_id=cast.sue.id,
            delegate_id=cast.ana.id,
            starts_on=timezone.localdate(),
            ends_on=timezone.localdate() + DAY,
            actor=actor_for(cast.sue, timezone.now()),
            at=timezone.now(),
        )
        return {"sue": made}


@pytest.mark.django_db
@pytest.mark.clause("G-7", "G-12")
def test_from_the_form_to_the_reservation(logged_in, cast, now):
    phone = make.phone_in_stock("GPS", department=cast.water)
    form = {
        "need": "Meter readings in the field.",
        "wanted_from": localdate(now + DAY).isoformat(),
        "what_1": "device:smartphone",
        "can_1": ["GPS"],
        "many": "1",
    }
    answer = logged_in(cast.ana).post(reverse("requests:ask"), form)
    request = Request.objects.get()
    assert (answer.status_code, answer.url) == (302, address("request", request))
    assert (request.person, request.items.get().capabilities) == (cast.ana, ["GPS"])
    cole = logged_in(cast.cole)
    assert "Recommend or decline: Smartphone" in cole.get(reverse("waiting:mine")).content.decode()
    cole.post(address("recommend", request), {"reason": ""})
    ida = logged_in(cast.ida)
    page = ida.get(address("authorise", request)).content.decode()
    assert f"{phone.asset_tag}, {phone.model}" in page
    assert "1 in stock can do it." in page
    answer = ida.post(address("authorise", request), {"item_1": str(phone.id), "reason": "Fine."})
    assert answer.status_code == 302
    request.refresh_from_db()
    assert (request.state, request.items.get().state) == ("authorised", "reserved")
    assert phone.asset_tag in logged_in(cast.ana).get(address("request", request)).content.decode()
    assert "Hand out: Smartphone" in ida.get(reverse("waiting:mine")).content.decode()


@pytest.mark.django_db
def test_several_things_are_asked_for_and_what_was_written_stays(logged_in, cast, now):
    client = logged_in(cast.cole)
    form = {
        "person": cast.ana.number,
        "need": "Two crews from January on.",
        "wanted_from": localdate(now + DAY).isoformat(),
        "what_1": "device:tablet+line",
        "many": "1",
        "more": "1",
    }
    page = client.post(reverse("requests:ask"), form)
    assert page.context["form"].many == 2
    assert "Two crews from January on." in page.content.decode()
    assert not Request.objects.exists()
    form |= {"many": "2", "what_2": "accessory:hands_free"}
    del form["more"]
    client.post(reverse("requests:ask"), form)
    request = Request.objects.get()
    assert [str(item) for item in request.items.order_by("place")] == [
        "Tablet with a mobile line",
        "Hands-free kit",
    ]
    assert (request.person, request.asker) == (cast.ana, cast.cole)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("need", "short"),
        ("wanted_from", "2020-01-01"),
        ("wanted_from", "soon"),
        ("what_1", ""),
        ("what_1", "device:spaceship"),
        ("can_1", "flies"),
        ("person", "1005"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(logged_in, cast, now, field, wrong):
    form = {
        "need": "Meter readings in the field.",
        "wanted_from": localdate(now + DAY).isoformat(),
        "what_1": "device:smartphone",
        "many": "1",
        field: wrong,
    }
    answer = logged_in(cast.sue).post(reverse("requests:ask"), form)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Request.objects.exists()


@pytest.mark.django_db
def test_odd_counts_of_things_do_no_harm(logged_in, cast):
    for many in ("x", "-1", "99999", "²", "50"):
        page = logged_in(cast.ana).get(reverse("requests:ask"), {"many": many})
        assert page.status_code == 200
        assert 1 <= page.context["form"].many <= 10


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_who_holds_a_phone_sees_the_other_ways_first(logged_in, cast):
    assert "takes an authorisation" not in _ask_page(logged_in, cast.ana)
    phone = make.cellular(cast.ana)
    page = _ask_page(logged_in, cast.ana)
    assert "A second cellular device takes an authorisation" in page
    assert f"<strong>Tethering</strong> through {phone.asset_tag}" in page
    assert "A hot-spot on loan" in page


@pytest.mark.django_db
@pytest.mark.clause("S-3")
def test_an_excluded_department_sees_why_and_what_it_adopted(logged_in, cast, now):
    cast.library.coverage, cast.library.exclusion_reason = "excluded", "Contracts of its own"
    cast.library.save()
    page = _ask_page(logged_in, cast.rex)
    assert "does not order through ITMD" in page
    assert "Contracts of its own" in page
    assert "Nothing. The policy recommends items 1 to 6" in page
    assert "What do you need it for?" not in page
    Adoption.objects.create(
        department=cast.library,
        clauses=["G-3"],
        decided_on=localdate(now).replace(month=1, day=15),
        decided_by=cast.rex,
        changed_at=now,
    )
    page = _ask_page(logged_in, cast.rex)
    assert "<li>G-3</li>" in page
    assert "January 15, 2026" in page
    form = {"need": "A phone for the desk.", "wanted_from": localdate(now), "what_1": "line:"}
    answer = logged_in(cast.rex).post(reverse("requests:ask"), form)
    assert answer.status_code == 409
    assert not Request.objects.exists()


@pytest.mark.django_db
@pytest.mark.clause("G-8")
def test_a_second_device_is_authorised_with_what_was_looked_at(logged_in, cast, now):
    make.cellular(cast.ana)
    request = make.recommended(cast, now)
    ida = logged_in(cast.ida)
    assert (
        "This makes a second cellular device"
        in ida.get(address("authorise", request)).content.decode()
    )
    answer = ida.post(address("authorise", request), {"item_1": "order", "reason": ""})
    assert answer.status_code == 422
    assert "second_reason" in answer.context["form"].errors
    form = {
        "item_1": "order",
        "second_tethering": "The plan does not allow it.",
        "second_loan": "Needed every day.",
        "second_reason": "On call at two plants.",
        "second_until": localdate(now + 90 * DAY).isoformat(),
    }
    assert ida.post(address("authorise", request), form).status_code == 302
    assert SecondDevice.objects.get().reason == "On call at two plants."


@pytest.mark.django_db
@pytest.mark.clause("G-7")
@pytest.mark.parametrize("verb", ["recommend", "decline", "authorise", "refuse"])
@pytest.mark.parametrize("who", ["ana", "sue", "rex"])
def test_steps_are_not_for_everybody(logged_in, cast, now, verb, who):
    make_it = make.asked if verb in {"recommend", "decline"} else make.recommended
    request = make_it(cast, now)
    state = request.state
    answer = logged_in(getattr(cast, who)).post(
        address(verb, request), {"reason": "x", "item_1": "order"}
    )
    assert answer.status_code in {403, 404}
    request.refresh_from_db()
    assert request.state == state


@pytest.mark.django_db
def test_the_menu_counts_what_waits(logged_in, cast, now):
    partial = {"HX-Request": "true", "HX-Request-Type": "partial"}
    make.asked(cast, now)
    count = logged_in(cast.cole).get(reverse("waiting:count"), headers=partial)
    assert count.content.decode().startswith("1<span")
    assert logged_in(cast.rex).get(reverse("waiting:count"), headers=partial).content == b""
    assert logged_in(cast.rex).get(reverse("waiting:count")).status_code == 302


@pytest.mark.django_db
def test_who_stands_in_is_named_on_a_page_and_sees_it(logged_in, cast, now):
    make.asked(cast, now)
    today = timezone.localdate().isoformat()
    form = {"delegate": "rex@city.example", "starts_on": today, "ends_on": today, "reason": "Away"}
    cole = logged_in(cast.cole)
    assert cole.post(reverse("waiting:delegate"), {**form, "delegate": "9"}).status_code == 422
    answer = cole.post(reverse("waiting:delegate"), {**form, "delegate": cast.ida.number})
    assert "other step" in answer.content.decode()
    assert cole.post(reverse("waiting:delegate"), form).status_code == 302
    page = logged_in(cast.rex).get(reverse("waiting:mine")).content.decode()
    assert "You stand in for Cole Novak" in page
    assert "Recommend or decline" in page
    made = Delegation.objects.get()
    end = reverse("waiting:delegation-end", kwargs={"key": made.pk})
    assert logged_in(cast.ana).post(end).status_code == 404
    cole.post(end)
    made.refresh_from_db()
    assert made.ended_at is not None


def _ask_page(logged_in, person):
    return logged_in(person).get(reverse("requests:ask")).content.decode()
