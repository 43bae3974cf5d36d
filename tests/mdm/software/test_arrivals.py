"""What devices say of applications, each state as Apple names it."""

import pytest

from quartermaster.mdm import actions
from quartermaster.mdm.actions.software import settle, wish_for
from quartermaster.mdm.models import DeviceSoftware
from quartermaster.mdm.queries import posture_of
from tests.factories import mdm
from tests.factories.inventory import PersonalDeviceFactory
from tests.factories.mdm import FactFactory
from tests.factories.software import HOUSE, AssignmentFactory, package, packaged
from tests.mdm.software.conftest import Play

pytestmark = pytest.mark.django_db
APP = "com.city.inspect"


@pytest.fixture
def ours(cast):
    made = packaged(identifier=APP)
    package(made)
    AssignmentFactory(software=made, department=cast.water)
    return made


@pytest.fixture
def sent(play, ours):
    play.settle()
    return play


@pytest.mark.clause("G-4")
@pytest.mark.parametrize(
    ("said", "state", "word"),
    [
        ("Queued", "installing", ""),
        ("Redeeming", "installing", ""),
        ("Prompting", "prompting", "asks its holder whether to install"),
        ("PromptingForLogin", "prompting", "sign in"),
        ("PromptingForManagement", "prompting", "manage it"),
        ("ValidatingPurchase", "installing", ""),
        ("Installing", "installing", ""),
        ("Managed", "installed", ""),
        ("UserRejected", "declined", "did not want it installed"),
        ("UpdateRejected", "declined", "did not want it updated"),
        ("ManagementRejected", "declined", "did not want it managed"),
        ("Failed", "failed", "could not install"),
        ("NeedsRedemption", "failed", "redemption code"),
        ("UserInstalledApp", "wanted", "installed it before"),
        ("ManagedButUninstalled", "wanted", "removed it"),
        ("Unknown", "installing", "does not know"),
        ("SomethingNew", "installing", ""),
    ],
)
def test_each_state_of_apples(sent, said, state, word):
    sent.answer(Identifier=APP, State=said)
    row = sent.row()
    assert (row.state, word in row.reason) == (state, True)


@pytest.mark.parametrize(
    ("refusal", "state", "word"),
    [
        ("AppAlreadyInstalled", "wanted", "already, not managed"),
        ("AppAlreadyQueued", "installing", ""),
        ("AppStoreDisabled", "failed", "switched off"),
        ("CouldNotVerifyAppID", "failed", "does not know"),
        ("NotAnApp", "failed", "not that of an application"),
        ("NotSupported", "failed", "cannot install"),
        ("PurchaseMethodNotSupported", "failed", "licence"),
        ("ManagementChangeNotSupported", "failed", "hand it over"),
        ("Other", "failed", "without a reason"),
    ],
)
def test_each_refusal_of_apples(sent, refusal, state, word):
    sent.answer(status="Error", error="12026", RejectionReason=refusal)
    row = sent.row()
    assert (row.state, word in row.reason) == (state, True)


@pytest.mark.clause("G-10")
def test_what_is_there_unmanaged_is_taken_over(sent):
    sent.answer(status="Error", RejectionReason="AppAlreadyInstalled")
    assert sent.settle() == ["InstallApplication"]
    assert sent.asked()["ChangeManagementState"] == "Managed"
    sent.answer(State="PromptingForManagement")
    sent.later(minutes=6).settle()
    sent.list(com__city__inspect="ManagementRejected")
    assert sent.row().state == "declined"


def test_what_cannot_be_taken_over_fails_in_the_end(sent):
    sent.answer(status="Error", RejectionReason="AppAlreadyInstalled")
    sent.settle()
    sent.answer(status="Error", RejectionReason="AppAlreadyInstalled")
    assert sent.row().state == "failed"


def test_an_error_without_a_refusal_is_the_reason(sent):
    sent.answer(status="Error", error="The manifest could not be fetched.")
    assert (sent.row().state, sent.row().reason) == (
        "failed",
        "The manifest could not be fetched.",
    )


def test_a_failure_is_tried_again_later_and_later_and_then_left_to_a_person(sent):
    pauses = []
    for _ in range(6):
        sent.answer(status="Error", error="No space.")
        row = sent.row()
        if row.due_at is None:
            break
        pauses.append((row.due_at - sent.at).total_seconds() / 60)
        assert sent.settle() == []  # not before its time
        sent.later(minutes=pauses[-1])
        assert sent.settle() == ["InstallApplication"]
    assert pauses == [15, 30, 60, 120, 240]
    assert (sent.row().state, sent.row().due_at) == ("failed", None)
    assert sent.later(days=30).settle() == []


