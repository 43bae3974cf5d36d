"""Who is to have what: by the policy, by department, by device, by wish."""

import pytest

from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.models import DeviceSoftware, SoftwareAssignment
from quartermaster.mdm.software import assignments_visible_to, offered_to, wanted_on
from quartermaster.org.models import Department
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from tests.factories.software import (
    HOUSE,
    AssignmentFactory,
    DeviceSoftwareFactory,
    SoftwareFactory,
)

pytestmark = pytest.mark.django_db


def require(at, *identifiers):
    proposal = read_proposal({"city": {"city": {"required_software": list(identifiers)}}})
    apply_proposal(proposal=proposal, digest=policy.plan(proposal).digest, actor=HOUSE, at=at)


def wanted(device, at):
    return {item.software.identifier: str(item.origin) for item in wanted_on(device, at).values()}


@pytest.mark.clause("G-4", "C-5")
def test_what_the_policy_requires_is_wanted_where_the_catalogue_has_it(assigned, at):
    SoftwareFactory(identifier="com.city.inspect")
    SoftwareFactory(identifier="com.city.mac", platforms=["macos"])
    require(at, "com.city.inspect", "com.city.mac", "com.city.unheard")
    assert wanted(assigned(), at) == {"com.city.inspect": "policy"}


def test_a_department_hands_down_to_its_divisions(assigned, cast, at):
    pumps = Department.objects.create(code="PUMPS", name="Pumps", parent=cast.water)
    made = AssignmentFactory(department=cast.water).software
    AssignmentFactory(department=cast.library)
    assert wanted(assigned(department=pumps), at) == {made.identifier: "assigned"}


def test_the_strongest_reason_is_named(assigned, cast, at):
    device = assigned()
    made = AssignmentFactory(department=cast.water).software
    require(at, made.identifier)
    assert wanted(device, at) == {made.identifier: "policy"}


def test_what_is_retired_ended_or_for_another_system_is_not_wanted(assigned, cast, at):
    AssignmentFactory(department=cast.water, software__retired_at=at)
    AssignmentFactory(department=cast.water, ended_at=at)
    AssignmentFactory(department=cast.water, software__platforms=["macos"])
    AssignmentFactory(department=cast.water, purpose="offered")
    assert wanted(assigned(), at) == {}


@pytest.mark.clause("G-4")
def test_an_offer_is_wanted_once_its_holder_wishes_it(enrolment, cast, at):
    device = enrolment.device
    offer = AssignmentFactory(department=cast.water, purpose="offered").software
    assert offered_to(device) == [offer]
    row = actions.wish_for(software=offer, device=device, actor=cast.acting(cast.ana), at=at)
    assert (row.state, wanted(device, at)) == ("wanted", {offer.identifier: "wish"})
    assert offered_to(device) == []
    with pytest.raises(Conflict):
        actions.wish_for(software=offer, device=device, actor=cast.acting(cast.ana), at=at)
    actions.forget_wish(software=offer, device=device, actor=cast.acting(cast.ana), at=at)
    assert wanted(device, at) == {}
    with pytest.raises(Conflict):
        actions.forget_wish(software=offer, device=device, actor=cast.acting(cast.ana), at=at)


def test_nobody_wishes_for_another_or_for_what_is_not_offered(enrolment, assigned, cast, at):
    offer = AssignmentFactory(department=cast.water, purpose="offered").software
    with pytest.raises(Refused):
        actions.wish_for(
            software=offer, device=enrolment.device, actor=cast.acting(cast.rex), at=at
        )
    with pytest.raises(Conflict, match="not offered"):
        actions.wish_for(
            software=SoftwareFactory(),
            device=enrolment.device,
            actor=cast.acting(cast.ana),
            at=at,
        )
    with pytest.raises(Conflict, match="not enrolled"):
        actions.wish_for(
            software=offer, device=assigned("PH-2"), actor=cast.acting(cast.ana), at=at
        )
    assert not DeviceSoftware.objects.exists()


def test_assigning_again_replaces_and_ending_is_once(cast, at):
    made = SoftwareFactory()
    for purpose in ("required", "offered"):
        actions.assign_software(
            software=made, purpose=purpose, department=cast.water, actor=HOUSE, at=at
        )
    live = SoftwareAssignment.objects.get(ended_at=None)
    assert (live.purpose, SoftwareAssignment.objects.count()) == ("offered", 2)
    actions.end_assignment(assignment=live, actor=HOUSE, at=at)
    with pytest.raises(Conflict):
        actions.end_assignment(assignment=live, actor=HOUSE, at=at)


def test_an_assignment_names_one_receiver_that_can_have_it(assigned, cast, at):
    made = SoftwareFactory(platforms=["macos"])
    for receiver in ({}, {"department": cast.water, "device": assigned()}):
        with pytest.raises(InvalidInput, match="department or a device"):
            actions.assign_software(
                software=made, purpose="required", actor=HOUSE, at=at, **receiver
            )
    with pytest.raises(InvalidInput, match="not for the system"):
        actions.assign_software(
            software=made, purpose="required", device=assigned("PH-3"), actor=HOUSE, at=at
        )
    retired = SoftwareFactory(retired_at=at)
    with pytest.raises(Conflict, match="retired"):
        actions.assign_software(
            software=retired, purpose="required", department=cast.water, actor=HOUSE, at=at
        )
    with pytest.raises(Refused):
        actions.assign_software(
            software=SoftwareFactory(),
            purpose="required",
            department=cast.water,
            actor=cast.acting(cast.cole),
            at=at,
        )


def test_a_person_has_it_tried_again(enrolment, cast, at):
    row = DeviceSoftwareFactory(enrolment=enrolment, state="failed", reason="x", attempts=6)
    actions.try_again(row=row, actor=cast.acting(cast.ida), at=at)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.due_at) == ("wanted", 0, at)
    with pytest.raises(Conflict):
        actions.try_again(row=row, actor=cast.acting(cast.ida), at=at)
    with pytest.raises(Refused):
        actions.try_again(row=row, actor=cast.acting(cast.cole), at=at)


def test_assignments_are_seen_in_ones_department(assigned, cast):
    AssignmentFactory(department=cast.water)
    AssignmentFactory(department=cast.library)
    AssignmentFactory(department=None, device=assigned())
    seen = {
        who: assignments_visible_to(cast.acting(getattr(cast, who))).count()
        for who in ("ana", "cole", "ida", "rex")
    }
    assert seen == {"ana": 0, "cole": 2, "ida": 3, "rex": 0}
