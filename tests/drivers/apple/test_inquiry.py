"""Each question is one that Apple's schema lets this device answer."""

import pytest

from quartermaster.drivers.apple.inquiry import ITEM_WORDS, disclosed, inquiries
from quartermaster.drivers.apple.wire.declarative.availability import ITEMS
from quartermaster.drivers.apple.wire.profile import PERSONAL_RIGHTS, Rights
from tests.drivers.apple.schema import Target, command_findings, needs_schema

SYSTEMS = {"ios": ("iOS", "18.1"), "ipados": ("iOS", "18.1"), "macos": ("macOS", "15.1")}


@needs_schema
@pytest.mark.clause("G-1")
@pytest.mark.parametrize("platform", SYSTEMS)
def test_a_user_enrolment_answers_all_that_a_personal_device_is_asked(platform):
    target = Target(*SYSTEMS[platform], user_enrolment=True)
    for command in inquiries(personal=True, platform=platform, user_enrolment=True):
        assert command_findings(command, target) == []


@needs_schema
@pytest.mark.parametrize("platform", SYSTEMS)
def test_apple_knows_every_question_to_a_city_device(platform):
    for command in inquiries(personal=False, platform=platform):
        assert command_findings(command, Target(*SYSTEMS[platform])) == []


@pytest.mark.clause("G-1")
@pytest.mark.parametrize(
    ("platform", "user_enrolment", "answers"),
    [
        ("ios", False, False),  # the profile that it took grants no such right
        ("ipados", False, False),
        ("macos", False, False),
        ("ios", True, True),
        ("ipados", True, True),
        ("macos", True, False),  # Apple forbids the question
    ],
)
def test_a_personal_device_is_asked_for_applications_only_where_it_answers(
    platform, user_enrolment, answers
):
    asked = inquiries(personal=True, platform=platform, user_enrolment=user_enrolment)
    by_kind = {item["RequestType"]: item for item in asked}
    assert ("InstalledApplicationList" in by_kind) is answers
    if answers:
        assert by_kind["InstalledApplicationList"]["ManagedAppsOnly"] is True
    else:
        assert list(by_kind) == ["DeviceInformation", "SecurityInfo", "ProfileList"]
        assert Rights.QUERY_APPLICATIONS not in PERSONAL_RIGHTS


@pytest.mark.clause("G-1")
@pytest.mark.parametrize("platform", SYSTEMS)
def test_what_is_disclosed_is_what_is_asked(platform):
    city = disclosed(personal=False, platform=platform)
    own = disclosed(personal=True, platform=platform)
    assert set(own.seen).isdisjoint(own.unseen)
    assert "its serial number" in city.seen
    assert "its name" in own.unseen
    # said when it enrols, though never asked: nobody is told that the City cannot see it
    assert not [words for words in own.unseen if "serial" in words]
    assert "which applications are installed" in city.seen
    assert "which applications are installed" not in own.seen


@pytest.mark.clause("G-1")
@pytest.mark.parametrize("platform", SYSTEMS)
@pytest.mark.parametrize("user_enrolment", [False, True])
def test_what_a_device_reports_by_itself_is_disclosed_too(platform, user_enrolment):
    own = disclosed(personal=True, platform=platform, user_enrolment=user_enrolment)
    update = "whether an update of its system waits, and why one failed"
    reports = platform != "macos" and not user_enrolment
    assert (update in own.seen) is reports
    assert (update in own.unseen) is not reports
    assert update in disclosed(personal=False, platform=platform).seen


def test_every_status_item_has_its_words():
    for name in ITEMS:
        assert [start for start in ITEM_WORDS if name.startswith(start)], name
