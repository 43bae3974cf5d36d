"""A new device asks for its profile at the door, proven by its maker, and is let go at the end."""

import plistlib
from datetime import timedelta

import pytest
from cryptography import x509
from django.db import transaction

from quartermaster.drivers.apple.wire import machine
from quartermaster.inventory.models import Device
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.setting_up import LONGEST_WAIT
from quartermaster.mdm.models import Command, Enrolment, EscrowedSecret, Invitation, ListedDevice
from quartermaster.mdm.queries import posture_of
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from quartermaster.simulators.apple.answers import profile_in
from quartermaster.simulators.apple.services.device_ca import DeviceAuthority
from tests.drivers.apple.schema import Target, command_findings, needs_schema
from tests.factories.automated import DeviceListFactory, ListedDeviceFactory
from tests.factories.custody import keep
from tests.factories.policy import adopted

pytestmark = pytest.mark.django_db(transaction=True)
APPLE, OTHER = DeviceAuthority(), DeviceAuthority()
IDENTITY = APPLE.identity()
SERIAL = "F2LADE000001"
SUPERVISED = Target(supervised=True)


@pytest.fixture(autouse=True)
def trusted(settings, tmp_path):
    pem = tmp_path / "apple.pem"
    pem.write_bytes(APPLE.pem)
    settings.APPLE_DEVICE_ANCHORS = pem


@pytest.fixture
def bought(assigned):
    """A phone of Ana's that stands in Apple's list."""
    device = assigned(serial=SERIAL)
    return ListedDeviceFactory(serial=SERIAL, device=device)


def signed(udid="UDID-1", serial=SERIAL, identity=IDENTITY, timed=True, **more):
    said = {
        "UDID": udid,
        "SERIAL": serial,
        "PRODUCT": "iPhone17,3",
        "VERSION": "22B83",
        "OS_VERSION": "18.1",
        "MDM_CAN_REQUEST_SOFTWARE_UPDATE": True,
        **more,
    }
    return identity.sign(plistlib.dumps(said), timed=timed)


async def ask(new_phone, message, udid="UDID-1", serial=SERIAL):
    phone = new_phone(udid, serial=serial, target=SUPERVISED)
    answer = await phone.client.post(
        "/automated", content=message, headers={"Content-Type": machine.MEDIA_TYPE}
    )
    if answer.status_code == 200:
        phone.profile = profile_in(answer.content)
    return phone, answer


async def come_in(new_phone, **more):
    phone, answer = await ask(new_phone, signed(**more), **more)
    assert answer.status_code == 200, answer.content
    await phone.get_certificate()
    assert (await phone.authenticate()).status_code == 200
    assert (await phone.update_token(awaits=True)).status_code == 200
    return phone


async def work_off(phone, answers=None):
    kinds, response = [], await phone.idle()
    while response.content:
        kind = plistlib.loads(response.content)["Command"]["RequestType"]
        kinds.append(kind)
        response = await phone.answer(response.content, **(answers or {}).get(kind, {}))
    return kinds


def require(**settings):
    proposal = read_proposal({"city": {"city": settings}})
    apply_proposal(
        proposal=proposal, digest=policy.plan(proposal).digest, actor=system("test"), at=now()
    )


@pytest.mark.clause("G-10", "S-1")
def test_a_new_device_enrols_is_set_up_and_let_go(bought, at_the_door):
    require(passcode_minimum_length=6)
    phone = at_the_door(come_in)
    enrolment = Enrolment.objects.get()
    assert (enrolment.way, enrolment.state) == ("automated", "enrolled")
    assert enrolment.awaits_since is not None
    assert posture_of(bought.device_id)["supervised"].source == "automated enrolment"
    outbox.deliver_due(now())

    async def first(new_phone):
        return await work_off(new_phone("UDID-1", certificate=phone.certificate, target=SUPERVISED))

    kinds = at_the_door(first)
    assert "InstallProfile" in kinds
    assert "DeviceConfigured" not in kinds  # not before the rest is answered
    outbox.deliver_due(now())
    assert at_the_door(first) == ["DeviceConfigured"]
    outbox.deliver_due(now())
    assert at_the_door(first) == []
    enrolment.refresh_from_db()
    assert enrolment.awaits_since is None
    bought.refresh_from_db()
    assert bought.asked_at is not None


