"""A Mac's users beside the Mac: their tokens, their own commands, their leaving; service tokens."""

import plistlib

import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, users
from quartermaster.mdm.models import Command, Enrolment, UserChannel
from quartermaster.mdm.queries import posture_of
from tests.drivers.apple.schema import Target
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")
ANA = {"UserID": "4A7B", "UserShortName": "ana"}
BOB = {"UserID": "9C1D", "UserShortName": "bob"}
SHARED = {
    "UserID": "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "UserShortName": "ana@appleid.city.example",
}


@pytest.fixture
def mac(assigned, token_for, at_the_door):
    """An enrolled Mac; plays a story with it."""
    token = token_for(assigned("MAC-1", platform="macos", device_class="laptop"))

    async def enrol(new_phone):
        phone = new_phone("UDID-1", target=Target("macOS", "15.1"))
        await phone.enrol(token)
        return phone

    here = at_the_door(enrol)

    def play(story):
        async def again(new_phone):
            return await story(
                new_phone(
                    "UDID-1",
                    certificate=here.certificate,
                    profile=here.profile,
                    target=Target("macOS", "15.1"),
                )
            )

        return at_the_door(again)

    return play


async def comes(phone, user, **more):
    topic = phone.payload("com.apple.mdm")["Topic"]
    message = {
        "MessageType": "TokenUpdate",
        "Topic": topic,
        "PushMagic": "user magic",
        "Token": b"u" * 32,
        "NotOnConsole": False,
        "UserLongName": "Somebody",
        **phone.ids,
        **user,
        **more,
    }
    return await phone.say(message)


def idle(phone, user):
    return phone.say({"Status": "Idle", **phone.ids, **user})


def test_the_profile_of_a_mac_says_that_its_users_may_come(mac):
    async def story(phone):
        return phone.payload("com.apple.mdm")["ServerCapabilities"]

    assert "com.apple.mdm.per-user-connections" in mac(story)


def test_a_user_comes_with_a_sealed_push_address(mac):
    async def story(phone):
        return [
            (await comes(phone, user)).status_code for user in (ANA, BOB, {**ANA, "Token": b"n"})
        ]

    assert mac(story) == [200, 200, 200]
    found = {row.user_id: row for row in UserChannel.objects.all()}
    assert {key: row.short_name for key, row in found.items()} == {"4A7B": "ana", "9C1D": "bob"}
    assert b"u" * 32 not in bytes(found["9C1D"].sealed_push_token)
    assert Enrolment.objects.get().state == "enrolled"


@pytest.mark.clause("G-3")
def test_a_user_who_comes_is_asked_and_the_page_tells_of_them(mac, cast):
    async def come(phone):
        await comes(phone, ANA)
        return await phone.idle()

    mac(come)
    outbox.deliver_due(now())
    asked = Command.objects.get(user_channel__short_name="ana")
    assert (asked.kind, asked.state) == ("ProfileList", "queued")

    async def answers(phone):
        listed = {"PayloadIdentifier": "a", "PayloadUUID": "b", "PayloadVersion": 1}
        told = {"Status": "Acknowledged", "CommandUUID": str(asked.id), "ProfileList": [listed]}
        await idle(phone, ANA)
        return await phone.say({**told, **phone.ids, **ANA})

    assert mac(answers).status_code == 200
    outbox.deliver_due(now())
    channel = UserChannel.objects.get()
    assert len(users.said_by_user(channel)["profiles.installed"].value) == 1
    device = channel.enrolment.device
    assert "profiles.installed" not in posture_of(device.id)  # that is the device's alone
    (again,) = actions.ask_users(enrolment=channel.enrolment, actor=HOUSE, at=now())
    assert again.user_channel == channel
    with pytest.raises(Refused):
        actions.ask_users(enrolment=channel.enrolment, actor=cast.acting(cast.rex), at=now())


@pytest.mark.clause("G-1")
def test_what_the_user_of_a_personal_mac_is_called_is_not_kept(assigned, token_for, at_the_door):
    own = {"ownership": "personal", "platform": "macos", "device_class": "laptop"}
    token = token_for(assigned("BYO-1", **own), consent=True)

    async def story(new_phone):
        phone = new_phone("UDID-1", target=Target("macOS", "15.1"))
        await phone.enrol(token)
        return (await comes(phone, ANA)).status_code

    assert at_the_door(story) == 200
    channel = UserChannel.objects.get()
    assert (channel.user_id, channel.short_name) == ("4A7B", "")


def test_on_a_shared_ipad_the_account_names_the_user(mac):
    async def story(phone):
        return (await comes(phone, SHARED)).status_code

    assert mac(story) == 200
    assert UserChannel.objects.get().user_id == SHARED["UserShortName"]


