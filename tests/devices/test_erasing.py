"""Erasing as simulated devices live it: over the door, to the end, and to nobody's next life."""

import plistlib
from datetime import timedelta

import httpx
import pytest
from django.db import connection
from django.test import override_settings

from quartermaster.jobs import outbox
from quartermaster.kernel import vault
from quartermaster.kernel.clock import now
from quartermaster.kernel.ids import new_id
from quartermaster.mdm import actions, destruction, settling
from quartermaster.mdm.models import Command, DestructiveRequest, Enrolment, EscrowedSecret
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.simulators.apple import App, iphone, mac
from tests.factories.destruction import account, approved, asked, second_person
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G-10")]
HOUR = timedelta(hours=1)
IDLE = {"Status": "Idle"}


@pytest.fixture
def released(cast):
    """Has two people agree about the enrolments, and the waiting over."""
    account(cast.ida)
    ben = cast.acting(second_person(cast))

    def release(kind=Kind.WIPE, at=None, **arguments):
        at = at or now()
        enrolled = list(Enrolment.objects.filter(state="enrolled"))
        request = asked(enrolled, cast.acting(cast.ida), at - HOUR, kind, **arguments)
        approved(request, ben, at - HOUR)
        destruction.release_due(at)
        request.refresh_from_db()
        assert request.state == "released"
        return request

    return release


def played(assigned, token_for, state, story, **more):
    device = assigned(**more)
    token = token_for(device)
    with (
        devices_door() as door,
        httpx.Client(timeout=30) as client,
        override_settings(DEVICES_URL=door),
    ):
        simulated = CheckedDevice(client, state)
        simulated.enrol(f"{door}/enrol/{token}")
        outbox.deliver_due(now())
        while simulated.connect():
            pass
        outbox.deliver_due(now())
        return story(simulated)


def state_of(request):
    outbox.deliver_due(now())
    request.refresh_from_db()
    return request.state


@pytest.mark.e2e
def test_an_erased_phone_has_nothing_left_and_the_house_knows(assigned, token_for, released):
    state = iphone(passcode="135790", apps=[App("com.example.mail", "Mail")])

    def story(phone):
        request = released()
        assert phone.connect() == ["EraseDevice"]
        return request

    request = played(assigned, token_for, state, story)
    assert (state.passcode, state.apps, state.profiles) == ("", [], {})
    assert state_of(request) == "confirmed"
    settling.look_after(now() + 2 * HOUR)
    assert Enrolment.objects.get().end_reason == "the device was erased"


@pytest.mark.e2e
def test_a_phone_returns_to_service_by_itself_with_an_empty_queue(assigned, token_for, released):
    state = iphone(os_version="18.1", passcode="135790")

    def story(phone):
        request = released(return_to_service="yes")
        assert phone.connect() == ["EraseDevice"]
        outbox.deliver_due(now())
        assert "EraseDevice" not in phone.connect()
        return request

    request = played(assigned, token_for, state, story)
    assert state_of(request) == "confirmed"
    old, new = Enrolment.objects.order_by("created_at")
    assert (old.state, new.state) == ("ended", "enrolled")
    assert state.passcode == ""
    assert not Command.objects.filter(enrolment=new, target__isnull=False).exists()


@pytest.mark.e2e
def test_a_personal_phone_is_let_go_and_keeps_what_is_its_own(assigned, token_for, released):
    own = App("org.example.chess", "Chess")
    city = App("com.example.work", "Work", managed=True, flags=1)  # to go with management
    state = iphone(passcode="135790", apps=[own, city])

    def token(device):
        return token_for(device, consent=True)

    def story(phone):
        request = released(Kind.REMOVAL)
        assert phone.connect() == ["RemoveProfile"]
        return request

    request = played(assigned, token, state, story, ownership="personal")
    assert (state.passcode, state.apps, state.profiles) == ("135790", [own], {})
    assert state_of(request) == "confirmed"


@pytest.mark.e2e
def test_a_mac_is_erased_with_a_pin_that_is_kept(assigned, token_for, released):
    state = mac()

    def story(computer):
        request = released()
        assert computer.connect() == ["EraseDevice"]
        return request

    request = played(assigned, token_for, state, story, platform="macos", device_class="laptop")
    assert state_of(request) == "confirmed"
    command = Command.objects.get(kind="EraseDevice")
    assert bytes(command.payload) == b""
    secret = EscrowedSecret.objects.get(kind="unlock-pin")
    assert len(vault.unseal(bytes(secret.sealed), place=f"mdm.secret/{secret.id}")) == 6