def test_what_the_holder_removed_is_brought_again_but_not_at_once(sent):
    sent.answer(State="Managed")
    sent.later(days=2).settle()
    sent.list(com__city__inspect="ManagedButUninstalled")
    assert (sent.row().state, sent.settle()) == ("wanted", [])
    assert sent.later(minutes=20).settle() == ["InstallApplication"]


def test_what_the_list_leaves_out_is_there_no_longer(sent):
    sent.answer(State="Managed")
    sent.later(days=2).settle()
    sent.list()
    assert (sent.row().state, sent.row().reason) == (
        "wanted",
        "The device does not know of it any longer.",
    )


def test_a_list_older_than_what_was_sent_says_nothing_of_it(sent, ours):
    sent.answer(State="Managed")
    sent.later(days=2).settle()
    package(ours, b"second", "2.0")
    sent.tell()
    sent.list(com__city__inspect="Managed")
    assert sent.row().state == "sent"


def test_a_wish_is_dropped_with_the_application(play, cast):
    offer = packaged(identifier=APP)
    package(offer)
    AssignmentFactory(software=offer, department=cast.water, purpose="offered")
    wish_for(software=offer, device=play.enrolment.device, actor=cast.acting(cast.ana), at=play.at)
    play.tell()
    play.answer(State="Managed")
    play.later(days=2).settle()
    play.list(com__city__inspect="ManagedButUninstalled")
    row = play.row()
    assert (row.state, row.wished_at) == ("removed", None)
    assert play.settle() == []


@pytest.mark.clause("G-1")
def test_a_personal_device_is_asked_once_and_never_taken_from(cast, at, ours):
    device = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    play = Play(mdm.enrolled(device, at, way="user"), at)
    assert play.settle() == ["InstallApplication"]
    play.answer(State="UserRejected")
    assert (play.row().state, play.row().due_at) == ("declined", None)
    DeviceSoftware.objects.update(state="sent", command=None)
    play.later(days=40)
    assert play.settle() == []


@pytest.mark.clause("G-1")
def test_on_a_personal_device_what_its_holder_installed_stays_the_holders(cast, at, ours):
    device = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    play = Play(mdm.enrolled(device, at, way="user"), at)
    play.settle()
    play.answer(status="Error", RejectionReason="AppAlreadyInstalled")
    assert (play.row().state, play.row().take_over) == ("declined", False)
    assert play.row().reason.endswith("stays its holder's own.")


@pytest.mark.clause("G-1")
def test_a_personal_mac_is_left_alone(cast, at):
    made = packaged(platforms=["macos"])
    package(made)
    AssignmentFactory(software=made, department=cast.water)
    device = PersonalDeviceFactory(
        platform="macos", device_class="laptop", department=cast.water, holder=cast.ana
    )
    enrolment = mdm.enrolled(device, at)
    assert settle(enrolment=enrolment, at=at) == []
    row = DeviceSoftware.objects.get()
    assert (row.state, "personal Mac" in row.reason) == ("failed", True)


@pytest.mark.clause("G-4")
def test_the_posture_says_what_is_managed(sent):
    device = sent.enrolment.device
    listed = [
        {"identifier": APP, "name": "Inspections", "version": "1", "managed": None},
        {"identifier": "com.example.game", "name": "Game", "version": "1", "managed": None},
    ]
    FactFactory(device=device, key="software.installed", value=listed)
    sent.answer(State="Installing")
    sent.later(minutes=6).settle()
    sent.list(com__city__inspect="Managed")
    found = posture_of(device.id)["software.installed"].value
    assert {item["identifier"]: item["managed"] for item in found} == {
        APP: True,
        "com.example.game": False,
    }


def test_a_fresh_list_of_software_keeps_the_mark(sent, at):
    sent.answer(State="Managed")
    actions.refresh_posture(enrolment=sent.enrolment, actor=HOUSE, at=sent.at)
    sent.answer(
        "InstalledApplicationList",
        InstalledApplicationList=[{"Identifier": APP, "Name": "Inspections"}],
    )
    (item,) = posture_of(sent.enrolment.device_id)["software.installed"].value
    assert item["managed"] is True


def test_a_garbled_answer_is_no_state(sent):
    sent.answer(State=["Managed"], Identifier={"a": 1})
    assert sent.row().state == "installing"
    sent.later(minutes=6).settle()
    sent.answer("ManagedApplicationList", ManagedApplicationList=["Managed"])
    assert sent.row().state == "installing"


@pytest.mark.clause("G-4", "C-1")
def test_what_arrived_counts_before_the_device_is_asked_for_its_whole_list(sent):
    device = sent.enrolment.device
    FactFactory(device=device, key="software.installed", value=[])
    sent.answer(State="Installing")
    sent.later(minutes=6).settle()
    sent.list(com__city__inspect="Managed", com__stranger="Managed")
    (item,) = posture_of(device.id)["software.installed"].value
    assert item == {"identifier": APP, "name": item["name"], "version": "1.0", "managed": True}
