"""Secrets that devices tell: kept sealed, given back to the same device alone."""

import plistlib

import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.models import Command, Enrolment, EscrowedSecret
from quartermaster.mdm.posture import Fact
from tests.drivers.apple.schema import Target

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.clause("G-10")
def test_a_mac_gives_its_bootstrap_token_and_gets_it_back(assigned, token_for, at_the_door):
    tokens = [token_for(assigned(tag, platform="macos")) for tag in ("MB-1", "MB-2")]

    async def story(new_phone):
        one, two = new_phone("UDID-1"), new_phone("UDID-2")
        await one.enrol(tokens[0])
        await two.enrol(tokens[1])
        mine = {"UDID": "UDID-1"}
        empty = await one.say({"MessageType": "GetBootstrapToken", **mine})
        kept = await one.say(
            {"MessageType": "SetBootstrapToken", "BootstrapToken": b"secret token", **mine}
        )
        back = await one.say({"MessageType": "GetBootstrapToken", **mine})
        stolen = await one.say({"MessageType": "GetBootstrapToken", **mine}, signed_by=two)
        return empty, kept, back, stolen

    empty, kept, back, stolen = at_the_door(story)
    assert [item.status_code for item in (empty, kept, back, stolen)] == [404, 200, 200, 403]
    assert plistlib.loads(back.content) == {"BootstrapToken": b"secret token"}
    assert b"secret token" not in bytes(EscrowedSecret.objects.get().sealed)


@pytest.mark.clause("G-10")
def test_a_bypass_code_is_taken_out_of_the_answer_that_brings_it(assigned, token_for, at_the_door):
    device = assigned()
    token = token_for(device)

    async def enrol(new_phone):
        phone = new_phone("UDID-1")
        await phone.enrol(token)
        return phone.certificate

    certificate = at_the_door(enrol)
    keep_facts(device.id, {"supervised": Fact(True, "test", now())})
    actions.perform(
        enrolment=Enrolment.objects.get(),
        verb="ask-bypass-code",
        arguments={},
        reason="new device",
        actor=system("test"),
        at=now(),
    )

    async def story(new_phone):
        phone = new_phone("UDID-1", certificate=certificate, target=Target(supervised=True))
        asked = await phone.idle()
        return await phone.answer(asked.content, ActivationLockBypassCode="ABCDE-12345")

    assert at_the_door(story).status_code == 200
    outbox.deliver_due(now())
    command = Command.objects.get(kind="ActivationLockBypassCode")
    assert command.state == "acknowledged"
    assert b"ABCDE-12345" not in bytes(command.answer)
    assert actions.current_secret(device.id, "bypass-code") == b"ABCDE-12345"