@pytest.mark.clause("G-10")
def test_a_device_is_let_go_when_something_failed(bought, at_the_door):
    require(passcode_minimum_length=6)
    phone = at_the_door(come_in)
    outbox.deliver_due(now())
    failed = {"InstallProfile": {"status": "Error"}}

    async def story(new_phone):
        return await work_off(
            new_phone("UDID-1", certificate=phone.certificate, target=SUPERVISED), failed
        )

    at_the_door(story)
    outbox.deliver_due(now())
    assert Command.objects.filter(kind="InstallProfile", state="failed").exists()
    assert Command.objects.filter(kind="DeviceConfigured", state="queued").exists()


def test_a_device_that_does_not_answer_is_let_go_after_a_while(bought, at_the_door):
    require(passcode_minimum_length=6)
    at_the_door(come_in)
    outbox.deliver_due(now())
    assert actions.release_due(now()) == 0
    assert actions.release_due(now() + LONGEST_WAIT - timedelta(seconds=30)) == 0
    assert actions.release_due(now() + LONGEST_WAIT) == 1
    assert actions.release_due(now() + 2 * LONGEST_WAIT) == 0
    assert Command.objects.filter(kind="DeviceConfigured").count() == 1


def test_a_device_that_starts_its_set_up_anew_waits_and_is_let_go_anew(bought, at_the_door):
    phone = at_the_door(come_in)
    outbox.deliver_due(now())
    assert Command.objects.filter(kind="DeviceConfigured").count() == 1

    async def again(new_phone):
        same = new_phone(phone.udid, certificate=phone.certificate)
        same.profile = phone.profile
        await same.authenticate()
        return (await same.update_token(awaits=True)).status_code

    assert at_the_door(again) == 200
    outbox.deliver_due(now())
    states = Command.objects.filter(kind="DeviceConfigured").values_list("state", flat=True)
    assert sorted(states) == ["cancelled", "queued"]


def test_a_device_that_says_again_that_it_waits_is_told_again(bought, at_the_door):
    phone = at_the_door(come_in)
    outbox.deliver_due(now())

    async def told(new_phone):
        same = new_phone(phone.udid, certificate=phone.certificate, target=SUPERVISED)
        same.profile = phone.profile
        kinds = await work_off(same)
        await same.update_token(awaits=True)
        return kinds

    assert "DeviceConfigured" in at_the_door(told)
    outbox.deliver_due(now())
    assert Command.objects.filter(kind="DeviceConfigured", state="queued").count() == 1