@pytest.mark.clause("G-10")
def test_each_channel_gets_its_own_commands_alone(mac):
    async def come(phone):
        await comes(phone, ANA)
        await comes(phone, BOB)

    mac(come)
    enrolment = Enrolment.objects.get()
    Command.objects.all().delete()
    ana, bob = UserChannel.objects.order_by("short_name")
    orders = [mdm.order("ProfileList", "ask:ProfileList")]
    made = [
        *actions.queue_for_user(channel=ana, orders=orders, actor=HOUSE, at=now()),
        *actions.queue_orders(enrolment=enrolment, orders=orders, actor=HOUSE, at=now()),
        *actions.queue_for_user(channel=bob, orders=orders, actor=HOUSE, at=now()),
    ]
    ids = [str(item.id).encode() for item in made]

    async def story(phone):
        seen = [await idle(phone, user) for user in (ANA, {}, BOB)]
        answer = {"Status": "Acknowledged", "CommandUUID": ids[0].decode(), **phone.ids}
        stolen = await phone.say({**answer, **BOB})  # an answer to what another channel was asked
        again = await phone.say({**answer, **ANA})
        return [item.content for item in seen], stolen.status_code, again.content

    seen, stolen, again = mac(story)
    assert seen == ids
    assert (stolen, again) == (200, b"")
    states = {row.user_channel_id: row.state for row in Command.objects.all()}
    assert states == {ana.id: "acknowledged", None: "sent", bob.id: "sent"}


def test_a_user_of_whom_nothing_was_told_gets_nothing(mac):
    async def story(phone):
        return [
            (await idle(phone, user)).status_code
            for user in (ANA, {"UserID": "' OR 1=1"}, {"UserID": "x" * 300})
        ]

    assert mac(story) == [404, 400, 400]


def test_a_user_leaves_and_the_mac_stays(mac):
    async def come(phone):
        await comes(phone, ANA)

    mac(come)
    channel = UserChannel.objects.get()
    orders = [mdm.order("ProfileList")]
    (command,) = actions.queue_for_user(channel=channel, orders=orders, actor=HOUSE, at=now())

    async def leave(phone):
        left = await phone.say({"MessageType": "CheckOut", **phone.ids, **ANA})
        return left.status_code, (await idle(phone, ANA)).status_code, (await phone.idle())

    left, gone, device = mac(leave)
    assert (left, gone, device.status_code) == (200, 404, 200)
    channel.refresh_from_db()
    command.refresh_from_db()
    assert (channel.sealed_push_token, command.state) == (None, "cancelled")
    assert Enrolment.objects.get().state == "enrolled"
    with pytest.raises(Conflict, match="has left"):
        actions.queue_for_user(channel=channel, orders=orders, actor=HOUSE, at=now())


def test_a_mac_that_comes_anew_begins_without_its_users(mac):
    async def story(phone):
        await comes(phone, ANA)
        await phone.authenticate()
        early = await comes(phone, ANA)  # before the Mac itself has brought its token
        await phone.update_token()
        return early, await idle(phone, ANA)

    early, after = mac(story)
    assert (early.status_code, after.status_code) == (409, 404)
    assert UserChannel.objects.get().left_at is not None


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"MessageType": "UserAuthenticate", "DigestResponse": ""}, 410),
        ({"MessageType": "Authenticate", "Topic": "t"}, 404),
        ({"MessageType": "SetBootstrapToken", "BootstrapToken": b"b"}, 404),
        ({"MessageType": "TokenUpdate", "Topic": "com.apple.mgmt.other", "Token": b"t"}, 403),
    ],
)
def test_what_a_users_side_may_not_say(message, status, mac):
    async def story(phone):
        return await phone.say({"PushMagic": "m", **message, **phone.ids, **ANA})

    assert mac(story).status_code == status
    assert Enrolment.objects.get().state == "enrolled"
    assert not UserChannel.objects.exists()


def test_another_devices_certificate_speaks_for_no_user_of_this_one(
    mac, assigned, token_for, at_the_door
):
    async def come(phone):
        await comes(phone, ANA)

    mac(come)
    token = token_for(assigned("PH-2"))

    async def story(new_phone):
        thief = new_phone("UDID-2")
        await thief.enrol(token)
        thief.udid = "UDID-1"
        return [await idle(thief, ANA), await comes(thief, ANA)]

    assert [item.status_code for item in at_the_door(story)] == [404, 403]


@pytest.mark.parametrize("service", ["com.apple.maid", "com.apple.watch.pairing", "com.apple.x"])
@pytest.mark.parametrize("user", [{}, ANA], ids=["device", "user"])
def test_a_service_for_which_there_is_no_token_is_a_bad_request(service, user, mac):
    async def story(phone):
        message = {"MessageType": "GetToken", "TokenServiceType": service}
        return await phone.say({**message, **phone.ids, **user})

    assert mac(story).status_code == 400


def test_a_topic_of_somebody_elses_is_refused(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.fetch(token)
        await phone.get_certificate()
        await phone.authenticate()
        phone.profile = plistlib.loads(
            plistlib.dumps(phone.profile).replace(
                phone.payload("com.apple.mdm")["Topic"].encode(), b"com.apple.mgmt.External.other"
            )
        )
        return await phone.update_token()

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-topic")
    assert Enrolment.objects.get().state == "pending"
