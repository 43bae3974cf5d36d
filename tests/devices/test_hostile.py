"""Hostile bodies at the real door: a clear answer, never a 500, and nothing changed."""

import base64
import plistlib
from uuid import uuid4

import pytest

from quartermaster.drivers.apple.wire import ca, cms
from quartermaster.kernel.clock import now
from quartermaster.mdm.models import Enrolment

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = '<?xml version="1.0"?>'
XXE = f'{HEAD}<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]><plist><dict/></plist>'
LAUGHS = (
    HEAD
    + '<!DOCTYPE plist [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><plist><dict><key>UDID</key><string>&i;</string></dict></plist>"
)
BODIES = {
    "xxe": XXE.encode(),
    "laughs": LAUGHS.encode(),
    "binary": plistlib.dumps({"UDID": "U", "Status": "Idle"}, fmt=plistlib.FMT_BINARY),
    "deep": b"<plist>" + b"<array>" * 5000 + b"</array>" * 5000 + b"</plist>",
    "array": plistlib.dumps(["UDID"]),
    "wrong type": plistlib.dumps({"UDID": 5, "Status": "Idle"}),
    "no id": plistlib.dumps({"Status": "Idle"}),
    "no message": plistlib.dumps({"UDID": "UDID-1"}),
    "unknown message": plistlib.dumps({"UDID": "UDID-1", "MessageType": "Dance"}),
    "empty": b"",
    "html": b"<html></html>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_hostile_body_of_an_enrolled_device_changes_nothing(
    body, assigned, token_for, at_the_door
):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        return await phone.say(body)

    response = at_the_door(story)
    assert response.status_code == 400
    assert b"Traceback" not in response.content
    assert Enrolment.objects.get().state == "enrolled"


def test_a_hundred_megabytes_are_refused_before_they_are_parsed(at_the_door):
    async def story(new_phone):
        phone = new_phone("UDID-1")

        async def chunks():
            for _ in range(100):
                yield b" " * (1024 * 1024)

        return await phone.client.put("/mdm/apple", content=chunks())

    assert at_the_door(story).status_code == 413


@pytest.mark.parametrize("signature", ["", "%%%", "AAAA", "A" * 70_000])
def test_a_body_without_a_good_signature_is_not_parsed(signature, at_the_door):
    async def story(new_phone):
        headers = {"Mdm-Signature": signature}
        client = new_phone("U").client
        return await client.put("/mdm/apple", content=BODIES["xxe"], headers=headers)

    # never 401: that would make a device leave for a passing fault
    assert at_the_door(story).status_code in {400, 403, 413}


def test_an_identity_of_another_authority_is_refused(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        forger = ca.new_key()
        theirs = ca.new_authority(forger, "Model City", now())
        phone.certificate = ca.issue(
            phone.key.public_key(),
            holder=uuid4(),
            authority=theirs,
            key=forger,
            at=now(),
        )
        return await phone.idle()

    assert at_the_door(story).status_code == 403


@pytest.mark.parametrize("message", [b"", b"garbage", b"\x30\x80" + b"\x00" * 60, b"\x30" * 5000])
def test_scep_garbage_is_a_bad_request(message, at_the_door):
    async def story(new_phone):
        client = new_phone("U").client
        posted = await client.post("/scep?operation=PKIOperation", content=message)
        text = base64.urlsafe_b64encode(message).decode()
        got = await client.get("/scep", params={"operation": "PKIOperation", "message": text})
        return posted.status_code, got.status_code

    assert at_the_door(story) == (400, 400)


def test_a_signed_answer_cannot_be_replayed_with_another_body(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        idle = plistlib.dumps({"Status": "Idle", "UDID": "UDID-1"})
        signature = cms.sign_detached(idle, phone.certificate, phone.key)
        headers = {"Mdm-Signature": base64.b64encode(signature).decode()}
        gone = plistlib.dumps({"MessageType": "CheckOut", "UDID": "UDID-1", "Topic": "t"})
        return await phone.client.put("/mdm/apple", content=gone, headers=headers)

    assert at_the_door(story).status_code == 403
    assert Enrolment.objects.get().state == "enrolled"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("06092a864886f70d010101", "06090a864886f70d010101"),  # the kind of the key
        ("a003020102", "a003020107"),  # the version of the certificate
    ],
)
def test_a_certificate_of_an_unknown_kind_is_refused(good, bad, assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        idle = plistlib.dumps({"Status": "Idle", "UDID": "UDID-1"})
        signature = cms.sign_detached(idle, phone.certificate, phone.key)
        forged = signature.replace(bytes.fromhex(good), bytes.fromhex(bad), 1)
        assert forged != signature
        headers = {"Mdm-Signature": base64.b64encode(forged).decode()}
        return await phone.client.put("/mdm/apple", content=idle, headers=headers)

    assert at_the_door(story).status_code == 403