def test_a_device_that_waits_for_nothing_gets_no_such_word(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        await new_phone("UDID-1").enrol(token)

    at_the_door(story)
    outbox.deliver_due(now())
    assert not Command.objects.filter(kind="DeviceConfigured").exists()


@needs_schema
def test_a_mac_gets_its_administrator_and_the_password_is_kept(assigned, at_the_door, settings):
    settings.ADE_MAC_ADMINISTRATOR = "cityadmin"
    mac = assigned("MAC-1", serial="C02MAC", device_class="laptop", platform="macos")
    ListedDeviceFactory(serial="C02MAC", device=mac)

    async def story(new_phone):
        return await come_in(new_phone, udid="UDID-M", serial="C02MAC")

    at_the_door(story)
    outbox.deliver_due(now())
    secret = EscrowedSecret.objects.get(kind="administrator")
    command = Command.objects.get(kind="AccountConfiguration")
    assert (secret.device, command.sealed) == (mac, True)
    from quartermaster.mdm.actions.commands import open_payload

    said = plistlib.loads(open_payload(command.id, bytes(command.payload)))["Command"]
    assert command_findings(said, Target("macOS", "15.1", supervised=True)) == []
    hashed = plistlib.loads(said["AutoSetupAdminAccounts"][0]["passwordHash"])
    assert len(hashed["SALTED-SHA512-PBKDF2"]["entropy"]) == 128


@pytest.mark.clause("G-10")
def test_a_system_below_the_lowest_must_be_updated_first(bought, at_the_door):
    require(minimum_os={"ios": "18.4"})

    async def story(new_phone):
        old = (await ask(new_phone, signed()))[1]
        cannot = (await ask(new_phone, signed(MDM_CAN_REQUEST_SOFTWARE_UPDATE=False)))[1]
        new = (await ask(new_phone, signed(OS_VERSION="18.4")))[1]
        odd = (await ask(new_phone, signed(OS_VERSION="new")))[1]
        return old, cannot.status_code, new.status_code, odd.status_code

    old, *others = at_the_door(story)
    assert (old.status_code, old.headers["content-type"]) == (403, "application/json")
    said = old.json()
    assert (said["code"], said["details"]) == (
        "com.apple.softwareupdate.required",
        {"OSVersion": "18.4"},
    )
    assert others == [200, 200, 200]


@pytest.mark.clause("S-2")
def test_nobodys_device_and_one_of_somebody_who_has_not_acknowledged_stay_out(
    bought, cast, at_the_door
):
    adopted()

    async def story(new_phone):
        return (await ask(new_phone, signed()))[1].json()

    assert at_the_door(story)["code"] == "policy-not-acknowledged"
    with transaction.atomic():
        Device.objects.update(holder=None, status="in_stock")
        keep(*Device.objects.all())
    assert at_the_door(story)["code"] == "not-manageable"
    assert not Invitation.objects.exists()


def replayed(body):
    return body[:-20] + bytes(20)


HOSTILE = {
    "another authority": (lambda: signed(identity=OTHER.identity()), 403, "not-proven"),
    "altered": (lambda: signed().replace(b"18.1", b"99.9"), 403, "not-proven"),
    "another serial": (lambda: signed(serial="F2LELSE"), 403, "not-listed"),
    "no serial": (lambda: IDENTITY.sign(plistlib.dumps({"UDID": "X"})), 400, "bad-message"),
    "not signed": (lambda: plistlib.dumps({"UDID": "X", "SERIAL": SERIAL}), 400, "bad-message"),
    "nothing": (lambda: b"", 403, "not-proven"),
    "binary list": (
        lambda: IDENTITY.sign(plistlib.dumps({"UDID": "X"}, fmt=plistlib.FMT_BINARY)),
        400,
        "bad-message",
    ),
    "giant": (lambda: b"x" * (machine.LARGEST + 1), 413, "too-large"),
    "cut short": (lambda: signed()[:-200], 400, "bad-message"),
    "signature of noughts": (lambda: replayed(signed()), 403, "not-proven"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_proven_gets_nothing(bought, at_the_door, name):
    message, status, code = HOSTILE[name]

    async def story(new_phone):
        return (await ask(new_phone, message()))[1]

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Invitation.objects.exists()


def test_a_device_that_left_the_list_or_the_inventory_stays_out(bought, at_the_door):
    async def story(new_phone):
        return (await ask(new_phone, signed()))[1].json()["code"]

    ListedDevice.objects.update(removed_at=now())
    assert at_the_door(story) == "not-listed"
    ListedDevice.objects.update(removed_at=None, device=None)
    Device.objects.update(serial="OTHER")
    assert at_the_door(story) == "not-in-inventory"
    with transaction.atomic():
        Device.objects.update(serial=SERIAL, status="lost")
        keep(*Device.objects.all())
    assert at_the_door(story) == "not-manageable"


def test_an_old_request_is_not_taken_again_after_a_newer_one(bought, at_the_door):
    captured = signed()

    async def story(new_phone):
        return (await ask(new_phone, captured))[1]

    assert at_the_door(story).status_code == 200
    ListedDevice.objects.update(signed_at=now() + timedelta(minutes=1))
    assert at_the_door(story).json()["code"] == "request-replayed"


@pytest.mark.parametrize(
    ("udid", "serial"), [("UDID-2", SERIAL), ("UDID-1", "F2LELSE"), ("UDID-2", "F2LELSE")]
)
def test_a_captured_request_enrols_no_other_hardware(bought, at_the_door, udid, serial):
    async def story(new_phone):
        thief, _ = await ask(new_phone, signed())
        await thief.get_certificate()
        thief.udid, thief.serial = udid, serial
        return await thief.authenticate()

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-device")
    assert Enrolment.objects.get().state == "pending"


def test_the_header_of_a_web_view_is_taken_too(bought, at_the_door):
    import base64

    async def story(new_phone):
        phone = new_phone("UDID-1")
        value = base64.b64encode(signed()).decode()
        good = await phone.client.get("/automated", headers={machine.HEADER: value})
        bad = await phone.client.get("/automated", headers={machine.HEADER: value[:-8]})
        none = await phone.client.get("/automated")
        return good.status_code, bad.status_code, none.status_code

    assert at_the_door(story) == (200, 400, 403)


def test_the_profile_leads_to_this_device_alone(bought, at_the_door):
    async def story(new_phone):
        first, _ = await ask(new_phone, signed())
        second, _ = await ask(new_phone, signed())
        await second.get_certificate()
        with pytest.raises(Exception):  # noqa: B017 (the challenge of the first is dead)
            await first.get_certificate()
        return second.certificate

    assert isinstance(at_the_door(story), x509.Certificate)
    assert DeviceListFactory._meta.model.objects.count() == 1
