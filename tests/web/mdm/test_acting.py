"""Pages of verbs, commands, kept secrets and places: who may, what is shown, what never is."""

import plistlib
from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import InvalidInput
from quartermaster.mdm import actions
from quartermaster.mdm.actions.perform import MOST_AT_ONCE
from quartermaster.mdm.models import Command, EscrowedSecret, Reveal
from quartermaster.web.cards import cards_for
from quartermaster.web.mdm.locations import LARGEST, SMALLEST, radius
from quartermaster.web.panels import panels_of
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import (
    CommandFactory,
    EnrolmentFactory,
    FactFactory,
    LocationFactory,
    SecretFactory,
)
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db
REASON = "Reported lost at the depot"
REFUSAL = plistlib.dumps(
    {
        "Status": "Error",
        "ErrorChain": [
            {
                "ErrorCode": 12054,
                "ErrorDomain": "MCMDMErrorDomain",
                "USEnglishDescription": "Not enough space.",
            }
        ],
    }
)
OTHERS = ["ana", "cole", "sue", "rex"]


def to(name, thing, **more):
    return reverse(f"mdm:{name}", kwargs={"key": thing.pk, **more})


def enrolled(holder, **more):
    return EnrolmentFactory(device=DeviceFactory(holder=holder), **more)


def failed(holder, at, **more):
    return CommandFactory(
        enrolment=enrolled(holder),
        kind="ScheduleOSUpdate",
        key="do:update",
        payload=plistlib.dumps({"CommandUUID": "x", "Command": {"RequestType": "Secret words"}}),
        state="failed",
        answered_at=at,
        answer=REFUSAL,
        error="Not enough space. (MCMDMErrorDomain 12054)",
        **more,
    )


def panel(request, device, title):
    found = [item.html for item in panels_of("device", request, device) if item.title == title]
    return found[0] if found else ""


class TestSecrets(RoomViewTests):
    list_name = "mdm:secrets"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"ana"}, "rex": set()}

    def things(self, cast, at):
        return {"ana": SecretFactory(device=DeviceFactory(holder=cast.ana))}


@pytest.mark.clause("G-10")
def test_a_device_is_locked_from_its_page(logged_in, cast):
    enrolment = enrolled(cast.ana)
    client = logged_in(cast.ida)
    address = to("do", enrolment, verb="lock")
    shown = client.get(address).content.decode()
    assert "needs its passcode to go on" in shown
    for said in ({}, {"reason": REASON}, {"right": "on"}):
        assert client.post(address, said).status_code == 422
    assert not Command.objects.exists()
    said = {"reason": REASON, "right": "on", "message": "Call us"}
    assert client.post(address, said).status_code == 302
    command = Command.objects.get()
    assert (command.kind, command.reason, command.queued_by) == (
        "DeviceLock", REASON, "Ida Lindqvist"
    )  # fmt: skip


@pytest.mark.clause("G-11")
def test_what_is_not_possible_says_why_and_is_not_done(logged_in, cast):
    enrolment = enrolled(cast.ana)
    client = logged_in(cast.ida)
    address = to("do", enrolment, verb="locate")
    assert "supervised devices only" in client.get(address).content.decode()
    assert client.post(address, {"reason": REASON}).status_code == 409
    FactFactory(device=enrolment.device, key="supervised", value=True)
    assert client.post(address, {"reason": REASON}).status_code == 409
    FactFactory(device=enrolment.device, key="lost_mode", value=True)
    assert client.post(address, {"reason": REASON}).status_code == 302
    assert client.get(to("do", enrolment, verb="dance")).status_code == 404


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize("verb", ["lock", "lost-mode-on", "set-recovery-lock"])
def test_verbs_are_for_administrators(logged_in, cast, who, verb):
    address = to("do", enrolled(cast.ana), verb=verb)
    client = logged_in(getattr(cast, who))
    said = {"reason": REASON, "right": "on", "message": "x"}
    assert client.get(address).status_code == 403
    assert client.post(address, said).status_code == 403
    assert not Command.objects.exists()


@pytest.mark.clause("G-1")
def test_a_personal_device_has_no_verbs(asking, cast):
    device = PersonalDeviceFactory(holder=cast.ana)
    EnrolmentFactory(device=device)
    shown = panel(asking(cast.ida), device, "Act on the device")
    assert "usa-link" not in shown
    assert "holder&#x27;s own" in shown


