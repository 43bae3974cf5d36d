"""Did my change arrive: from not sent to in force, or refused with the reason."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, posture, queries
from quartermaster.mdm.models import Command
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.progress import Stage, progress_of
from quartermaster.mdm.states import INSTALL, CommandState
from tests.factories import mdm
from tests.mdm.test_declaring import PASSCODE, PROFILE, configure, require, system_is, told

pytestmark = pytest.mark.django_db
HOUSE = system("test")


@pytest.fixture
def enrolment(assigned, at):
    require(at, passcode_minimum_length=6)
    return mdm.enrolled(assigned(), at)


def stages(enrolment, at):
    compiled = queries.wanted_for(enrolment.device, at)
    return {item.key: item.stage for item in progress_of(enrolment, compiled) if item.settings}


def becomes(state, at):
    Command.objects.filter(key__startswith=INSTALL).update(
        state=state, answered_at=at, sent_at=at, error="No room."
    )


def test_a_profile_on_its_way(enrolment, at):
    assert stages(enrolment, at) == {PROFILE: Stage.MISSING}
    configure(enrolment, at)
    assert stages(enrolment, at) == {PROFILE: Stage.WAITING}
    for state, stage in (
        (CommandState.SENT, Stage.SENT),
        (CommandState.DEFERRED, Stage.SENT),
        (CommandState.FAILED, Stage.REFUSED),
        (CommandState.ACKNOWLEDGED, Stage.ARRIVED),
    ):
        becomes(state, at)
        assert stages(enrolment, at) == {PROFILE: stage}
    listed = Fact([PROFILE], "ProfileList", at)
    actions.keep_facts(enrolment.device_id, {posture.PROFILES: listed})
    assert stages(enrolment, at) == {PROFILE: Stage.ACTIVE}
    require(at, passcode_minimum_length=8)
    assert stages(enrolment, at) == {PROFILE: Stage.MISSING}  # the newer one is not sent yet


@pytest.mark.clause("G-3", "G-10")
def test_a_declaration_on_its_way(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    assert stages(enrolment, at) == {PASSCODE: Stage.WAITING}
    becomes(CommandState.ACKNOWLEDGED, at)
    assert stages(enrolment, at) == {PASSCODE: Stage.ARRIVED}
    told(enrolment, at, active=False, valid="unknown")
    assert stages(enrolment, at) == {PASSCODE: Stage.ARRIVED}
    told(enrolment, at)
    assert stages(enrolment, at) == {PASSCODE: Stage.ACTIVE}
    require(at, passcode_minimum_length=8)
    configure(enrolment, at)
    assert stages(enrolment, at) == {PASSCODE: Stage.WAITING}  # what stands is the older one


def test_a_refusal_is_told_in_words(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    becomes(CommandState.ACKNOWLEDGED, at)
    told(enrolment, at, active=False, valid="invalid", reasons=["Error.ConfigurationIsInvalid"])
    compiled = queries.wanted_for(enrolment.device, at)
    (item,) = [item for item in progress_of(enrolment, compiled) if item.settings]
    assert (item.stage, item.reason) == (Stage.REFUSED, "The device takes it for invalid.")


def test_the_command_line_tells_it(enrolment, at):
    system_is(enrolment, "18.1", at)
    configure(enrolment, at)
    done = CliRunner().invoke(app, ["mdm", "declarations", "PH-1", "--json"])
    rows = {row["what"]: row for row in json.loads(done.stdout)}
    assert rows["City policy: passcode"] == {
        "what": "City policy: passcode",
        "means": "declaration",
        "settings": "passcode_minimum_length",
        "stage": "waiting",
        "since": Command.objects.get(kind="DeclarativeManagement").queued_at.isoformat(),
        "reason": None,
    }
    assert "City policy" in CliRunner().invoke(app, ["mdm", "declarations", "PH-1"]).stdout
