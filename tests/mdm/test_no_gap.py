"""However requirements, systems and answers follow one another: a rule once in force stays so."""

import plistlib
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quartermaster.drivers.apple.declaring import asked
from quartermaster.drivers.apple.wire import checkin
from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.drivers.apple.wire.ids import Ids
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions, posture
from quartermaster.mdm.models import Command
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.states import OPEN_COMMANDS
from quartermaster.simulators.apple import iphone
from quartermaster.simulators.apple.answers import answer
from quartermaster.simulators.apple.declaring import DeclarationClient
from quartermaster.simulators.apple.state import PASSWORD_POLICY
from tests.cast import AT
from tests.factories import mdm
from tests.mdm.test_declaring import require

pytestmark = pytest.mark.django_db
HOUSE = system("test")
VERSIONS = ("15.8", "16.0", "16.2", "17.0", "18.1")


class Played:
    """A phone beside the house, one command at a time, without a door between them."""

    def __init__(self, device, version):
        self.state = iphone(os_version=version, passcode="739154")
        self.enrolment = mdm.enrolled(device, AT)
        self.at = AT
        self.client = DeclarationClient(self.state, self.ask, lambda _address: b"")
        self.in_force = False
        self.tell_version()
        actions.configure_device(enrolment=self.enrolment, actor=HOUSE, at=self.at)

    def ask(self, endpoint, data):
        said = checkin.DeclarativeManagement(Ids(udid="U"), endpoint, data or b"")
        answered = asked.answer(said, self.enrolment, self.at)
        self.look()
        return answered.status, answered.body

    def tell_version(self):
        fact = Fact(self.state.os_version, "DeviceInformation", self.at)
        if actions.keep_facts(self.enrolment.device_id, {posture.OS_VERSION: fact}):
            actions.configure_device(enrolment=self.enrolment, actor=HOUSE, at=self.at)

    def take_one(self, put_off):
        """Answer the oldest command that waits; one that brings a profile may be put off."""
        waiting = Command.objects.filter(state__in=OPEN_COMMANDS).order_by("queued_at", "id")
        if put_off:
            waiting = waiting.exclude(kind="InstallProfile")
        command = waiting.first()
        if command is None:
            return
        self.state.profiles.setdefault("enrolment", {"PayloadContent": [MANAGEMENT]})
        said = answer(self.state, plistlib.loads(bytes(command.payload))["Command"])
        good = said["Status"] == "Acknowledged"
        outcome = Outcome.ACKNOWLEDGED if good else Outcome.FAILED
        answered = Answered(str(command.id), outcome, plistlib.dumps(said))
        speaker = Actor(label="device")
        actions.record_answer(
            enrolment=self.enrolment, answered=answered, actor=speaker, at=self.at
        )
        self.look()
        if good and command.kind == "DeclarativeManagement":
            self.client.synchronise()
        self.look()

    def go_on(self):
        self.at += timedelta(minutes=1)

    def look(self):
        """A passcode policy that was in force once must be so at every moment after."""
        installed = list(self.state.payloads(PASSWORD_POLICY))
        declared = list(self.state.declared(kinds.PASSCODE))
        assert installed or declared or not self.in_force
        self.in_force = bool(installed or declared)


MANAGEMENT = {"PayloadType": "com.apple.mdm", "AccessRights": 8191}
STEPS = st.lists(
    st.tuples(st.just("require"), st.sampled_from([(6, "numeric"), (8, "none"), (8, "complex")]))
    | st.tuples(st.just("update"), st.none())
    | st.tuples(st.just("deliver"), st.none())
    | st.tuples(st.just("command"), st.booleans()),
    min_size=6,
    max_size=16,
)
# iOS 16.0 does not know the alphanumeric passcode by declaration yet
BACK_TO_A_PROFILE_THAT_IS_PUT_OFF = [
    *[("command", False)] * 6,
    ("deliver", None),
    ("require", (8, "complex")),
    ("deliver", None),
    *[("command", True)] * 6,
]


@pytest.mark.clause("G-3", "G-10")
@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS, st.sampled_from(VERSIONS))
@example(BACK_TO_A_PROFILE_THAT_IS_PUT_OFF, "16.0")
def test_a_rule_in_force_stays_in_force(assigned, steps, version):
    with transaction.atomic():
        require(AT, passcode_minimum_length=6)
        play(Played(assigned(), version), steps)
        transaction.set_rollback(True)


def play(phone, steps):
    for step, value in steps:
        phone.go_on()
        if step == "require":
            length, complexity = value
            with suppress(Conflict):  # nothing would change
                require(phone.at, passcode_minimum_length=length, passcode_complexity=complexity)
        elif step == "update":
            newer = [item for item in VERSIONS if item > phone.state.os_version]
            if newer:
                phone.state.os_version = newer[0]
                phone.tell_version()
        elif step == "deliver":
            outbox.deliver_due(phone.at)
        else:
            phone.take_one(put_off=value)
    for _ in range(30):
        phone.go_on()
        outbox.deliver_due(phone.at)
        phone.take_one(put_off=False)
    assert phone.in_force
    carried = [*phone.state.payloads(PASSWORD_POLICY), *phone.state.declared(kinds.PASSCODE)]
    assert len(carried) == 1  # and in the end by one means alone
