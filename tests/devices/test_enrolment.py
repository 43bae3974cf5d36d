"""A phone comes in, is asked, is told, and leaves: through the door, over SCEP, signed."""

import plistlib

import pytest

from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.mdm.models import Command, Enrolment, Orphan
from quartermaster.mdm.queries import posture_of

pytestmark = pytest.mark.django_db(transaction=True)

SECURITY = {"SecurityInfo": {"PasscodePresent": False, "HardwareEncryptionCaps": 3}}
DEVICE = {
    "QueryResponses": {
        "OSVersion": "26.1",
        "DeviceName": "Ana's phone",
        "ProductName": "iPhone17,3",
    }
}


def answers(command: bytes) -> dict:
    kind = plistlib.loads(command)["Command"]["RequestType"]
    return {"SecurityInfo": SECURITY, "DeviceInformation": DEVICE}.get(kind, {})


async def work_off(phone) -> list[str]:
    """Answer everything in the queue; the kinds, in order."""
    kinds = []
    response = await phone.idle()
    while response.content:
        assert response.status_code == 200
        command = response.content
        kinds.append(plistlib.loads(command)["Command"]["RequestType"])
        response = await phone.answer(command, **answers(command))
    return kinds


@pytest.mark.clause("G-3", "G-10")
def test_phone_enrols_and_answers(assigned, token_for, at_the_door):
    device = assigned()
    token = token_for(device)

    async def story(new_phone):
        phone = new_phone("UDID-1", serial="C39XL2J1HG7F")
        await phone.enrol(token)
        return phone

    phone = at_the_door(story)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.external_id) == ("enrolled", "UDID-1")
    assert b"unlock me" not in bytes(enrolment.sealed_unlock_token)
    outbox.deliver_due(now())

    async def later(new_phone):
        again = new_phone(phone.udid, certificate=phone.certificate)
        return await work_off(again)

    kinds = at_the_door(later)
    assert kinds == ["DeviceInformation", "SecurityInfo", "InstalledApplicationList", "ProfileList"]
    assert set(Command.objects.values_list("state", flat=True)) == {"acknowledged"}
    outbox.deliver_due(now())
    posture = posture_of(device.id)
    assert posture["os.version"].value == "26.1"
    assert posture["passcode.present"].value is False


def test_invitation_is_used_once(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        await new_phone("UDID-1").enrol(token)
        return await new_phone("UDID-2").fetch(token)

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (404, "invitation-unusable")


def test_challenge_is_used_once_and_never_guessed(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.fetch(token)
        refused = []
        for challenge in ("", "guess"):
            try:
                await phone.get_certificate(challenge)
            except Untrusted as problem:
                refused.append(str(problem))
        await phone.get_certificate()
        try:
            await phone.get_certificate()
        except Untrusted as problem:
            refused.append(str(problem))
        return refused

    assert at_the_door(story) == ["Refused, failInfo 2."] * 3
    assert Enrolment.objects.count() == 1


def test_certificate_speaks_for_its_own_device_alone(assigned, token_for, at_the_door):
    first, second = token_for(assigned("PH-1")), token_for(assigned("PH-2"))

    async def story(new_phone):
        one, two = new_phone("UDID-1"), new_phone("UDID-2")
        await one.enrol(first)
        await two.enrol(second)
        stolen = await one.say({"Status": "Idle", "UDID": "UDID-1"}, signed_by=two)
        posed = await two.say(
            {"MessageType": "Authenticate", "UDID": "UDID-1", "Topic": "x"}, signed_by=two
        )
        return stolen, posed

    for answer in at_the_door(story):
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong-device")
    assert Enrolment.objects.filter(state="enrolled").count() == 2


def test_not_now_is_offered_again_at_the_next_session_only(assigned, token_for, at_the_door):
    device = assigned()
    token = token_for(device)

    async def enrol(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        return phone

    certificate = at_the_door(enrol).certificate
    outbox.deliver_due(now())

    async def story(new_phone):
        phone = new_phone("UDID-1", certificate=certificate)
        first = await phone.idle()
        response = await phone.answer(first.content, "NotNow")
        rest = []
        while response.content:
            rest.append(plistlib.loads(response.content)["Command"]["RequestType"])
            response = await phone.answer(response.content)
        again = await phone.idle()
        return first.content, rest, again.content

    first, rest, again = at_the_door(story)
    assert rest == ["SecurityInfo", "InstalledApplicationList", "ProfileList"]
    assert again == first


def test_error_is_kept_and_never_retried(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def enrol(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        return phone

    certificate = at_the_door(enrol).certificate
    outbox.deliver_due(now())

    async def story(new_phone):
        phone = new_phone("UDID-1", certificate=certificate)
        first = await phone.idle()
        chain = [
            {
                "ErrorCode": 12021,
                "ErrorDomain": "MCMDMErrorDomain",
                "USEnglishDescription": "Unknown command",
            }
        ]
        await phone.answer(first.content, "Error", ErrorChain=chain)
        await phone.answer(first.content)  # the same answer once more changes nothing
        unknown = plistlib.dumps({"CommandUUID": "0198aaaa-0000-7000-8000-000000000000"})
        await phone.answer(unknown)

    at_the_door(story)
    failed = Command.objects.get(state="failed")
    assert failed.error == "Not supported by the device: Unknown command (MCMDMErrorDomain 12021)"
    assert Orphan.objects.get().command_uuid == "0198aaaa-0000-7000-8000-000000000000"


def test_phone_that_checked_out_is_told_to_forget(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        left = await phone.say({"MessageType": "CheckOut", "UDID": "UDID-1"})
        return left, await phone.idle()

    left, after = at_the_door(story)
    assert (left.status_code, after.status_code) == (200, 401)
    assert Enrolment.objects.get().end_reason == "the management profile was removed on the device"


def test_phone_enrols_anew(assigned, token_for, at_the_door):
    device = assigned()
    first = token_for(device)

    async def once(new_phone):
        await new_phone("UDID-1").enrol(first)

    at_the_door(once)
    second = token_for(device)

    async def twice(new_phone):
        await new_phone("UDID-1").enrol(second)

    at_the_door(twice)
    states = list(Enrolment.objects.order_by("created_at").values_list("state", "end_reason"))
    assert states == [("ended", "replaced by a new enrolment"), ("enrolled", "")]
