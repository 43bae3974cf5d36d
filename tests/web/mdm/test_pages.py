"""Pages of management: lists, the panel of a device, enrolling, and the verbs."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quartermaster.audit.models import Entry
from quartermaster.mdm.models import Command, Invitation, UserChannel
from quartermaster.mdm.tokens import token_hash
from quartermaster.web.panels import panels_of
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import (
    CommandFactory,
    EnrolmentFactory,
    FactFactory,
    InvitationFactory,
    certificate,
)
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing):
    return reverse(f"mdm:{name}", kwargs={"key": thing.pk})


def enrolled(holder, **more):
    return EnrolmentFactory(device=DeviceFactory(holder=holder), **more)


class TestEnrolments(RoomViewTests):
    list_name = "mdm:enrolments"
    seen_by = {
        "ana": {"ana"},
        "cole": {"ana"},
        "sue": {"ana"},
        "ida": {"ana", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {"ana": enrolled(cast.ana), "rex": enrolled(cast.rex)}


class TestCommands(RoomViewTests):
    list_name = "mdm:commands"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"ana"}, "rex": set()}

    def things(self, cast, at):
        return {"ana": CommandFactory(enrolment=enrolled(cast.ana))}


def test_enrolments_are_narrowed_by_silence(logged_in, cast, at):
    enrolled(cast.ana, last_seen_at=at)
    quiet = enrolled(cast.cole, last_seen_at=at - timedelta(days=1000))
    answer = logged_in(cast.ida).get(reverse("mdm:enrolments"), {"silent": "7"})
    assert {row.record.pk for row in answer.context["table"].page.object_list} == {quiet.pk}


def panel(request, device):
    found = [
        item.html for item in panels_of("device", request, device) if item.title == "Management"
    ]
    return found[0] if found else ""


@pytest.mark.clause("G-3")
def test_the_panel_shows_what_was_reported_with_its_source(asking, cast):
    enrolment = enrolled(cast.ana)
    FactFactory(device=enrolment.device)
    CommandFactory(enrolment=enrolment, state="failed", answered_at=enrolment.created_at)
    shown = panel(asking(cast.ida), enrolment.device)
    assert "Passcode set</dt><dd>No" in shown
    assert "SecurityInfo" in shown
    assert "Failed" in shown
    assert to("refresh", enrolment) in shown
    assert to("end", enrolment) in shown
    assert to("refresh", enrolment) not in panel(asking(cast.ana), enrolment.device)
    assert "Passcode set" in panel(asking(cast.sue), enrolment.device)
    assert panel(asking(cast.rex), enrolment.device) == ""


def test_the_panel_tells_how_it_came_and_of_its_users(asking, cast, at):
    enrolment = enrolled(cast.ana, way="automated")
    channel = UserChannel.objects.create(
        enrolment=enrolment, user_id="4A7B", short_name="areyes", created_at=at, last_seen_at=at
    )
    shown = panel(asking(cast.ida), enrolment.device)
    assert "How it came: automatically" in shown
    assert "areyes" in shown
    UserChannel.objects.filter(id=channel.id).update(left_at=at)
    assert "areyes" not in panel(asking(cast.ida), enrolment.device)
    assert panel(asking(cast.rex), enrolment.device) == ""


def test_a_device_without_a_channel_says_so(asking, cast):
    device = DeviceFactory(holder=cast.ana, platform="android")
    assert "no management channel" in panel(asking(cast.ida), device)


def test_the_device_is_asked_again_and_what_waits_is_cancelled(logged_in, cast):
    enrolment = enrolled(cast.ana)
    client = logged_in(cast.ida)
    answer = client.post(to("refresh", enrolment))
    assert answer["Location"] == reverse("inventory:device", kwargs={"key": enrolment.device_id})
    kinds = set(Command.objects.values_list("kind", flat=True))
    assert {"DeviceInformation", "SecurityInfo"} <= kinds
    command = Command.objects.filter(kind="SecurityInfo").get()
    assert client.post(to("command-cancel", command)).status_code == 302
    command.refresh_from_db()
    assert command.state == "cancelled"
    assert client.post(to("command-cancel", command)).status_code == 409
    assert client.post(to("configure", enrolment)).status_code == 302


@pytest.mark.clause("G-10")
def test_an_enrolment_is_ended_with_a_reason(logged_in, cast):
    enrolment = enrolled(cast.ana)
    client = logged_in(cast.ida)
    assert client.post(to("end", enrolment)).status_code == 422
    assert client.post(to("end", enrolment), {"reason": "Sold."}).status_code == 302
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.end_reason) == ("ended", "Sold.")
    assert client.post(to("end", enrolment), {"reason": "Again."}).status_code in {401, 403, 409}


@pytest.mark.parametrize("name", ["refresh", "configure", "end"])
@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_verbs_are_for_administrators(logged_in, cast, name, who):
    enrolment = enrolled(cast.ana)
    answer = logged_in(getattr(cast, who)).post(to(name, enrolment), {"reason": "x"})
    assert answer.status_code == 403
    assert Command.objects.count() == 0


def the_link(answer):
    return re.search(r'value="https?://[^"/]+(/enrol/[^"]+)"', answer.content.decode()).group(1)


@pytest.mark.clause("S-1")
def test_a_holder_enrols_by_a_link_that_is_shown_once(logged_in, cast, at):
    device = DeviceFactory(holder=cast.ana)
    client = logged_in(cast.ana)
    assert to("invite", device) in client.get(reverse("mdm:mine")).content.decode()
    answer = client.post(to("invite", device))
    link = the_link(answer)
    token = link.split("/")[2]
    invitation = Invitation.objects.get()
    assert bytes(invitation.token_hash) == token_hash(token)
    assert answer["Cache-Control"].find("no-store") >= 0
    assert b"<svg" in answer.content
    assert b"style=" not in answer.content
    assert not Entry.objects.filter(data__icontains=token).exists()
    page = Client().get(link)  # nobody has to log in to read what will happen
    assert page.status_code == 200
    assert f"/enrol/{token}" in page.content.decode()
    assert "where it is" in page.content.decode()
    assert device.asset_tag in page.content.decode()
    assert "Ana" not in page.content.decode()


@pytest.mark.clause("G-2")
def test_a_personal_device_takes_the_consent_of_its_owner(logged_in, cast):
    device = PersonalDeviceFactory(holder=cast.ana)
    client = logged_in(cast.ana)
    page = client.get(to("invite", device)).content.decode()
    assert "records request" in page
    assert "nothing that it costs is paid back" in page
    assert client.post(to("invite", device)).status_code == 422
    assert Invitation.objects.count() == 0
    assert client.post(to("invite", device), {"consent": "on"}).status_code == 200
    assert Invitation.objects.get().consented_at is not None


@pytest.mark.clause("G-1")
def test_the_page_of_a_personal_device_says_what_is_never_asked(client, cast):
    device = PersonalDeviceFactory(holder=cast.ana)
    InvitationFactory(device=device, token="hers")
    answer = client.get(reverse("mdm:enrol", kwargs={"token": "hers"}))
    unseen = answer.context["disclosure"].unseen
    assert "its SIM cards and telephone numbers" in unseen
    assert "which applications of your own are installed" in unseen
    assert "its name" not in answer.context["disclosure"].seen


@pytest.mark.parametrize("who", ["cole", "sue", "rex"])
def test_nobody_else_enrols_the_device_of_another(logged_in, cast, who):
    device = DeviceFactory(holder=cast.ana)
    assert logged_in(getattr(cast, who)).post(to("invite", device)).status_code == 404
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("more", [{"state": "cancelled"}, {"token": "another"}])
def test_a_link_that_is_used_up_is_not_found(client, cast, more):
    InvitationFactory(**({"token": "spent"} | more))
    answer = client.get(reverse("mdm:enrol", kwargs={"token": "spent"}))
    assert answer.status_code == 404


@pytest.mark.clause("G-10", "G-11")
def test_itmd_revokes_one_certificate_from_the_page_of_a_device(logged_in, cast, at):
    row = enrolled(cast.ana)
    kept = certificate(row, at)
    page = logged_in(cast.ida).get(device_address(row)).content.decode()
    assert "How it proves itself" in page
    assert to("certificate-revoke", kept) in page
    assert to("certificate-revoke", kept) not in (
        logged_in(cast.ana).get(device_address(row)).content.decode()
    )
    logged_in(cast.ida).post(to("certificate-revoke", kept), {"reason": "stolen"})
    kept.refresh_from_db()
    assert kept.revoke_reason == "stolen"
    assert "stolen" in logged_in(cast.ida).get(device_address(row)).content.decode()


def test_itmd_has_a_certificate_renewed_from_the_page_of_a_device(logged_in, cast, at):
    row = enrolled(cast.ana)
    logged_in(cast.ida).post(to("renew", row))
    assert Command.objects.get().key == "renew:identity"


def device_address(enrolment):
    return reverse("inventory:device", kwargs={"key": enrolment.device_id})
