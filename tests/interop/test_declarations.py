"""Declarations from the policy to a simulated device and back, through the real door."""

from datetime import datetime

import httpx
import pytest
from django.test import override_settings

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm.models import Command, DeclaredState, StatusReport
from quartermaster.mdm.queries import posture_of
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from quartermaster.simulators.apple import SimulatedDevice, iphone
from quartermaster.simulators.apple.state import Update
from tests.interop.doors import devices_door

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
OUTSIDE = "https://devices.example.gov"
PASSCODE = "org.quartermaster.passcode"


class Proxy(httpx.BaseTransport):
    """What stands before a door in production: takes https, speaks http to the door."""

    def __init__(self, door):
        self.door = httpx.URL(door)
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request):
        request.url = request.url.copy_with(scheme="http", host=self.door.host, port=self.door.port)
        return self.inner.handle_request(request)


def require(**settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(
        proposal=proposal, digest=policy.plan(proposal).digest, actor=system("test"), at=now()
    )


def settle(phone):
    """The device and the house speak until neither has anything to say."""
    while phone.connect():
        outbox.deliver_due(now())
    outbox.deliver_due(now())
    if phone.connect():
        settle(phone)


@pytest.fixture
def played(invited):
    """Plays a story with an enrolled phone, whose door is behind a proxy with https."""

    def play(state, story):
        device, path = invited("PH-1")
        with devices_door() as door, override_settings(DEVICES_URL=OUTSIDE):
            mounts = {OUTSIDE: Proxy(door)}
            with httpx.Client(timeout=30, mounts=mounts) as client:
                phone = SimulatedDevice(client, state)
                phone.enrol(f"{door}{path}")
                outbox.deliver_due(now())
                settle(phone)
                story(phone, device)

    return play


@pytest.mark.clause("G-3", "G-10")
def test_a_phone_keeps_itself_to_the_policy_and_says_so(played):
    require(passcode_minimum_length=6, passcode_complexity="numeric", managed_data_separation=True)

    def story(phone, device):
        assert list(phone.state.profiles)[1:] == ["org.quartermaster.declared.restrictions"]
        assert not Command.objects.filter(kind="InstallProfile").exists()
        found = posture_of(device.id)
        assert (found["passcode.compliant"].value, found["passcode.present"].value) == (
            False,
            False,
        )
        phone.state.passcode = "739154"
        phone.connect()
        outbox.deliver_due(now())
        found = posture_of(device.id)
        assert found["passcode.compliant"].value is True
        assert found["passcode.compliant"].source == "passcode.is-compliant"
        assert DeclaredState.objects.filter(active=True, valid="valid").count() == (
            DeclaredState.objects.count()
        )
        assert phone.declarations.refused == []

    played(iphone(), story)


@pytest.mark.clause("G-10")
def test_a_lower_version_is_updated_by_the_day(played):
    require(minimum_os={"ios": "18.2"}, minimum_os_within_days=5)

    def story(phone, device):
        found = posture_of(device.id)
        assert found["update.pending"].value == "18.2"
        phone.state.reach(datetime(2100, 1, 1))
        settle(phone)
        assert posture_of(device.id)["os.version"].value == "18.2"
        assert not DeclaredState.objects.filter(
            identifier="org.quartermaster.update-by"
        ).exists()  # what is done is declared no longer

    played(iphone(updates=[Update("18.2", "22C1", "K1")]), story)


@pytest.mark.clause("G-3", "G-10")
def test_a_phone_that_is_updated_goes_over_to_declarations(played):
    require(passcode_minimum_length=6, managed_data_separation=True)

    def story(phone, device):
        before = {"org.quartermaster.policy.passcode", "org.quartermaster.policy.restrictions"}
        assert before <= phone.state.profiles.keys()
        assert not StatusReport.objects.exists()
        phone.state.os_version = "18.1"
        ask_again(device)
        settle(phone)
        assert phone.state.configurations.keys() >= {PASSCODE, "org.quartermaster.restrictions"}
        assert not before & phone.state.profiles.keys()
        assert "org.quartermaster.declared.restrictions" in phone.state.profiles
        kinds = list(
            Command.objects.filter(key__startswith="install:")
            .order_by("queued_at", "id")
            .values_list("kind", flat=True)
        )
        assert kinds[:3] == ["InstallProfile", "InstallProfile", "DeclarativeManagement"]
        assert set(kinds[3:]) == {"RemoveProfile"}

    played(iphone(os_version="15.8", build="19H370"), story)


def test_a_phone_that_lacks_a_declaration_gets_the_profile(played):
    require(passcode_minimum_length=6)

    def story(phone, _device):
        assert "org.quartermaster.policy.passcode" in phone.state.profiles
        assert PASSCODE not in phone.declarations.declared

    played(iphone(unable={"com.apple.configuration.passcode.settings"}), story)


def ask_again(device):
    from quartermaster.mdm import actions
    from quartermaster.mdm.queries import enrolment_now

    actions.refresh_posture(enrolment=enrolment_now(device.id), actor=system("test"), at=now())
