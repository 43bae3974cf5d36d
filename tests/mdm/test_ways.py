"""How a device came: kept with the enrolment, told to the dialect, held by the database."""

import pytest
from django.db import IntegrityError, transaction

from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions
from quartermaster.mdm.driver import driver_for
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.ways import CHOICES, USER_WAYS, Way
from tests.factories import mdm

pytestmark = pytest.mark.django_db
HOUSE = system("test")
DEVICE = Actor(label="device BYO-1")


def test_every_way_has_a_title():
    assert [value for value, _ in CHOICES] == [way.value for way in Way]
    assert {Way.USER, Way.ACCOUNT_DRIVEN_USER} == USER_WAYS


@pytest.mark.parametrize(
    ("ownership", "way"),
    [("personal", Way.PROFILE), ("personal", Way.USER), ("city", Way.AUTOMATED)],
)
def test_an_enrolment_comes_as_its_invitation_leads(ownership, way, assigned, at):
    device = assigned("BYO-1", ownership=ownership)
    invited = actions.invite(device=device, consent=True, way=way, actor=HOUSE, at=at)
    fetched = actions.fetch_invitation(token=invited.token, actor=DEVICE, at=at)
    enrolment = mdm.Enrolment(
        device=device, person=device.holder, invitation=fetched.invitation, way=way
    )
    enrolment.driver, enrolment.created_at = "apple", at
    enrolment.save()
    assert context_of(device).way == way


@pytest.mark.parametrize("way", Way)
def test_the_dialect_is_told_of_the_live_enrolment(way, assigned, at):
    device = assigned("BYO-1", ownership="personal")
    over = {"state": "ended", "ended_at": at}
    mdm.pending(device, at, way=Way.ACCOUNT_DRIVEN_DEVICE, **over)
    assert context_of(device).way == Way.PROFILE
    enrolment = mdm.enrolled(device, at, way=way)
    mdm.pending(device, at, way=Way.PROFILE)  # comes anew, and is not there yet
    context = context_of(device)
    assert (context.way, context.user_enrolment) == (enrolment.way, way in USER_WAYS)


def test_an_enrolment_without_an_invitation_was_imported(assigned, at):
    device = assigned()
    given = {"device": device, "person": device.holder, "driver": "apple", "created_at": at}
    with pytest.raises(IntegrityError, match="invited_or_imported"), transaction.atomic():
        mdm.Enrolment.objects.create(**given)
    imported = mdm.Enrolment.objects.create(**given, way=Way.IMPORTED)
    assert imported.invitation is None


def test_nobody_is_invited_to_be_imported_nor_in_an_unknown_way(assigned, at):
    device = assigned()
    for way in (Way.IMPORTED.value, "by-post"):
        with pytest.raises(IntegrityError, match="way_known"), transaction.atomic():
            mdm.invitation(device, at, way=way)
    with pytest.raises(IntegrityError, match="way_known"), transaction.atomic():
        mdm.pending(device, at, way="by-post")


@pytest.mark.clause("G-1")
def test_a_user_enrolment_is_told_to_hide_the_serial_number(assigned, at):
    device = assigned("BYO-1", ownership="personal")
    driver = driver_for("ios")
    by_profile = driver.disclosure(context_of(device))
    mdm.enrolled(device, at, way=Way.USER)
    as_user = driver.disclosure(context_of(device))
    assert "its serial number" in as_user.unseen
    assert [words for words in by_profile.seen if "serial" in words]
    assert not [words for words in as_user.seen if "serial" in words]