def test_the_panel_has_what_is_possible_and_why_the_rest_is_not(asking, cast):
    enrolment = enrolled(cast.ana)
    shown = panel(asking(cast.ida), enrolment.device, "Act on the device")
    assert to("do", enrolment, verb="lock") in shown
    assert to("do", enrolment, verb="locate") not in shown
    assert "supervised devices only" in shown
    for who in OTHERS:
        assert panel(asking(getattr(cast, who)), enrolment.device, "Act on the device") == ""


@pytest.mark.clause("G-10")
def test_a_refusal_is_shown_with_its_meaning_and_without_the_content(logged_in, cast, at):
    command = failed(cast.ana, at)
    client = logged_in(cast.ida)
    shown = client.get(to("command", command)).content.decode()
    for words in (
        "There is not enough space to load the update.",
        "MCMDMErrorDomain 12054",
        "Not enough space.",
        "Worth trying again",
        to("command-retry", command),
    ):
        assert words in shown
    assert "Secret words" not in shown
    answer = client.post(to("command-retry", command))
    fresh = Command.objects.get(retry_of=command)
    assert answer["Location"] == to("command", fresh)
    assert client.post(to("command-retry", command)).status_code == 409
    assert to("command", fresh) in client.get(to("command", command)).content.decode()
    assert to("command", command) in client.get(to("command", fresh)).content.decode()


def test_an_unknown_refusal_is_shown_as_it_came(logged_in, cast, at):
    odd = {"ErrorCode": 7, "ErrorDomain": "OddDomain", "USEnglishDescription": "<b>Odd</b>"}
    command = failed(cast.ana, at)
    Command.objects.update(answer=plistlib.dumps({"Status": "Error", "ErrorChain": [odd]}))
    shown = logged_in(cast.ida).get(to("command", command)).content.decode()
    assert "OddDomain 7" in shown
    assert "&lt;b&gt;Odd&lt;/b&gt;" in shown
    assert "shown as it came" in shown


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"state": "deferred", "deferred_at": True, "sent_at": True}, "until the device is unlo"),
        ({"state": "sent", "sent_at": True}, "has not answered"),
        ({"state": "queued"}, "has not taken it"),
        ({"state": "sent", "sent_at": True, "sealed": True}, "kept sealed until"),
    ],
)
def test_where_a_command_stands(logged_in, cast, at, more, words):
    given = {key: (at - timedelta(days=400) if value is True and key.endswith("_at") else value)
             for key, value in more.items()}  # fmt: skip
    command = CommandFactory(
        enrolment=enrolled(cast.ana, last_seen_at=at),
        **{"queued_at": at - timedelta(days=400), **given},
    )
    assert words in logged_in(cast.ida).get(to("command", command)).content.decode()


def test_overdue_commands_are_found_by_filter_and_card(logged_in, asking, cast, at):
    late = CommandFactory(enrolment=enrolled(cast.ana), queued_at=at - timedelta(days=400))
    CommandFactory(enrolment=enrolled(cast.cole), state="acknowledged", answered_at=at, sent_at=at)
    answer = logged_in(cast.ida).get(reverse("mdm:commands"), {"overdue": "yes"})
    assert [row.record.pk for row in answer.context["table"].page.object_list] == [late.pk]
    titles = {item.title: item.figure for item in cards_for(asking(cast.ida))}
    assert titles["Commands overdue"] == 1
    assert "Commands overdue" not in {item.title for item in cards_for(asking(cast.rex))}


@pytest.mark.clause("G-10")
def test_a_secret_is_shown_once_with_a_reason_and_kept_in_no_cache(logged_in, asking, cast):
    secret = SecretFactory(device=DeviceFactory(holder=cast.ana))
    client = logged_in(cast.ida)
    address = to("secret-reveal", secret)
    assert "open sesame" not in client.get(address).content.decode()
    assert client.post(address, {"reason": "x"}).status_code == 422
    assert not Reveal.objects.exists()
    answer = client.post(address, {"reason": "Recovery at the desk"})
    assert 'value="open sesame"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "open sesame" not in client.get(reverse("mdm:secrets")).content.decode()
    shown = panel(asking(cast.ana), secret.device, "Kept and looked at")
    assert "to Ida Lindqvist" in shown
    assert "Recovery at the desk" in shown
    assert "sesame" not in shown
    assert address not in shown
    for who in ("cole", "sue", "rex"):
        assert panel(asking(getattr(cast, who)), secret.device, "Kept and looked at") == ""


@pytest.mark.parametrize("who", OTHERS)
def test_secrets_are_for_administrators(logged_in, cast, who):
    secret = SecretFactory(device=DeviceFactory(holder=cast.ana))
    client = logged_in(getattr(cast, who))
    answer = client.post(to("secret-reveal", secret), {"reason": "I want to know"})
    assert answer.status_code == 403
    assert not Entry.objects.filter(tag="mdm.secret.revealed").exists()


