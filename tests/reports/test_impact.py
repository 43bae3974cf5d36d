"""What a plan means for the devices that are there."""

import pytest

from quartermaster.inventory.models import Device
from quartermaster.mdm import driver, posture
from quartermaster.mdm.actions import keep_facts
from quartermaster.mdm.driver import Compiled
from quartermaster.mdm.posture import Fact
from quartermaster.policy import queries
from quartermaster.policy.plan import Proposal, impacts_of, read_proposal
from tests.factories import mdm
from tests.factories.custody import written

PROPOSAL = Proposal(
    city={"city": {"passcode_minimum_length": 6}, "personal": {"encryption_required": True}}
)


class Fussy:
    """A dialect of iOS that can do nothing about the length of a passcode."""

    name = "fussy"
    platforms = frozenset({"ios"})

    def compile(self, requirements, context):
        reason = f"needs supervision, {context.ownership} devices have none."
        return Compiled(
            unenforceable=(
                ("passcode_minimum_length", reason),
                ("encryption_required", "it always is."),
                ("auto_lock_minutes", "this does not change, so nobody hears of it."),
            )
        )


@pytest.fixture
def register(cast, monkeypatch):
    monkeypatch.setattr(driver, "_DRIVERS", {"fussy": Fussy()})
    for tag, department, platform, ownership in (
        ("QM-1", cast.water, "ios", "city"),
        ("QM-2", cast.water, "ios", "city"),
        ("QM-3", cast.library, "android", "city"),
        ("QM-4", cast.water, "ios", "personal"),
        ("QM-5", cast.water, "none", "city"),
    ):
        written(
            Device,
            asset_tag=tag,
            device_class="hotspot" if platform == "none" else "smartphone",
            platform=platform,
            ownership=ownership,
            department=department,
            holder=cast.ana if ownership == "personal" else None,
            status="assigned" if ownership == "personal" else "in_stock",
        )


@pytest.mark.clause("G-10")
def test_what_a_plan_reaches_and_what_it_cannot_do(cast, register):
    found = impacts_of(queries.plan(PROPOSAL))
    assert [(item.topic, item.sentence, item.count) for item in found] == [
        ("devices", "Public Library: 1 city device, of which 0 enrolled.", 1),
        ("devices", "Water Works: 3 city devices, of which 0 enrolled.", 3),
        ("devices", "Water Works: 1 personal device, of which 0 enrolled.", 1),
        (
            "unenforceable",
            "Android devices are not managed yet, so nothing is enforced on them. (1 device)",
            1,
        ),
        (
            "unenforceable",
            "Encryption cannot be enforced on personal iOS devices: it always is. (1 device)",
            1,
        ),
        (
            "unenforceable",
            (
                "Passcode length cannot be enforced on city iOS devices: needs supervision, city"
                " devices have none. (2 devices)"
            ),
            2,
        ),
    ]


def test_a_plan_that_reaches_no_device_says_nothing(cast, register):
    plan = queries.plan(Proposal(overlays={"ITMD": {"city": {"passcode_required": True}}}))
    assert impacts_of(plan) == ()


@pytest.mark.clause("G-10")
def test_a_plan_tells_by_what_means_it_reaches_devices(assigned, at):
    for tag, version in (("PH-1", "18.1"), ("PH-2", "18.1"), ("PH-3", "15.8"), ("PH-4", "")):
        device = assigned(tag)
        mdm.enrolled(device, at)
        fact = Fact(version, "DeviceInformation", at)
        keep_facts(device.id, {posture.OS_VERSION: fact})
    assigned("PH-5")  # not enrolled: nothing reaches it yet
    asked = {"passcode_minimum_length": 6, "minimum_os": {"ios": "18.2"}}
    proposal = read_proposal({"city": {"city": {**asked, "minimum_os_within_days": 10}}})
    found = impacts_of(queries.plan(proposal))
    assert [item.sentence for item in found if item.topic == "means"] == [
        "Lowest operating system version: by declaration on 2 enrolled devices.",
        "Days until a lower version is updated: by declaration on 2 enrolled devices.",
        "Passcode length: by declaration on 2 enrolled devices.",
        "Passcode length: by profile on 2 enrolled devices.",
    ]
    (refusal,) = [item for item in found if item.topic == "unenforceable"]
    assert refusal.count == 3
    assert refusal.sentence.startswith("Days until a lower version is updated cannot be enforced")
