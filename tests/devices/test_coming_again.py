"""A device that comes again: after another invitation, a removal, or with old papers."""

import plistlib
from datetime import timedelta

import pytest
from django.db import transaction

from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, errors
from quartermaster.mdm.models import Certificate, Command, Enrolment, Invitation
from quartermaster.mdm.ways import Way
from quartermaster.org.models import Standing
from quartermaster.simulators.apple.answers import management_of
from tests.factories import mdm
from tests.factories.custody import keep

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("test")


def leaves(person, at):
    person.standing, person.separated_on = Standing.SEPARATED, at.date()
    person.save()


def play_enrolment(at_the_door, token, udid="UDID-1", **more):
    async def story(new_phone):
        phone = new_phone(udid, **more)
        await phone.enrol(token)
        return phone

    return at_the_door(story)


def standing():
    rows = Enrolment.objects.order_by("created_at", "id")
    return list(rows.values_list("state", "end_reason"))


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("left", ["silently", "checked out", "ended here"])
def test_the_old_queue_is_cleared_and_the_history_kept(left, assigned, token_for, at_the_door):
    device = assigned()
    first = play_enrolment(at_the_door, token_for(device))
    enrolment = Enrolment.objects.get()
    actions.queue_orders(enrolment=enrolment, orders=[mdm.order(key="x")], actor=HOUSE, at=now())

    async def goes(new_phone):
        phone = new_phone("UDID-1", certificate=first.certificate)
        return await phone.say({"MessageType": "CheckOut", **phone.ids})

    if left == "checked out":
        assert at_the_door(goes).status_code == 200
    elif left == "ended here":
        actions.end_enrolment(enrolment=enrolment, reason="Lost.", actor=HOUSE, at=now())
    second = play_enrolment(at_the_door, token_for(device))
    reasons = {
        "silently": "replaced by a new enrolment",
        "checked out": "the management profile was removed on the device",
        "ended here": "Lost.",
    }
    assert standing() == [("ended", reasons[left]), ("enrolled", "")]
    assert set(Command.objects.filter(enrolment=enrolment).values_list("state", flat=True)) == {
        "cancelled"
    }

    async def both(new_phone):
        old = new_phone("UDID-1", certificate=first.certificate)
        new = new_phone("UDID-1", certificate=second.certificate)
        return (await old.idle()).status_code, (await new.idle()).status_code

    assert at_the_door(both) == (401, 200)


@pytest.mark.clause("G-10")
def test_old_papers_do_not_begin_an_enrolment_anew(assigned, token_for, at_the_door):
    device = assigned()
    first = play_enrolment(at_the_door, token_for(device))
    play_enrolment(at_the_door, token_for(device))
    here = Enrolment.objects.get(state="enrolled")
    actions.queue_orders(enrolment=here, orders=[mdm.order()], actor=HOUSE, at=now())

    async def replays(new_phone):
        """What was said and signed before, word for word."""
        thief = new_phone("UDID-1", certificate=first.certificate, profile=first.profile)
        return [await thief.authenticate(), await thief.update_token(), await thief.idle()]

    assert [item.status_code for item in at_the_door(replays)] == [401, 401, 401]
    here.refresh_from_db()
    assert (here.state, here.commands.filter(state="queued").count()) == ("enrolled", 1)


@pytest.mark.parametrize("change", ["revoked", "expired"])
def test_a_certificate_that_is_over_says_nothing(change, assigned, token_for, at_the_door):
    phone = play_enrolment(at_the_door, token_for(assigned()))
    past = now() - timedelta(minutes=1)
    over = {"revoked": {"revoked_at": past}, "expired": {"expires_at": past}}[change]
    Certificate.objects.update(**over)

    async def speaks(new_phone):
        again = new_phone("UDID-1", certificate=phone.certificate, profile=phone.profile)
        return [
            await again.idle(),
            await again.authenticate(),
            await again.update_token(),
            await again.say({"MessageType": "CheckOut", **again.ids}),
        ]

    # 403 and not 401: at that the device, which may have a newer one, would leave
    assert {item.status_code for item in at_the_door(speaks)} == {403}
    assert Enrolment.objects.get().state == "enrolled"


def test_an_identity_made_for_another_invitation_is_another_device(
    assigned, token_for, at_the_door
):
    """Two devices of one holder: the papers of the one do not bring in the other."""
    first, second = assigned("PH-1", serial="C39XL2J1HG7F"), assigned("PH-2")
    token, other = token_for(first), token_for(second)
    play_enrolment(at_the_door, token, serial="C39XL2J1HG7F")

    async def story(new_phone):
        phone = new_phone("UDID-1", serial="C39XL2J1HG7F")
        await phone.fetch(other)
        await phone.get_certificate()
        return await phone.authenticate()

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-device")
    assert Enrolment.objects.get(device=first).state == "enrolled"


@pytest.mark.clause("C-4", "G-2")
@pytest.mark.parametrize("ownership", ["personal", "city"])
def test_after_a_separation_nothing_comes_in(ownership, assigned, token_for, at_the_door, cast, at):
    device = assigned(ownership=ownership)
    token = token_for(device, consent=True)
    leaves(cast.ana, at)

    async def story(new_phone):
        return await new_phone("UDID-1").fetch(token)

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (409, "holder-left")
    device.refresh_from_db()
    with pytest.raises(errors.HolderLeft):
        actions.invite(device=device, consent=True, actor=HOUSE, at=now())
    assert not Enrolment.objects.exists()


@pytest.mark.clause("C-4")
def test_nor_with_a_profile_that_was_fetched_before(assigned, token_for, at_the_door, cast, at):
    token = token_for(assigned())

    async def fetch(new_phone):
        phone = new_phone("UDID-1")
        await phone.fetch(token)
        return phone.profile

    profile = at_the_door(fetch)
    leaves(cast.ana, at)

    async def ask(new_phone):
        phone = new_phone("UDID-1", profile=profile)
        with pytest.raises(Untrusted, match="Refused"):
            await phone.get_certificate()

    at_the_door(ask)
    assert not Enrolment.objects.exists()


def test_nor_when_the_device_went_to_somebody_else(assigned, token_for, at_the_door, cast):
    device = assigned()
    token = token_for(device)
    device.holder = cast.cole
    with transaction.atomic():
        device.save()
        keep(device)

    async def story(new_phone):
        return await new_phone("UDID-1").fetch(token)

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (409, "holder-left")


@pytest.mark.clause("G-1", "G-2")
def test_a_users_profile_brings_a_phone_in_as_its_users_own(assigned, token_for, at_the_door):
    token = token_for(assigned("BYO-1", ownership="personal"), consent=True, way=Way.USER)

    async def story(new_phone):
        phone = new_phone("E-1", as_a_user=True)
        await phone.enrol(token)
        again = new_phone("E-1", as_a_user=True, certificate=phone.certificate)
        return phone.profile, await again.idle()

    profile, idle = at_the_door(story)
    assert idle.status_code == 200
    management = management_of(profile)
    assert management["ManagedAppleID"] == "ana@city.example"
    assert not {"AccessRights", "EnrollmentMode"} & set(management)
    enrolment = Enrolment.objects.get()
    assert (enrolment.way, enrolment.external_id, enrolment.state) == ("user", "E-1", "enrolled")
    outbox.deliver_due(now())
    asked = [plistlib.loads(bytes(row.payload))["Command"] for row in Command.objects.all()]
    queries = next(item for item in asked if item["RequestType"] == "DeviceInformation")["Queries"]
    assert not {"SerialNumber", "UDID", "IMEI", "PhoneNumber"} & set(queries)
    assert Invitation.objects.get().state == "used"
