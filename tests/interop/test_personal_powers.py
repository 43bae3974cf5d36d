"""What a page tells of a personal device, held against what a simulated one really gets."""

import plistlib

import httpx
import pytest

from quartermaster.drivers.apple.inquiry import WORDS
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.abilities import NamesCommands
from quartermaster.mdm.driver import driver_for
from quartermaster.mdm.models import Command
from quartermaster.mdm.powers import powers_over
from quartermaster.mdm.queries import context_of
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.directory import read_defaults
from quartermaster.policy.queries import plan
from quartermaster.simulators.apple import iphone
from tests.factories.inventory import PersonalDeviceFactory
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HOUSE = system("test")


@pytest.mark.clause("G-1")
@pytest.mark.clause("G-2")
def test_a_personal_phone_gets_nothing_that_the_page_does_not_tell(cast):
    defaults = read_defaults()
    apply_proposal(proposal=defaults, digest=plan(defaults).digest, actor=HOUSE, at=now())
    own = PersonalDeviceFactory(holder=cast.ana)
    token = actions.invite(device=own, consent=True, actor=HOUSE, at=now()).token
    with httpx.Client(timeout=30) as client, devices_door() as door:
        phone = CheckedDevice(client, iphone())
        phone.enrol(f"{door}/enrol/{token}")
        for _ in range(3):
            outbox.deliver_due(now())
            phone.connect()
        outbox.deliver_due(now())
    own.refresh_from_db()
    driver = driver_for(own.platform)
    assert isinstance(driver, NamesCommands)
    told, powers = driver.commands_of(context_of(own)), powers_over(own, now())
    got = list(Command.objects.filter(enrolment__device=own))
    assert {command.kind for command in got} >= {"DeviceInformation", "InstallProfile"}
    for command in got:
        assert told[command.kind] in powers.may
        for name in plistlib.loads(bytes(command.payload))["Command"].get("Queries", ()):
            assert WORDS[name] in powers.seen
