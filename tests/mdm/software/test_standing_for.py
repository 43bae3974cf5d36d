"""What a package holds runs on devices: it goes to none before a second person stood for it."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm.actions import software
from quartermaster.mdm.errors import ApprovalTakesAPerson
from quartermaster.mdm.models import SoftwarePackage
from quartermaster.mdm.software import deliverable, newest_package, packages_to_approve
from quartermaster.org.accounts import prove
from quartermaster.org.errors import ProofNeeded
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from tests.factories.destruction import account, second_person
from tests.factories.org import PASSWORD
from tests.factories.software import HOUSE, package, packaged, waiting_package
from tests.races import at_once, named

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-10")]


@pytest.fixture
def ida(cast):
    account(cast.ida)
    return cast.acting(cast.ida)


@pytest.fixture
def ben(cast):
    return cast.acting(second_person(cast))


@pytest.fixture
def added(ida, at):
    """A version that Ida added."""
    return waiting_package(packaged(platforms=["macos"]), b"installer", actor=ida, at=at)


def proved(package_, actor, at):
    purpose = software.standing_for(package_)
    return prove(actor=actor, password=PASSWORD, purpose=purpose, address="here", at=at)


def approve(package_, actor, at, proof=None):
    given = proof or proved(package_, actor, at)
    return software.approve_package(package_id=package_.id, proof=given, actor=actor, at=at)


def usable(package_):
    newest = newest_package(package_.software_id, "macos")
    found = deliverable([package_.software.identifier], "macos")
    assert (newest is not None) is bool(found)
    return newest == package_


def test_a_version_goes_out_once_somebody_else_stands_for_it(added, ben, at):
    assert not usable(added)
    approve(added, ben, at)
    assert usable(added)
    added.refresh_from_db()
    assert (added.approver_id, added.approved_at) == (ben.person_id, at)


def test_the_earlier_version_stays_in_use_while_the_next_waits(ida, at):
    first = package(packaged(platforms=["macos"]), b"1", "1.0")
    waiting_package(first.software, b"2", "2.0", actor=ida, at=at)
    assert usable(first)


def test_who_added_it_is_nobody_s_second(added, ida, at):
    with pytest.raises(Refused, match="Somebody other"):
        approve(added, ida, at)
    assert not usable(added)


def test_what_nobody_by_name_added_is_not_approved(ben, at):
    nobody_s = waiting_package(packaged(platforms=["macos"]), actor=HOUSE)
    with pytest.raises(Refused, match="Nobody by name"):
        approve(nobody_s, ben, at)


@pytest.mark.parametrize("who", ["cole", "sue", "rex", "ana"])
def test_others_are_no_second_person(cast, added, at, who):
    person = getattr(cast, who)
    account(person)
    with pytest.raises(Refused):
        approve(added, cast.acting(person), at)


def test_no_program_approves(added, at):
    for actor in (system("a task"), HOUSE):
        with pytest.raises((ApprovalTakesAPerson, Refused)):
            software.approve_package(package_id=added.id, proof=None, actor=actor, at=at)


def test_the_password_is_typed_for_this_very_file(added, ida, ben, at):
    other = waiting_package(packaged(platforms=["macos"]), b"other", actor=ida, at=at)
    with pytest.raises(ProofNeeded):
        software.approve_package(package_id=added.id, proof=None, actor=ben, at=at)
    with pytest.raises(ProofNeeded):
        approve(added, ben, at, proof=proved(other, ben, at))
    assert not usable(added)


def test_whoever_got_the_role_just_now_is_not_yet_a_second_person(cast, added, ben, at):
    RoleAssignment.objects.filter(person_id=ben.person_id).update(granted_at=at)
    with pytest.raises(Refused, match="cannot approve"):
        approve(added, ben, at)


def test_it_is_approved_once_and_not_after_it_was_withdrawn(added, ida, ben, at):
    approve(added, ben, at)
    with pytest.raises(Conflict, match="already"):
        approve(added, ben, at)
    gone = waiting_package(packaged(platforms=["macos"]), b"gone", actor=ida, at=at)
    software.withdraw_package(package=gone, actor=ida, at=at)
    with pytest.raises(Conflict, match="withdrawn"):
        approve(gone, ben, at)


def test_a_security_approver_is_a_second_person(cast, added, at):
    person = second_person(cast, role=Role.SECURITY_APPROVER, number="1077")
    assert list(packages_to_approve(cast.acting(person))) == [added]
    approve(added, cast.acting(person), at)
    assert usable(added)


def test_each_sees_what_they_may_approve(cast, added, ida, ben):
    assert list(packages_to_approve(ben)) == [added]
    for actor in (ida, *(cast.acting(one) for one in (cast.cole, cast.sue, cast.rex))):
        assert list(packages_to_approve(actor)) == []


def test_the_database_takes_no_single_person_and_no_later_change(added, ida, ben, at):
    rows = SoftwarePackage.objects.filter(id=added.id)
    alone = {"approver_id": ida.person_id, "approved_at": at, "sealed_proof": b"x"}
    with pytest.raises(IntegrityError, match="mdm_package_by_two_people"), transaction.atomic():
        rows.update(**alone)
    approve(added, ben, at)
    for change in ({"version": "9"}, {"adder": None}, {"chunk_hashes": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    rows.update(withdrawn_at=at)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_is_told_that_it_was_done(cast, added, ben, at):
    other = cast.acting(second_person(cast, number="1078"))
    works = [partial(approve, added, actor, at, proved(added, actor, at)) for actor in (ben, other)]
    done = named(at_once(*works))
    assert sorted(map(str, done)) == sorted([str(added), "Conflict"])
