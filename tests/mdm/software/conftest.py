"""A City phone that is enrolled, and short words for what happens to it."""

import plistlib
from datetime import timedelta

import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.actions.commands import open_payload
from quartermaster.mdm.actions.software import settle
from quartermaster.mdm.models import Command, DeviceSoftware
from quartermaster.mdm.poll import Answered, Outcome
from tests.factories import mdm

PHONE = Actor(label="device PH-1")


@pytest.fixture(autouse=True)
def store_aside(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def enrolment(assigned, at):
    return mdm.enrolled(assigned(serial="F2LX0000ABCD"), at)


class Play:
    """One device, played without a wire: what is sent to it, and what it answers."""

    def __init__(self, enrolment, at):
        self.enrolment, self.at = enrolment, at

    def later(self, **more):
        self.at += timedelta(**more)
        return self

    def settle(self):
        """The kinds of commands that came out of a look at the device."""
        return [command.kind for command in settle(enrolment=self.enrolment, at=self.at)]

    def tell(self):
        """Have the events handled that wait in the outbox."""
        outbox.deliver_due(self.at)

    def waiting(self, kind="InstallApplication"):
        return Command.objects.filter(
            enrolment=self.enrolment, kind=kind, state__in=["queued", "sent"]
        ).latest("queued_at", "id")

    def asked(self, kind="InstallApplication"):
        """The command as the device would read it."""
        command = self.waiting(kind)
        raw = bytes(command.payload)
        if command.sealed:
            raw = open_payload(command.id, raw)
        return plistlib.loads(raw)["Command"]

    def answer(self, kind="InstallApplication", status="Acknowledged", error="", **more):
        outcome = Outcome.ACKNOWLEDGED if status == "Acknowledged" else Outcome.FAILED
        body = plistlib.dumps({"Status": status, **more})
        answered = Answered(str(self.waiting(kind).id), outcome, body, error)
        actions.record_answer(enrolment=self.enrolment, answered=answered, actor=PHONE, at=self.at)

    def list(self, **states):
        """The device's list of managed applications, by identifier with ``__`` for its dots."""
        listed = {
            name.replace("__", "."): state if isinstance(state, dict) else {"Status": state}
            for name, state in states.items()
        }
        self.answer("ManagedApplicationList", ManagedApplicationList=listed)

    def row(self, software=None):
        rows = DeviceSoftware.objects.filter(enrolment=self.enrolment)
        return rows.get(software=software) if software else rows.get()


@pytest.fixture
def play(enrolment, at):
    return Play(enrolment, at)
