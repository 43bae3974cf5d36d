"""Who is let in, and what starting over means."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions, errors
from quartermaster.mdm.actions.checkin import Hardware, PushAddress, enrolment_of
from quartermaster.mdm.actions.invite import CHALLENGE_LIFE, INVITATION_LIFE
from quartermaster.mdm.models import Command, Invitation
from quartermaster.mdm.queries import (
    commands_visible_to,
    enrolments_visible_to,
    invitations_visible_to,
)
from quartermaster.mdm.states import CommandState
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from quartermaster.policy.queries import plan
from tests.factories import mdm

pytestmark = pytest.mark.django_db
HOUSE = system("test")
DEVICE = Actor(label="device PH-1")
PUSH = PushAddress("topic", b"token", b"magic", b"unlock me")


def comes(enrolment, at, udid="UDID-1"):
    actions.authenticate(enrolment=enrolment, hardware=Hardware(udid), actor=DEVICE, at=at)


def brings_token(enrolment, at, udid="UDID-1"):
    actions.update_token(enrolment=enrolment, external_id=udid, address=PUSH, actor=DEVICE, at=at)


@pytest.mark.clause("G-2")
def test_a_personal_device_needs_its_owners_consent(assigned, at):
    device = assigned("BYO-1", ownership="personal")
    with pytest.raises(errors.NoConsent):
        actions.invite(device=device, actor=HOUSE, at=at)
    invited = actions.invite(device=device, consent=True, actor=HOUSE, at=at)
    assert invited.invitation.consented_at == at


def test_a_device_that_nobody_holds_is_not_invited(assigned, at):
    device = assigned(holder=None, status="in_stock")
    with pytest.raises(errors.NotManageable, match="Assign the device"):
        actions.invite(device=device, actor=HOUSE, at=at)


def test_people_invite_their_own_devices_alone(cast, assigned, at):
    device = assigned()
    for person in (cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            actions.invite(device=device, actor=cast.acting(person), at=at)
    assert actions.invite(device=device, actor=cast.acting(cast.ana), at=at).token


def test_a_newer_invitation_withdraws_the_earlier_one(assigned, at):
    device = assigned()
    first = actions.invite(device=device, actor=HOUSE, at=at)
    actions.invite(device=device, actor=HOUSE, at=at)
    with pytest.raises(errors.InvitationUnusable, match="used or withdrawn"):
        actions.fetch_invitation(token=first.token, actor=DEVICE, at=at)
    assert first.token.encode() not in bytes(first.invitation.token_hash)


def test_invitations_and_challenges_grow_old(assigned, at):
    invited = actions.invite(device=assigned(), actor=HOUSE, at=at)
    fetched = actions.fetch_invitation(token=invited.token, actor=DEVICE, at=at)
    with pytest.raises(errors.ChallengeRefused):
        actions.issue_identity(
            challenge=fetched.challenge,
            sign=lambda _: pytest.fail("nothing is signed"),
            fingerprint=lambda _: b"",
            actor=DEVICE,
            at=at + CHALLENGE_LIFE,
        )
    with pytest.raises(errors.InvitationUnusable, match="too old"):
        actions.fetch_invitation(token=invited.token, actor=DEVICE, at=at + INVITATION_LIFE)


@pytest.mark.clause("G-10")
def test_a_certificate_counts_while_it_is_valid_and_its_enrolment_lives(assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    good, old = mdm.certificate(enrolment, at), mdm.certificate(enrolment, at, expires_at=at)
    assert enrolment_of(good.fingerprint, at) == enrolment
    with pytest.raises(errors.IdentityRevoked):
        enrolment_of(old.fingerprint, at)
    with pytest.raises(errors.UnknownIdentity):
        enrolment_of(b"\0" * 32, at)
    actions.end_enrolment(enrolment=enrolment, reason="lost", actor=HOUSE, at=at)
    with pytest.raises(errors.EnrolmentOver):
        enrolment_of(good.fingerprint, at)


def test_other_hardware_is_refused(assigned, at):
    taken = mdm.enrolled(assigned("PH-1"), at, "UDID-1")
    other = mdm.pending(assigned("PH-2"), at)
    with pytest.raises(errors.WrongDevice, match="enrolled under another asset tag"):
        comes(other, at)
    with pytest.raises(errors.WrongDevice, match="belongs to another device"):
        comes(taken, at, "UDID-2")
    known = mdm.pending(assigned("PH-3", serial="C39XL2J1HG7F"), at)
    with pytest.raises(errors.WrongDevice, match="is for PH-3"):
        actions.authenticate(
            enrolment=known, hardware=Hardware("UDID-3", "OTHER12345"), actor=DEVICE, at=at
        )


@pytest.mark.clause("G-10")
def test_starting_over_clears_queue_and_tokens_and_keeps_history(assigned, at):
    enrolment = mdm.pending(assigned(), at)
    comes(enrolment, at)
    brings_token(enrolment, at)
    assert enrolment.state == "enrolled"
    (waiting,) = actions.queue_orders(enrolment=enrolment, orders=[mdm.order()], actor=HOUSE, at=at)
    comes(enrolment, at + timedelta(hours=1))
    waiting.refresh_from_db()
    assert (enrolment.state, waiting.state) == ("pending", "cancelled")
    assert enrolment.sealed_push_token is enrolment.sealed_unlock_token is None


def require_passcode(at):
    proposal = read_proposal({"city": {"city": {"passcode_minimum_length": 6}}})
    apply_proposal(proposal=proposal, digest=plan(proposal).digest, actor=HOUSE, at=at)


def configured(enrolment, at):
    done = actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at)
    return [command.kind for command in done.commands]


@pytest.mark.clause("G-3", "G-10")
def test_a_device_that_starts_over_gets_its_payloads_again(assigned, at):
    require_passcode(at)
    enrolment = mdm.pending(assigned(), at)
    comes(enrolment, at)
    brings_token(enrolment, at)
    first = configured(enrolment, at)
    assert first.count("InstallProfile") == 1
    Command.objects.update(state=CommandState.ACKNOWLEDGED, answered_at=at)
    assert configured(enrolment, at) == []
    later = at + timedelta(hours=1)
    comes(enrolment, later)
    brings_token(enrolment, later)
    assert configured(enrolment, later) == first


def test_the_database_keeps_one_enrolment_a_device(assigned, at):
    device = assigned()
    mdm.enrolled(device, at)
    with pytest.raises(IntegrityError, match="mdm_device_enrolled_once"), transaction.atomic():
        mdm.enrolled(device, at)
    with pytest.raises(IntegrityError, match="mdm_hardware_enrolled_once"), transaction.atomic():
        mdm.enrolled(assigned("PH-2"), at, "UDID-9")
        mdm.enrolled(assigned("PH-3"), at, "UDID-9")


def test_each_sees_what_they_may(cast, assigned, at):
    enrolment = mdm.enrolled(assigned(), at)
    actions.queue_orders(enrolment=enrolment, orders=[mdm.order()], actor=HOUSE, at=at)
    reads = (enrolments_visible_to, invitations_visible_to, commands_visible_to)
    for person in (cast.ana, cast.cole, cast.sue, cast.ida):
        assert [read(cast.acting(person)).count() for read in reads] == [1, 1, 1]
    assert [read(cast.acting(cast.rex)).count() for read in reads] == [0, 0, 0]


def test_an_ended_enrolment_is_told_once_and_frees_the_device(assigned, at):
    device = assigned()
    enrolment = mdm.enrolled(device, at)
    actions.check_out(enrolment=enrolment, actor=DEVICE, at=at)
    with pytest.raises(errors.EnrolmentOver):
        actions.check_out(enrolment=enrolment, actor=DEVICE, at=at)
    outbox.deliver_due(at)
    assert mdm.enrolled(device, at).state == "enrolled"
    assert Invitation.objects.count() == 2
