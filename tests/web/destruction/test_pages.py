"""Pages of what destroys: asking, the second person, stopping, and who sees it."""

import pytest
from django.urls import reverse

from quartermaster.mdm import destruction
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.mdm.rules.destruction import HOUR
from quartermaster.web.cards import cards_for
from quartermaster.web.panels import panels_of
from tests.factories.destruction import account, approved, asked, second_person
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.org import PASSWORD
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db
REASON = {"reason": "Left on the bus, not found"}


def to(name, thing=None):
    return reverse(f"destruction:{name}", kwargs={"key": thing.pk} if thing else {})


def text(answer):
    return answer.content.decode()


def phone(cast, **more):
    given = {"holder": cast.ana, "platform": "ios", "device_class": "smartphone", **more}
    return EnrolmentFactory(device=DeviceFactory(**given))


@pytest.fixture
def ben(cast):
    """The second person; Ida has a log-in as well."""
    account(cast.ida)
    return second_person(cast)


class TestRequests(RoomViewTests):
    list_name = "destruction:requests"
    detail_name = "destruction:request"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"one", "two"}, "rex": set()}

    def things(self, cast, at):
        ida = cast.acting(cast.ida)
        return {
            "one": asked([phone(cast)], ida, at),
            "two": asked([phone(cast), phone(cast)], ida, at),
        }


@pytest.mark.clause("G-10")
def test_from_the_page_of_a_device_to_the_second_person(logged_in, cast, ben, at):
    enrolment = phone(cast)
    ida = logged_in(cast.ida)
    page = text(ida.get(to("erase", enrolment)))
    assert "The City is not responsible for personal data" in page
    assert "a second person must agree" in page
    assert ida.post(to("erase", enrolment), {"reason": ""}).status_code == 422
    answer = ida.post(to("erase", enrolment), {**REASON, "preserve_data_plan": "on"})
    request = DestructiveRequest.objects.get()
    assert answer["Location"] == to("request", request)
    assert (request.kind, request.arguments) == ("wipe", {"preserve_data_plan": "yes"})
    shown = text(ida.get(to("request", request)))
    assert "Needs a second person" in shown
    assert "The mobile plan of its eSIM stays." in shown
    assert to("approve", request) not in shown
    assert to("stop", request) in shown
    assert ida.post(to("approve", request), {"password": PASSWORD}).status_code == 403
    other = logged_in(ben)
    assert to("approve", request) in text(other.get(to("request", request)))
    assert "Left on the bus" in text(other.get(to("approve", request)))
    assert other.post(to("approve", request)).status_code == 422
    assert other.post(to("approve", request), {"password": "wrong"}).status_code == 401
    request.refresh_from_db()
    assert request.state == "requested"
    assert other.post(to("approve", request), {"password": PASSWORD}).status_code == 302
    request.refresh_from_db()
    assert request.state == "waiting"
    assert "Approved, waits" in text(other.get(to("request", request)))
    assert other.post(to("approve", request), {"password": PASSWORD}).status_code == 409


def test_too_many_guesses_are_told_so(logged_in, cast, ben, at):
    request = asked([phone(cast)], cast.acting(cast.ida), at)
    client = logged_in(ben)
    statuses = {
        client.post(to("approve", request), {"password": "guess"}).status_code for _ in range(12)
    }
    assert statuses == {401, 429}


@pytest.mark.clause("G-10")
def test_refusing_and_stopping(logged_in, cast, ben, at):
    requests = [asked([phone(cast)], cast.acting(cast.ida), at) for _ in range(4)]
    client = logged_in(ben)
    for name, request in zip(("refuse", "stop"), requests, strict=False):
        assert client.get(to(name, request)).status_code == 200
        assert client.post(to(name, request), {"reason": ""}).status_code == 422
        assert client.post(to(name, request), REASON).status_code == 302
    assert "2 requests are not done yet" in text(client.get(to("stop-everything")))
    assert client.post(to("stop-everything"), REASON).status_code == 302
    assert list(DestructiveRequest.objects.order_by("id").values_list("state", flat=True)) == [
        "refused",
        "stopped",
        "stopped",
        "stopped",
    ]


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_nobody_else_asks_approves_or_stops(logged_in, cast, at, who):
    account(getattr(cast, who))
    request = asked([phone(cast)], cast.acting(cast.ida), at)
    other = phone(cast)
    client = logged_in(getattr(cast, who))
    for name, thing in (("erase", other), ("remove", other), ("approve", request)):
        said = {**REASON, "password": PASSWORD}
        assert client.post(to(name, thing), said).status_code in {403, 404}
    for name in ("ask", "raise", "stop-everything"):
        assert client.post(to(name), REASON).status_code == 403
    request.refresh_from_db()
    assert (request.state, DestructiveRequest.objects.count()) == ("requested", 1)


