"""Every verb of the house is possible on some device, and is said as Apple publishes it."""

import plistlib

import pytest

from quartermaster.drivers.apple import verbs
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.driver import Context, Secrets
from quartermaster.mdm.verbs import VERBS
from tests.drivers.apple.schema import Target, command_findings, needs_schema

PHONE = Context("city", "ios", supervised=True, os_version="18.1")
MAC = Context(
    "city", "macos", supervised=True, os_version="15.1", sealing_certificate=b"certificate"
)
SAID = {"message": "Call", "phone": "+1 555 0100", "footnote": "", "name": "N", "version": "18.1"}
KEPT = Secrets(unlock_token=b"token", recovery_lock=b"old", disk_key=b"KEY")


@pytest.mark.parametrize("context", [PHONE, MAC], ids=["phone", "mac"])
@pytest.mark.parametrize("verb", sorted(VERBS))
@needs_schema
def test_a_verb_that_is_possible_is_said_as_apple_publishes_it(verb, context):
    if verbs.why_not(verb, context):
        return
    said = {field.name: SAID[field.name] for field in VERBS[verb].fields}
    system, version = ("macOS", "15.1") if context is MAC else ("iOS", "18.1")
    for order in verbs.perform(verb, said, context, KEPT).orders:
        command = plistlib.loads(order.render(new_id()))["Command"]
        assert command_findings(command, Target(system, version, supervised=True)) == []


@pytest.mark.clause("G-10", "G-11")
def test_every_verb_is_possible_somewhere():
    assert set(verbs.COMMANDS) == set(VERBS)
    assert [v for v in VERBS if verbs.why_not(v, PHONE) and verbs.why_not(v, MAC)] == []