def test_what_machines_need_is_not_offered(logged_in, cast):
    secret = SecretFactory(device=DeviceFactory(holder=cast.ana), kind="bootstrap-token")
    client = logged_in(cast.ida)
    address = to("secret-reveal", secret)
    assert address not in client.get(reverse("mdm:secrets")).content.decode()
    answer = client.post(address, {"reason": "I want to know"})
    assert answer.status_code == 409
    assert "sesame" not in answer.content.decode()


@pytest.mark.clause("G-11")
def test_a_place_is_shown_to_those_who_find_devices_and_each_look_is_kept(logged_in, cast):
    enrolment = enrolled(cast.ana)
    place = LocationFactory(command__enrolment=enrolment)
    client = logged_in(cast.ida)
    assert "44.51234" not in client.get(to("location", place)).content.decode()
    assert not Entry.objects.filter(tag="mdm.location.viewed").exists()
    answer = client.post(to("location", place))
    assert "44.51234, -88.01234" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert Entry.objects.get(tag="mdm.location.viewed").actor_label == "Ida Lindqvist"


@pytest.mark.clause("G-11")
@pytest.mark.parametrize("who", OTHERS)
def test_a_place_is_hidden_from_everybody_else(logged_in, asking, cast, who):
    enrolment = enrolled(cast.ana)
    place = LocationFactory(command__enrolment=enrolment)
    client = logged_in(getattr(cast, who))
    assert client.get(to("location", place)).status_code == 403
    assert client.post(to("location", place)).status_code == 403
    request = asking(getattr(cast, who))
    shown = "".join(str(item.html) for item in panels_of("device", request, enrolment.device))
    assert to("location", place) not in shown
    assert ("Reported lost at the depot" in shown) is (who == "ana")


@pytest.mark.parametrize(
    ("accuracy", "drawn"), [(0, SMALLEST), (5, SMALLEST), (5_000, LARGEST), (10**7, LARGEST)]
)
def test_a_circle_is_drawn_within_its_square(accuracy, drawn):
    assert radius(accuracy) == drawn


@pytest.mark.clause("G-10")
def test_many_devices_are_restarted_as_the_list_was_narrowed(logged_in, cast, at):
    good = enrolled(cast.ana, last_seen_at=at - timedelta(days=400))
    plain = enrolled(cast.cole, last_seen_at=at - timedelta(days=400))
    enrolled(cast.sue, last_seen_at=at)
    FactFactory(device=good.device, key="supervised", value=True)
    client = logged_in(cast.ida)
    address = reverse("mdm:bulk") + "?silent=7"
    shown = client.get(address).content.decode()
    assert "2 enrolled devices" in shown
    said = {"verb": "restart", "reason": "After the power cut", "right": "on"}
    assert client.post(address, {**said, "right": ""}).status_code == 422
    answer = client.post(address, said).content.decode()
    assert "1 device takes it. 1 cannot" in answer
    assert plain.device.asset_tag in answer
    assert [row.enrolment for row in Command.objects.all()] == [good]
    assert client.post(address, {**said, "verb": "lock"}).status_code == 422
    client.post(address, {**said, "verb": "refresh"})
    assert Command.objects.filter(kind="SecurityInfo").count() == 2


def test_a_list_that_is_too_long_is_refused(cast, at):
    rows = [enrolled(cast.ana)] * (MOST_AT_ONCE + 1)
    with pytest.raises(InvalidInput, match="narrow the list"):
        actions.perform_many(
            enrolments=rows,
            verb="refresh",
            arguments={},
            reason="Look",
            actor=cast.acting(cast.ida),
            at=at,
        )
    assert not Command.objects.exists()


@pytest.mark.parametrize("who", OTHERS)
def test_lists_are_acted_on_by_administrators_alone(logged_in, cast, who):
    enrolled(cast.ana)
    client = logged_in(getattr(cast, who))
    said = {"verb": "refresh", "reason": "Look", "right": "on"}
    assert client.post(reverse("mdm:bulk"), said).status_code == 403
    assert reverse("mdm:bulk") not in client.get(reverse("mdm:enrolments")).content.decode()
    assert not Command.objects.exists()


def test_the_holder_reads_who_asked_where_the_device_is(asking, cast):
    place = LocationFactory(command__enrolment=enrolled(cast.ana))
    device = place.command.enrolment.device
    shown = panel(asking(cast.ana), device, "Kept and looked at")
    assert "Reported lost at the depot" in shown
    assert "44.5" not in shown
    assert EscrowedSecret.objects.count() == 0