@pytest.mark.clause("G-10")
def test_several_devices_are_asked_for_at_once(logged_in, cast, at):
    tags = [phone(cast).device.asset_tag for _ in range(3)]
    client = logged_in(cast.ida)
    said = {**REASON, "kind": "removal", "tags": "\n".join(tags)}
    wrong = client.post(to("ask"), {**said, "tags": f"{tags[0]}, NO-SUCH"})
    assert wrong.status_code == 422
    assert "Not under management here: NO-SUCH." in text(wrong)
    assert client.post(to("ask"), said).status_code == 302
    request = DestructiveRequest.objects.get()
    assert (request.kind, request.targets.count()) == ("removal", 3)


def test_the_limits_are_raised_by_a_request_too(logged_in, cast, at):
    client = logged_in(cast.ida)
    assert client.post(to("raise"), {**REASON, "extra": 9999, "hours": 2}).status_code == 422
    assert client.post(to("raise"), {**REASON, "extra": 5, "hours": 2}).status_code == 302
    request = DestructiveRequest.objects.get()
    assert (request.state, request.arguments) == ("requested", {"extra": 5, "hours": 2})
    assert "For 2 hours, 5 devices more" in text(client.get(to("request", request)))


@pytest.mark.clause("G-1")
def test_a_personal_device_has_no_button_to_erase(asking, logged_in, cast, at):
    device = PersonalDeviceFactory(holder=cast.ana, platform="ios")
    enrolment = EnrolmentFactory(device=device)
    shown = panel(asking(cast.ida), device)
    assert "never erased" in shown
    assert to("erase", enrolment) not in shown
    assert to("remove", enrolment) in shown
    answer = logged_in(cast.ida).post(to("erase", enrolment), REASON)
    assert answer.status_code == 409
    assert "never erased" in text(answer)


def panel(request, device):
    return "".join(
        item.html for item in panels_of("device", request, device) if item.title == "Erasing"
    )


def test_the_panel_is_for_itmd_and_shows_what_was_asked(asking, cast, at):
    enrolment = phone(cast)
    request = asked([enrolment], cast.acting(cast.ida), at)
    assert to("request", request) in panel(asking(cast.ida), enrolment.device)
    for who in (cast.ana, cast.cole, cast.sue, cast.rex):
        assert panel(asking(who), enrolment.device) == ""


@pytest.mark.clause("G-10")
def test_cards_say_what_waits_and_what_is_not_confirmed(asking, cast, ben, at):
    ida = cast.acting(cast.ida)
    request = asked([phone(cast)], ida, at)

    def titles(person):
        return {card.title: card.figure for card in cards_for(asking(person))}

    assert titles(ben)["Waiting for a second person"] == 1
    assert "Waiting for a second person" not in titles(cast.ida)
    assert "Waiting for a second person" not in titles(cast.rex)
    approved(request, cast.acting(ben), at)
    assert titles(cast.ida)["Approved and not sent yet"] == 1
    destruction.release_due(at + HOUR)
    assert titles(cast.ida)["Erased, not confirmed"] == 1


@pytest.mark.clause("G-10")
def test_the_page_says_honestly_how_each_device_stands(logged_in, cast, ben, at):
    enrolment = phone(cast)
    request = approved(asked([enrolment], cast.acting(cast.ida), at), cast.acting(ben), at)
    destruction.release_due(at + HOUR)
    client = logged_in(cast.ida)
    assert "Waits for the device to ask." in text(client.get(to("request", request)))
    Command.objects.update(state="sent", sent_at=at + HOUR)
    shown = text(client.get(to("request", request)))
    assert "Not confirmed: given to the device, which has not answered yet." in shown
    assert "The device is offline since" in shown
