"""The message to a holder: where the platform can show one, and valid by Apple's schema."""

import plistlib
from dataclasses import replace

import pytest

from quartermaster.drivers.apple import messages
from quartermaster.drivers.apple.compile import alike, compile_for
from quartermaster.mdm.driver import Context
from quartermaster.mdm.ways import Way
from quartermaster.policy.requirements import Requirements
from tests.drivers.apple.schema import Target, needs_schema, profile_findings

pytestmark = pytest.mark.clause("C-1")
TEXT = "Model City: a message for you is at https://qm.example.gov/my-compliance/"
PHONE = Context("city", "ios", supervised=True, os_version="18.1", message=TEXT)
MAC = replace(PHONE, platform="macos", supervised=False, os_version="15.1")


@pytest.mark.parametrize(
    ("context", "content"),
    [
        (PHONE, {"LockScreenFootnote": TEXT}),
        (replace(PHONE, platform="ipados"), {"LockScreenFootnote": TEXT}),
        (MAC, {"LoginwindowText": TEXT}),
        (replace(PHONE, supervised=False), None),
        (replace(PHONE, message=""), None),
        (replace(MAC, ownership="personal"), None),
        (replace(MAC, way=Way.ACCOUNT_DRIVEN_USER), None),
    ],
    ids=["phone", "tablet", "mac", "not supervised", "nothing to say", "personal", "of a user"],
)
def test_it_is_shown_where_the_platform_can(context, content):
    made = [plistlib.loads(item.body)["PayloadContent"][0] for item in messages.payloads(context)]
    shown = [{key: body[key] for key in body if not key.startswith("Payload")} for body in made]
    assert shown == ([content] if content else [])


@needs_schema
@pytest.mark.parametrize(
    ("context", "target"),
    [(PHONE, Target("iOS", "18.1", supervised=True)), (MAC, Target("macOS", "15.1"))],
)
def test_apples_schema_has_it(context, target):
    (made,) = messages.payloads(context)
    assert profile_findings(plistlib.loads(made.body), target) == []


def test_it_carries_no_setting_and_is_no_kind_of_device_of_its_own():
    asked = Requirements(passcode_required=True)
    assert set(compile_for(asked, PHONE).carriers()) == {"passcode_required"}
    assert alike(PHONE, asked) == alike(replace(PHONE, message=""), asked)


def test_a_long_text_is_cut():
    (made,) = messages.payloads(replace(PHONE, message="x" * 5000))
    body = plistlib.loads(made.body)["PayloadContent"][0]
    assert body["LockScreenFootnote"] == "x" * 200
