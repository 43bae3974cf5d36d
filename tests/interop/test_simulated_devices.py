"""Our own simulated devices through the real door: what mdmb cannot play."""

import httpx
import pytest
from typer.testing import CliRunner

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Certificate, Command, Enrolment
from quartermaster.mdm.queries import posture_of
from quartermaster.simulators.__main__ import app
from quartermaster.simulators.apple import App, Refused, iphone
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ASKED = ["DeviceInformation", "SecurityInfo", "InstalledApplicationList", "ProfileList"]


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as made:
        yield made


@pytest.mark.clause("G-3", "G-10")
def test_a_phone_enrols_answers_and_leaves(invited, client):
    device, path = invited("PH-1")
    state = iphone(serial="F2LX0000ABCD", apps=[App("com.example.mail", "Mail", "2.1")])
    phone = CheckedDevice(client, state)
    with devices_door() as door:
        phone.enrol(f"{door}{path}")
        outbox.deliver_due(now())
        assert [kind for kind in phone.connect() if kind != "InstallProfile"] == ASKED
        outbox.deliver_due(now())
        found = posture_of(device.id)
        assert found["passcode.present"].value is False
        assert found["os.version"].value == state.os_version
        assert [row["identifier"] for row in found["software.installed"].value] == [
            "com.example.mail"
        ]
        phone.check_out()
        with pytest.raises(AssertionError):
            phone.connect()  # it has thrown its identity away
    assert Enrolment.objects.get().state == "ended"


def test_a_locked_phone_answers_the_rest_and_later_all(invited, client):
    _, path = invited("PH-2")
    state = iphone(locked=True)
    phone = CheckedDevice(client, state)
    with devices_door() as door:
        phone.enrol(f"{door}{path}")
        outbox.deliver_due(now())
        phone.connect()
        waiting = Command.objects.filter(state="deferred").values_list("kind", flat=True)
        assert "SecurityInfo" in set(waiting)
        state.locked = False
        while phone.connect():  # a deferred command is offered again at each new connect
            pass
        assert not Command.objects.exclude(state="acknowledged").exists()


def test_an_invitation_brings_in_one_device_only(invited, client):
    _, path = invited("PH-3")
    with devices_door() as door:
        CheckedDevice(client, iphone()).enrol(f"{door}{path}")
        with pytest.raises(Refused):
            CheckedDevice(client, iphone()).enrol(f"{door}{path}")
    assert Enrolment.objects.count() == 1


def test_a_device_can_be_played_from_the_command_line(invited):
    _, path = invited("PH-4")
    with devices_door() as door:
        played = CliRunner().invoke(app, ["apple", f"{door}{path}", "--passcode", "137924"])
    assert played.exit_code == 0, played.output
    assert played.output.startswith("Enrolled as ")
    assert "Answered: " in played.output
    assert Enrolment.objects.get().state == "enrolled"


@pytest.mark.clause("G-10", "G-11")
def test_a_phone_renews_its_identity_and_a_revoked_one_is_refused_by_every_process(
    invited, client, settings
):
    _, path = invited("PH-5")
    phone = CheckedDevice(client, iphone())
    with devices_door() as door:
        settings.DEVICES_URL = door
        phone.enrol(f"{door}{path}")
        first = phone.identity
        enrolment = Enrolment.objects.get()
        actions.renew_identity(enrolment=enrolment, actor=system("test"), at=now())
        assert phone.connect().count("InstallProfile") >= 1
        assert phone.identity.certificate != first.certificate
        assert Certificate.objects.filter(revoked_at=None).count() == 1
        newest = Certificate.objects.get(revoked_at=None)
        actions.revoke_certificate(
            certificate=newest, reason="stolen", actor=system("test"), at=now()
        )
        with pytest.raises(Refused, match="403"):  # the door's process trusted it a moment ago
            phone.connect()
    assert Enrolment.objects.get().state == "enrolled"


def test_a_profile_that_would_move_a_phone_elsewhere_is_not_taken(invited, client):
    _, path = invited("PH-6")
    phone = CheckedDevice(client, iphone())
    with devices_door() as door:
        phone.enrol(f"{door}{path}")
        enrolment = Enrolment.objects.get()
        invitation = enrolment.invitation
        invitation.terms["management"]["ServerURL"] = "http://elsewhere.example"
        invitation.save()
        actions.renew_identity(enrolment=enrolment, actor=system("test"), at=now())
        phone.connect()
    failed = Command.objects.get(key="renew:identity")
    assert (failed.state, "does not match" in failed.error) == ("failed", True)
