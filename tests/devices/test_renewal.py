"""Renewal and revocation at the real door: by SCEP, while the enrolment goes on."""

import asyncio
import plistlib
from datetime import timedelta

import httpx
import pytest
from django.db import connections

from quartermaster.config.asgi import open_pool
from quartermaster.devices.app import DevicesDoor
from quartermaster.drivers.apple import identity
from quartermaster.drivers.apple.wire import cms, scep_client
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.driver import drivers
from quartermaster.mdm.models import Certificate, Command, Enrolment, Renewal
from tests.drivers.apple.schema import Target, needs_schema, profile_findings
from tests.plugins.phone import NEXT_KEY

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")


def ask_to_renew(tag="PH-1"):
    Command.objects.all().delete()
    enrolment = Enrolment.objects.get(device__asset_tag=tag)
    actions.renew_identity(enrolment=enrolment, actor=HOUSE, at=now())


async def in_thread(work):
    def run():
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(None, run)


async def told_to_renew(phone):
    """The profile in the command to renew."""
    await in_thread(ask_to_renew)
    command = (await phone.idle()).content
    body = plistlib.loads(command)["Command"]["Payload"]
    signed = not body.startswith(b"<")
    inner = cms.load_signed_data(body)["encap_content_info"]["content"].native if signed else body
    return command, plistlib.loads(inner)


def challenge_in(profile):
    payloads = {item["PayloadType"]: item for item in profile["PayloadContent"]}
    return payloads["com.apple.security.scep"]["PayloadContent"]["Challenge"]


def management_in(profile):
    payloads = {item["PayloadType"]: item for item in profile["PayloadContent"]}
    return payloads["com.apple.mdm"]


@pytest.mark.clause("G-10")
def test_the_profile_comes_again_and_only_its_identity_is_new(
    assigned, token_for, at_the_door, settings
):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        settings.DEVICES_URL = "https://moved.city.example"  # a device keeps its address
        return phone.profile, (await told_to_renew(phone))[1]

    first, again = at_the_door(story)
    assert first["PayloadIdentifier"] == again["PayloadIdentifier"]
    assert challenge_in(first) != challenge_in(again)
    known, same = management_in(first), management_in(again)
    identity_uuid = again["PayloadContent"][0]["PayloadUUID"]
    assert same.pop("IdentityCertificateUUID") == identity_uuid
    assert known.pop("IdentityCertificateUUID") != identity_uuid
    assert known == same


@needs_schema
def test_the_renewed_profile_is_what_apple_asks_for(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        return (await told_to_renew(phone))[1]

    assert profile_findings(at_the_door(story), Target()) == []


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("plain", [False, True], ids=["RenewalReq", "PKCSReq"])
def test_a_phone_renews_and_its_old_certificate_is_retired_at_the_first_use(
    plain, assigned, token_for, at_the_door
):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        command, profile = await told_to_renew(phone)
        challenge = challenge_in(profile)
        if plain:
            sent = await phone.ask_by_scep(NEXT_KEY, challenge)
            issued = scep_client.read_answer(*sent)
        else:
            issued = await phone.renew(challenge)
        codes = [(await phone.answer(command)).status_code]  # still with the old one
        later = new_phone("UDID-1", key=NEXT_KEY, certificate=issued)
        codes += [(await later.idle()).status_code, (await phone.idle()).status_code]
        return codes, (await later.idle()).status_code

    # 403, not 401: a device that tries its old certificate must not leave for it
    assert at_the_door(story) == ([200, 200, 403], 200)
    assert Enrolment.objects.get().state == "enrolled"
    assert Command.objects.get(key="renew:identity").state == "acknowledged"
    kept = Certificate.objects.order_by("issued_at").values_list("revoke_reason", "means")
    assert list(kept) == [("replaced by its successor", "SCEP"), ("", "SCEP")]
    assert Renewal.objects.get().state == "used"


def test_the_new_certificate_is_bound_to_the_same_device(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        _, profile = await told_to_renew(phone)
        issued = await phone.renew(challenge_in(profile))
        thief = new_phone("UDID-2", key=NEXT_KEY, certificate=issued)
        return (await thief.idle()).status_code

    assert at_the_door(story) == 403


@pytest.mark.clause("G-10")
def test_another_devices_certificate_renews_nothing_here(assigned, token_for, at_the_door):
    tokens = token_for(assigned("PH-1")), token_for(assigned("PH-2"))

    async def story(new_phone):
        phone, other = new_phone("UDID-1"), new_phone("UDID-2", key=NEXT_KEY)
        await phone.enrol(tokens[0])
        await other.enrol(tokens[1])
        _, profile = await told_to_renew(phone)
        with pytest.raises(Untrusted, match="Refused"):
            await phone.renew(challenge_in(profile), signed_by=other)
        with pytest.raises(Untrusted, match="Refused"):
            await other.renew()  # neither due nor asked for
        stranger = scep_client.request(
            NEXT_KEY, name="x", challenge="", authority=phone.certificate, at=now()
        )
        answer = await phone.ask_by_scep(
            phone.key, challenge_in(profile),
            renewing=stranger.signer, present_key=NEXT_KEY,
        )  # fmt: skip
        with pytest.raises(Untrusted, match="Refused"):
            scep_client.read_answer(*answer)
        return await phone.renew(challenge_in(profile))

    assert at_the_door(story) is not None
    assert Certificate.objects.count() == 3


@pytest.mark.parametrize("change", [{"revoked_at": "now"}, {"expires_at": "now"}])
def test_a_revoked_or_lapsed_certificate_renews_nothing(change, assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        _, profile = await told_to_renew(phone)
        when = dict.fromkeys(change, now() - timedelta(seconds=1))
        await in_thread(lambda: Certificate.objects.update(**when))
        with pytest.raises(Untrusted, match="Refused"):
            await phone.renew(challenge_in(profile))
        return (await phone.idle()).status_code

    assert at_the_door(story) == 403


def test_a_due_certificate_is_renewed_without_a_challenge(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        with pytest.raises(Untrusted, match="Refused"):
            await phone.renew()
        long_ago = now() - timedelta(days=300)
        await in_thread(lambda: Certificate.objects.update(issued_at=long_ago, expires_at=now()
            + timedelta(days=65)))  # fmt: skip
        return await phone.renew()

    assert at_the_door(story).public_key() == NEXT_KEY.public_key()


@pytest.mark.clause("G-10", "G-11")
def test_a_revocation_counts_at_once_at_every_door(assigned, token_for, at_the_door):
    token = token_for(assigned())

    async def story(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        # a second process has doors and memory of its own; here a second door with the same trust
        second = DevicesDoor([r for item in drivers() for r in item.routes()], open_pool)
        transport = httpx.ASGITransport(app=second)
        async with httpx.AsyncClient(transport=transport, base_url="http://second") as client:
            there = new_phone("UDID-1", certificate=phone.certificate)
            there.client, there.profile = client, phone.profile
            before = (await phone.idle()).status_code, (await there.idle()).status_code
            trusted = dict(identity._trusted)
            await in_thread(revoke_the_one)
            after = (await phone.idle()).status_code, (await there.idle()).status_code
            token_update = (await there.update_token()).status_code
            await second.close()
        second._threads.shutdown()
        return before, after, token_update, trusted == identity._trusted

    # still trusted to be one of ours, and refused all the same: the database is asked each time
    assert at_the_door(story) == ((200, 200), (403, 403), 403, True)


def revoke_the_one():
    actions.revoke_certificate(
        certificate=Certificate.objects.get(), reason="stolen", actor=HOUSE, at=now()
    )
