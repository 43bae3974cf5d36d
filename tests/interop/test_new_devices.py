"""New devices through real doors: from Apple's list to the home screen."""

import httpx
import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, automated
from quartermaster.mdm.models import DeviceList, Enrolment, ListedDevice
from quartermaster.mdm.queries import posture_of
from quartermaster.org.models import User
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from quartermaster.simulators.apple import iphone, mac
from quartermaster.simulators.apple.identities import Refused
from quartermaster.simulators.apple.new_device import NewDevice, NotOurs, token_of
from quartermaster.simulators.apple.services.dep import Dep
from quartermaster.simulators.apple.services.device_ca import DeviceAuthority
from tests.factories.handovers import prepared
from tests.interop.doors import devices_door

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
APPLE = DeviceAuthority()
PASSWORD = "three unrelated words"


@pytest.fixture
def city(settings, monkeypatch, tmp_path, live_server):
    """Both doors, Apple's list, and what Apple's devices are known by; the list's hand."""
    pem = tmp_path / "apple.pem"
    pem.write_bytes(APPLE.pem)
    settings.APPLE_DEVICE_ANCHORS = pem
    monkeypatch.setenv("QUARTERMASTER_APPLE_DEVICE_ANCHORS", str(pem))
    settings.WEB_URL = live_server.url
    with Dep() as dep, devices_door() as door:
        settings.ADE_SERVER_URL, settings.DEVICES_URL = dep.address, door
        yield dep


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as made:
        yield made


def read(dep):
    """The server token from request to use, and the list read."""
    asked = actions.request_credential(driver="apple", kind="ade", actor=system("test"), at=now())
    actions.complete_credential(
        credential=asked,
        content=dep.token_file(bytes(asked.request)),
        actor=system("test"),
        at=now(),
    )
    automated.work_lists(now())


def read_again():
    DeviceList.objects.update(due_at=now())
    automated.work_lists(now())


def require(**settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(
        proposal=proposal, digest=policy.plan(proposal).digest, actor=system("test"), at=now()
    )


def signing_in_as(person):
    """What somebody does in the web view of a device."""
    user = User.objects.create(person=person, email=person.email)
    user.set_password(PASSWORD)
    user.save()

    def sign_in(client, opened):
        said = {"email": person.email, "password": PASSWORD}
        form = {"csrfmiddlewaretoken": token_of(opened.text), **said}
        page = client.post(str(opened.url), data=form, follow_redirects=True)
        agreed = {"csrfmiddlewaretoken": token_of(page.text)}
        return client.post(str(page.url), data=agreed)

    return sign_in


def work_off(device):
    """Connect until there is nothing left; the kinds of what was answered, by session."""
    sessions = []
    for _ in range(5):
        outbox.deliver_due(now())
        sessions.append(device.connect())
    return sessions


@pytest.mark.clause("S-2", "G-10", "G-12")
def test_a_phone_out_of_its_box_signs_in_enrols_and_reaches_its_home_screen(
    city, client, cast, invited
):
    require(passcode_minimum_length=6)
    city.buy("F2LNEW0001")
    read(city)
    (listed,) = ListedDevice.objects.all()
    device = actions.take_in(
        listed=listed, department_id=cast.water.id, actor=cast.acting(cast.ida), at=now()
    )
    prepared(cast.ana, now(), device)
    phone = NewDevice(client, iphone(serial="F2LNEW0001"), APPLE.identity())
    phone.set_up(city.activate, signing_in_as(cast.ana))
    enrolment = Enrolment.objects.get(device=device)
    assert (enrolment.way, enrolment.person, enrolment.state) == (
        "automated",
        cast.ana,
        "enrolled",
    )
    assert phone.state.awaiting_configuration
    answered = [kind for session in work_off(phone) for kind in session]
    assert "DeviceConfigured" in answered
    assert not phone.state.awaiting_configuration
    assert posture_of(device.id)["supervised"].value is True
    read_again()
    listed.refresh_from_db()
    assert listed.profile_status in {"assigned", "pushed"}


def test_a_mac_without_sign_in_needs_a_holder_and_gets_its_administrator(
    city, client, cast, invited, settings
):
    settings.ADE_SIGN_IN = False
    settings.ADE_MAC_ADMINISTRATOR = "cityadmin"
    city.buy("C02NEW0001", family="Mac")
    read(city)
    machine = NewDevice(client, mac(serial="C02NEW0001"), APPLE.identity())
    with pytest.raises(Refused):
        machine.set_up(city.activate)  # nobody has taken it in
    device, _ = invited("MAC-1", serial="C02NEW0001", platform="macos", device_class="laptop")
    machine.set_up(city.activate)
    work_off(machine)
    assert Enrolment.objects.get(device=device).way == "automated"
    assert not machine.state.awaiting_configuration
    accounts = machine.state.account_configuration["AutoSetupAdminAccounts"]
    assert accounts[0]["shortName"] == "cityadmin"


@pytest.mark.clause("G-10")
def test_a_phone_with_an_old_system_updates_and_then_comes_in(city, client, cast, invited):
    require(minimum_os={"ios": "18.4"})
    city.buy("F2LNEW0002")
    invited("PH-2", serial="F2LNEW0002")
    read(city)
    phone = NewDevice(client, iphone(serial="F2LNEW0002"), APPLE.identity())
    sign_in = signing_in_as(cast.ana)
    with pytest.raises(Refused):
        phone.set_up(city.activate, sign_in)
    assert phone.required_version == "18.4"
    phone.update()
    phone.set_up(city.activate, sign_in)
    assert Enrolment.objects.get().state == "enrolled"


def test_a_device_that_apple_does_not_know_as_ours_is_anybodys(city, client):
    phone = NewDevice(client, iphone(serial="F2LELSE001"), APPLE.identity())
    with pytest.raises(NotOurs):
        phone.set_up(city.activate)


def test_a_phone_that_apple_did_not_make_stays_out(city, client, invited):
    city.buy("F2LNEW0003")
    invited("PH-3", serial="F2LNEW0003")
    read(city)
    phone = NewDevice(client, iphone(serial="F2LNEW0003"), DeviceAuthority().identity())
    with pytest.raises(Refused):
        phone.set_up(city.activate)
    assert not Enrolment.objects.exists()