def enrolled_phone(assigned, token_for, at_the_door):
    """Enrols a phone and keeps its identity; asks it nothing."""
    token = token_for(assigned())

    async def enrol(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        return phone.certificate, phone.profile

    kept = at_the_door(enrol)
    Command.objects.all().delete()

    def again(new_phone):
        phone = new_phone("UDID-1")
        phone.certificate, phone.profile = kept
        return phone

    return again


def kinds(*answers):
    return [
        plistlib.loads(item.content)["Command"]["RequestType"] if item.content else ""
        for item in answers
    ]


def test_of_two_connections_at_once_one_gets_it(assigned, token_for, at_the_door, released):
    again = enrolled_phone(assigned, token_for, at_the_door)
    released()

    async def story(new_phone):
        import asyncio

        phone = again(new_phone)
        message = {**IDLE, "UDID": "UDID-1"}
        return await asyncio.gather(*(phone.say(message) for _ in range(4)))

    assert sorted(kinds(*at_the_door(story))) == ["", "", "", "EraseDevice"]
    assert Command.objects.get().attempts == 1


def test_an_answer_that_comes_twice_changes_nothing(assigned, token_for, at_the_door, released):
    """The house may have died between taking the answer and saying so."""
    again = enrolled_phone(assigned, token_for, at_the_door)
    request = released()

    async def story(new_phone):
        phone = again(new_phone)
        first = await phone.say({**IDLE, "UDID": "UDID-1"})
        said = {
            "Status": "Acknowledged",
            "UDID": "UDID-1",
            "CommandUUID": plistlib.loads(first.content)["CommandUUID"],
        }
        return [(await phone.say(said)).status_code for _ in range(2)]

    assert at_the_door(story) == [200, 200]
    assert state_of(request) == "confirmed"
    assert Command.objects.get(target__isnull=False).state == "acknowledged"


def test_a_sealed_command_made_by_hand_is_withheld_at_the_door(assigned, token_for, at_the_door):
    """Whoever has the database and the vault writes what the database cannot read: it stays."""
    again = enrolled_phone(assigned, token_for, at_the_door)
    key, enrolment = new_id(), Enrolment.objects.get()
    written = [
        {"RequestType": "EraseDevice"},
        {"RequestType": "RemoveProfile", "Identifier": "org.quartermaster.enrolment"},
    ]
    for command in written:
        key = new_id()
        payload = plistlib.dumps({"CommandUUID": str(key), "Command": command})
        Command.objects.create(
            id=key,
            enrolment=enrolment,
            kind="SecurityInfo",
            payload=vault.seal(payload, place=f"mdm.command/{key}/payload"),
            sealed=True,
            queued_at=now(),
            queued_by="nobody",
            expires_at=now() + HOUR,
        )

    async def story(new_phone):
        phone = again(new_phone)
        return [await phone.say({**IDLE, "UDID": "UDID-1"}) for _ in range(3)]

    assert kinds(*at_the_door(story)) == ["", "", ""]
    assert set(Command.objects.values_list("state", flat=True)) == {"cancelled"}


@pytest.mark.parametrize(
    "command",
    [
        b"<string>Erase&#68;evice</string>",
        b"<string>Erase<!-- x -->Device</string>",
        b"<string><![CDATA[EraseDevice]]></string>",
    ],
)
def test_another_spelling_is_withheld_too(assigned, token_for, at_the_door, command):
    again = enrolled_phone(assigned, token_for, at_the_door)
    payload = plistlib.dumps({"CommandUUID": "x", "Command": {"RequestType": "Plain"}})
    Command.objects.create(
        enrolment=Enrolment.objects.get(),
        kind="SecurityInfo",
        payload=payload.replace(b"<string>Plain</string>", command, 1),
        queued_at=now(),
        queued_by="nobody",
        expires_at=now() + HOUR,
    ) if b"EraseDevice" not in command else _sealed(payload, command)

    async def story(new_phone):
        return await again(new_phone).say({**IDLE, "UDID": "UDID-1"})

    assert at_the_door(story).content == b""


def _sealed(payload, command):
    key = new_id()
    written = payload.replace(b"<string>Plain</string>", command, 1)
    Command.objects.create(
        id=key,
        enrolment=Enrolment.objects.get(),
        kind="SecurityInfo",
        payload=vault.seal(written, place=f"mdm.command/{key}/payload"),
        sealed=True,
        queued_at=now(),
        queued_by="nobody",
        expires_at=now() + HOUR,
    )


def test_stopped_between_release_and_the_device_nothing_is_sent(
    assigned, token_for, at_the_door, released, cast
):
    again = enrolled_phone(assigned, token_for, at_the_door)
    request = released()
    actions.stop_everything(reason="an attack", actor=cast.acting(cast.ida), at=now())

    async def story(new_phone):
        return await again(new_phone).say({**IDLE, "UDID": "UDID-1"})

    assert at_the_door(story).content == b""
    request.refresh_from_db()
    assert (request.state, DestructiveRequest.objects.count()) == ("stopped", 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mdm_command WHERE state <> 'cancelled'")
        assert cursor.fetchone() == (0,)
