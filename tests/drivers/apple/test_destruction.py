"""Erasing in Apple's commands: what is possible, what it says, and that it is what Apple has."""

import plistlib
from datetime import timedelta

import pytest
from django.db import transaction

from quartermaster.drivers.apple import destruction as apple
from quartermaster.drivers.apple import verbs
from quartermaster.drivers.apple.wire import cms, commands
from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.kernel.ids import new_id
from quartermaster.mdm import actions, destruction
from quartermaster.mdm.actions.commands import open_payload
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.driver import Context
from quartermaster.mdm.errors import NotReleased
from quartermaster.mdm.models import Command, EscrowedSecret, Invitation
from quartermaster.mdm.posture import OS_VERSION, Fact
from quartermaster.mdm.rules.destruction import Kind
from tests.drivers.apple.schema import Target
from tests.factories import mdm
from tests.factories.custody import keep
from tests.factories.destruction import account, approved, asked, devices, second_person
from tests.plugins.checked import require_valid

PHONE = Context(ownership="city", platform="ios", os_version="18.1")
OLD = Context(ownership="city", platform="ios", os_version="16.7")
MAC = Context(ownership="city", platform="macos", os_version="15.1")
OWN = Context(ownership="personal", platform="ios", os_version="18.1")
HOUR = timedelta(hours=1)
LAPTOP = {"platform": "macos", "device_class": "laptop"}
BINARY = plistlib.dumps({"Command": {"RequestType": "EraseDevice"}}, fmt=plistlib.FMT_BINARY)


def names(kind, context):
    return [item.name for item in apple.choices(kind, context)]


def test_what_may_be_said_depends_on_the_device():
    assert names(Kind.WIPE, PHONE) == ["return_to_service", "preserve_data_plan"]
    assert names(Kind.WIPE, OLD) == ["preserve_data_plan"]
    assert names(Kind.WIPE, MAC) == []
    assert names(Kind.REMOVAL, PHONE) == []
    assert "does not know" in apple.why_not(Kind.WIPE, MAC, {"preserve_data_plan": "yes"})
    assert "does not know" in apple.why_not(Kind.WIPE, OLD, {"return_to_service": "yes"})
    assert apple.why_not(Kind.WIPE, PHONE, {"return_to_service": "yes"}) == ""


@pytest.mark.clause("G-1", "G-10")
def test_a_personal_device_is_let_go_at_most():
    assert "never erased" in apple.why_not(Kind.WIPE, OWN, {})
    assert apple.why_not(Kind.REMOVAL, OWN, {}) == ""
    said = " ".join(apple.removes(Kind.REMOVAL, OWN, {}))
    assert "Personal applications, photographs, messages and accounts stay." in said


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("context", "said", "expected"),
    [
        (PHONE, {}, "The mobile plan of an eSIM goes as well."),
        (PHONE, {"preserve_data_plan": "yes"}, "The mobile plan of its eSIM stays."),
        (PHONE, {"return_to_service": "yes"}, "It comes back into service by itself"),
        (MAC, {}, "asks for a PIN that is kept here"),
    ],
)
def test_the_statement_says_everything_that_goes(context, said, expected):
    text = " ".join(apple.removes(Kind.WIPE, context, said))
    assert "Everything on the device is erased" in text
    assert "The City is not responsible for personal data" in text
    assert expected in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("more", "version", "kind", "said", "target"),
    [
        ({}, "18.1", Kind.WIPE, {}, Target("iOS", "18.1")),
        ({}, "10.3", Kind.WIPE, {}, Target("iOS", "18.1")),
        ({}, "18.1", Kind.WIPE, {"preserve_data_plan": "yes"}, Target("iOS", "18.1")),
        ({}, "18.1", Kind.WIPE, {"return_to_service": "yes"}, Target("iOS", "18.1")),
        ({}, "18.1", Kind.REMOVAL, {}, Target("iOS", "18.1")),
        (
            LAPTOP,
            "15.1",
            Kind.WIPE,
            {},
            Target("macOS", "15.1"),
        ),
        (
            LAPTOP,
            "11.7",
            Kind.WIPE,
            {},
            Target("macOS", "11.7"),
        ),
        (
            {"ownership": "personal"},
            "18.1",
            Kind.REMOVAL,
            {},
            Target("iOS", "18.1", user_enrolment=True),
        ),
    ],
)
def test_what_is_sent_is_what_apple_has(cast, at, more, version, kind, said, target):
    command = sent(cast, at, more, version, kind, said)
    require_valid(command, target)
    assert command["RequestType"] == ("EraseDevice" if kind is Kind.WIPE else "RemoveProfile")
    mac, old = target.system == "macOS", version == "11.7"
    assert ("PIN" in command, "ObliterationBehavior" in command) == (mac, mac and not old)
    assert EscrowedSecret.objects.filter(kind="unlock-pin").count() == int(mac)
    back = command.get("ReturnToService")
    assert bool(back) == bool(said.get("return_to_service"))
    if back:
        assert back["Enabled"] is True
        assert Invitation.objects.filter(state="fetched").count() == 1
        left = Command.objects.get().expires_at - (at + HOUR)
        assert left == timedelta(minutes=50)


def sent(cast, at, more, version, kind, said):
    """The command that a released request of this kind leads to."""
    account(cast.ida)
    (device,) = devices(cast, 1, **more)
    keep_facts(device.id, {OS_VERSION: Fact(version, "test", at)})
    enrolment = mdm.enrolled(device, at)
    request = asked([enrolment], cast.acting(cast.ida), at, kind, **said)
    approved(request, cast.acting(second_person(cast)), at)
    destruction.release_due(at + HOUR)
    row = Command.objects.get()
    raw = bytes(row.payload)
    opened = open_payload(row.id, raw) if row.sealed else raw
    assert apple.destroys(opened)
    return plistlib.loads(opened)["Command"]


@pytest.mark.django_db(transaction=True)
def test_the_network_of_the_workshop_goes_with_it(cast, at, settings, tmp_path):
    settings.ERASE_WIFI_PROFILE = tmp_path / "wifi.mobileconfig"
    settings.ERASE_WIFI_PROFILE.write_bytes(b"<plist/>")
    command = sent(cast, at, {}, "18.1", Kind.WIPE, {"return_to_service": "yes"})
    assert command["ReturnToService"]["WiFiProfileData"] == b"<plist/>"


@pytest.mark.django_db(transaction=True)
def test_who_cannot_be_invited_back_is_not_erased_on_the_promise(cast, at):
    account(cast.ida)
    (device,) = devices(cast, 1)
    enrolment = mdm.enrolled(device, at)
    ida = cast.acting(cast.ida)
    request = asked([enrolment], ida, at, return_to_service="yes")
    approved(request, cast.acting(second_person(cast)), at)
    with transaction.atomic():
        type(device).objects.update(status="lost")
        keep(device)
    destruction.release_due(at + HOUR)
    request.refresh_from_db()
    assert (request.state, Command.objects.count()) == ("stopped", 0)
    assert request.targets.get().outcome.startswith("Assign the device to a person")


def rendered(**command):
    return plistlib.dumps({"CommandUUID": str(new_id()), "Command": command})


@pytest.mark.parametrize(
    ("payload", "harmful"),
    [
        (rendered(RequestType="EraseDevice"), True),
        (rendered(RequestType="RemoveProfile", Identifier="org.quartermaster.enrolment"), True),
        (rendered(RequestType="RemoveProfile", Identifier="org.quartermaster.passcode"), False),
        (rendered(RequestType="RemoveProfile", Identifier="com.github.micromdm.nanomdm"), True),
        (rendered(RequestType="RemoveProfile"), True),
        (rendered(RequestType="DeviceLock", Message="Do not EraseDevice me"), False),
        (rendered(RequestType="InstallProfile", Payload=b"<plist>EraseDevice</plist>"), False),
        (rendered(RequestType="DeviceLock", Message="A & B < C"), False),
        (
            plistlib.dumps({"Command": {"RequestType": "EraseDevice"}}, fmt=plistlib.FMT_BINARY),
            True,
        ),
        (rendered(RequestType="EraseDevice").decode().encode("utf-16"), True),
        (rendered(RequestType="X").replace(b">X<", b">Erase&#68;evice<"), True),
        (rendered(RequestType="X").replace(b">X<", b"><![CDATA[EraseDevice]]><"), True),
        (b"<!-- not a list -->", True),
        (b"anything", False),
        (b"", False),
    ],
)
def test_harm_is_known_however_it_is_written(payload, harmful):
    assert apple.destroys(payload) is harmful


def test_nothing_is_let_go_by_no_name():
    with pytest.raises(Malformed):
        commands.remove_management("")


CODE = {"PayloadType": "com.apple.mobiledevice.passwordpolicy", "minLength": 6}
ERASING = CODE | {"maxFailedAttempts": 10}


def profile(*payloads, fmt=plistlib.FMT_XML):
    return plistlib.dumps({"PayloadType": "Configuration", "PayloadContent": payloads}, fmt=fmt)


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("payload", "harmful"),
    [
        (profile(CODE), False),
        (profile(CODE, ERASING), True),
        (profile(ERASING).replace(b"maxFailed", b"max&#70;ailed"), True),
        (profile(ERASING).replace(b"maxFailed", b"<![CDATA[maxFailed]]>"), True),
        (profile(ERASING).decode().encode("utf-16"), True),
        (profile(CODE, fmt=plistlib.FMT_BINARY), True),  # nobody looked inside
        (plistlib.dumps({"EncryptedPayloadContent": b"x"}), True),
        (b"no profile", True),
        ("no bytes", True),
    ],
)
def test_a_profile_by_which_a_device_erases_itself_takes_two_people(payload, harmful):
    assert apple.destroys(rendered(RequestType="InstallProfile", Payload=payload)) is harmful


@pytest.mark.clause("G-10")
def test_a_signature_around_such_a_profile_hides_nothing(authority):
    for body, harmful in ((profile(CODE), False), (profile(ERASING), True)):
        signed = cms.sign(body, authority.certificate, authority.key)
        command = rendered(RequestType="InstallProfile", Payload=signed)
        assert apple.destroys(command) is harmful
    detached = cms.sign_detached(profile(CODE), authority.certificate, authority.key)
    assert apple.destroys(rendered(RequestType="InstallProfile", Payload=detached))


@pytest.mark.clause("G-10")
@pytest.mark.django_db
def test_such_a_profile_cannot_be_queued_by_hand(cast, at):
    (device,) = devices(cast, 1)
    order = verbs.order(commands.install_profile(profile(ERASING)))
    with pytest.raises(NotReleased):
        actions.queue_orders(
            enrolment=mdm.enrolled(device, at), orders=[order], actor=cast.acting(cast.ida), at=at
        )
    assert not Command.objects.exists()
