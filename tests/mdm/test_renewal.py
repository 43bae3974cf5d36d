"""Renewal: when it is due, what it gives leave for, and that it is never a new enrolment."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.issuing import the_authority
from quartermaster.drivers.apple.wire import ca
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions, errors, schedule
from quartermaster.mdm.actions.checkin import enrolment_of
from quartermaster.mdm.actions.identities import Issuing
from quartermaster.mdm.models import Certificate, Command, Enrolment, Renewal
from quartermaster.mdm.queries import certificates_lapsed, certificates_running_out
from quartermaster.mdm.rules.renewal import Standing, may_renew, renew_at, standing, window
from quartermaster.mdm.states import RenewalState
from quartermaster.mdm.tokens import token_hash
from tests.factories import mdm

HOUSE = system("test")
DEVICE = Actor(label="device PH-1")
YEAR = timedelta(days=365)
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
LIVES = st.timedeltas(timedelta(hours=1), timedelta(days=3650))
START = datetime(2026, 1, 1, tzinfo=UTC)
MIGRATION = "quartermaster.mdm.migrations.0016_renew_what_was_issued_before"


@given(life=LIVES, fingerprint=st.binary(min_size=32, max_size=32))
def test_renewal_falls_into_the_window_and_leaves_time(life, fingerprint):
    first, last = window(START, START + life)
    due = renew_at(START, START + life, fingerprint)
    assert START < first <= due <= last < START + life
    assert not may_renew(START, START + life, START)
    assert may_renew(START, START + life, last)
    assert not may_renew(START, START + life, START + life)


def test_a_year_is_renewed_between_a_third_and_sixty_days_before_its_end():
    first, last = window(START, START + YEAR)
    assert (START + YEAR - first, START + YEAR - last) == (YEAR * 0.3, timedelta(days=60))


def test_a_fleet_is_spread_over_the_window():
    days = {renew_at(START, START + YEAR, bytes([n] * 32)).date() for n in range(0, 250, 10)}
    assert len(days) == 25


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Standing.GOOD),
        (260, Standing.DUE),
        (340, Standing.ENDING),
        (365, Standing.LAPSED),
        (400, Standing.LAPSED),
    ],
)
def test_how_a_certificate_stands(days, expected):
    at = START + timedelta(days=days)
    assert standing(START, START + YEAR, None, at) is expected
    assert standing(START, START + YEAR, START, at) is Standing.REVOKED


def issuing(at, means="SCEP", **more):
    opened = the_authority(at)

    def sign(enrolment):
        return ca.issue(
            KEY, holder=enrolment.id, authority=opened.certificate, key=opened.key, at=at
        )

    return Issuing(means, sign, ca.fingerprint, **more)


def renew(at, challenge="", fingerprint=b"", means="SCEP"):
    return actions.renew_by_certificate(
        fingerprint=fingerprint,
        challenge=challenge,
        issuing=issuing(at, means),
        actor=DEVICE,
        at=at,
    )


def by_challenge(at, challenge, means="SCEP"):
    wanted = issuing(at, means)
    return actions.issue_identity(
        challenge=challenge,
        sign=wanted.sign,
        fingerprint=wanted.fingerprint,
        means=means,
        actor=DEVICE,
        at=at,
    )


def leave(enrolment, at, challenge="leave", **more):
    given = {
        "challenge_hash": token_hash(challenge),
        "created_at": at,
        "created_by": "test",
        "expires_at": at + timedelta(days=15),
    }
    Renewal.objects.create(enrolment=enrolment, **{**given, **more})
    return challenge


@pytest.fixture
def enrolment(assigned, at):
    return mdm.enrolled(assigned(), at, "UDID-1")


@pytest.fixture
def present(enrolment, at):
    return mdm.certificate(enrolment, at, first_used_at=at, means="SCEP", renew_at=at)


@pytest.mark.django_db
class TestTheHouse:
    @pytest.mark.clause("G-10")
    def test_what_is_due_is_asked_for_once_until_the_command_has_waited_its_time(
        self, enrolment, present, at
    ):
        assert [schedule.renew(at), schedule.renew(at)] == [1, 0]
        command = Command.objects.get()
        assert (command.kind, command.key, command.sealed) == (
            "InstallProfile", "renew:identity", True
        )  # fmt: skip
        first = Renewal.objects.get()
        assert first.expires_at > command.expires_at
        later = at + timedelta(days=14)
        schedule.expire(later)
        assert schedule.renew(later) == 1
        first.refresh_from_db()
        assert first.state == RenewalState.REPLACED
        assert Renewal.objects.get(state="open").expires_at > later
        assert set(Command.objects.values_list("state", flat=True)) == {"expired", "queued"}

    def test_a_tick_is_bounded_and_goes_on_with_the_rest(self, assigned, at):
        for n in range(5):
            one = mdm.enrolled(assigned(f"PH-{n}"), at, f"UDID-{n}")
            mdm.certificate(one, at, renew_at=at)
        actor = system("test")
        assert [actions.renew_due(actor=actor, at=at, limit=2) for _ in range(4)] == [2, 2, 1, 0]
        assert Renewal.objects.values("enrolment").distinct().count() == 5

    @pytest.mark.parametrize(
        "more", [{"state": "ended", "enrolled_at": None, "ended_at": START}, {"state": "pending"}]
    )
    def test_only_what_is_enrolled_is_asked(self, assigned, at, more):
        one = mdm.pending(assigned(), at, **more)
        mdm.certificate(one, at, renew_at=at)
        assert schedule.renew(at) == 0

    def test_what_ran_out_or_is_not_due_is_not_asked(self, enrolment, at):
        mdm.certificate(enrolment, at, renew_at=at, expires_at=at)
        mdm.certificate(enrolment, at, renew_at=at, revoked_at=at)
        mdm.certificate(enrolment, at, renew_at=at + timedelta(seconds=1))
        assert schedule.renew(at) == 0

    def test_an_imported_enrolment_cannot_be_renewed(self, enrolment, present, at):
        Enrolment.objects.update(way="imported", invitation=None)
        assert schedule.renew(at) == 0
        with pytest.raises(errors.NotPossible, match="enrol it anew"):
            actions.renew_identity(enrolment=Enrolment.objects.get(), actor=HOUSE, at=at)
        assert not Renewal.objects.exists()

    def test_people_without_the_permit_ask_for_nothing(self, cast, enrolment, present, at):
        for person in (cast.ana, cast.cole, cast.sue, cast.rex):
            with pytest.raises(Refused):
                actions.renew_identity(enrolment=enrolment, actor=cast.acting(person), at=at)
        assert not Renewal.objects.exists()

    def test_no_challenge_is_kept_in_the_clear(self, enrolment, present, at):
        actions.renew_identity(enrolment=enrolment, actor=HOUSE, at=at)
        assert b"Challenge" not in bytes(Command.objects.get().payload)

    def test_what_was_issued_before_renewal_was_known_is_renewed_in_its_time(self, enrolment, at):
        kept = mdm.certificate(enrolment, at)
        revoked = mdm.certificate(enrolment, at, revoked_at=at)
        found = import_module(MIGRATION)
        with connection.cursor() as cursor:
            cursor.execute(found.FORWARD)
        kept.refresh_from_db()
        first, last = window(kept.issued_at, kept.expires_at)
        assert first <= kept.renew_at <= last
        revoked.refresh_from_db()
        assert revoked.renew_at is None

    def test_devices_whose_certificates_run_out_are_known(self, assigned, at):
        for n, left in enumerate((-1, 10, 200)):
            one = mdm.enrolled(assigned(f"PH-{n}"), at, f"UDID-{n}")
            mdm.certificate(one, at, expires_at=at + timedelta(days=left))
        revoked = mdm.enrolled(assigned("PH-9"), at, "UDID-9")
        mdm.certificate(revoked, at, revoked_at=at)
        tags = [
            {row.device.asset_tag for row in found(at)}
            for found in (certificates_running_out, certificates_lapsed)
        ]
        assert tags == [{"PH-1"}, {"PH-0", "PH-9"}]


@pytest.mark.django_db
class TestTheDevice:
    @pytest.mark.clause("G-10")
    def test_both_are_good_until_the_new_one_is_used(self, enrolment, present, at):
        new = ca.fingerprint(renew(at, leave(enrolment, at), bytes(present.fingerprint)))
        assert enrolment_of(present.fingerprint, at) == enrolment_of(new, at) == enrolment
        actions.note_use(fingerprint=new, actor=DEVICE, at=at)
        assert enrolment_of(new, at) == enrolment
        with pytest.raises(errors.IdentityRevoked):
            enrolment_of(present.fingerprint, at)
        assert Enrolment.objects.count() == 1
        enrolment.refresh_from_db()
        assert (enrolment.state, enrolment.external_id) == ("enrolled", "UDID-1")

    def test_using_the_old_one_retires_nothing(self, enrolment, present, at):
        new = ca.fingerprint(by_challenge(at, leave(enrolment, at)))
        actions.note_use(fingerprint=bytes(present.fingerprint), actor=DEVICE, at=at)
        assert enrolment_of(new, at) == enrolment

    def test_leave_is_good_once(self, enrolment, present, at):
        challenge = leave(enrolment, at)
        by_challenge(at, challenge)
        for again in (lambda: by_challenge(at, challenge),
                      lambda: renew(at, challenge, bytes(present.fingerprint))):  # fmt: skip
            with pytest.raises(errors.ChallengeRefused):
                again()
        assert Certificate.objects.count() == 2

    def test_what_was_issued_and_never_used_is_given_up_at_the_next(self, enrolment, present, at):
        lost = ca.fingerprint(by_challenge(at + timedelta(1), leave(enrolment, at)))
        at += timedelta(days=2)
        new = ca.fingerprint(by_challenge(at, leave(enrolment, at, "second")))
        with pytest.raises(errors.IdentityRevoked):
            enrolment_of(lost, at)
        assert enrolment_of(new, at) == enrolment_of(bytes(present.fingerprint), at)

    def test_leave_for_one_means_is_none_for_another(self, enrolment, present, at):
        challenge = leave(enrolment, at, means="ACME")
        for attempt in (lambda: by_challenge(at, challenge),
                        lambda: renew(at, challenge, bytes(present.fingerprint)),
                        lambda: renew(at, "", bytes(present.fingerprint))):  # fmt: skip
            with pytest.raises(errors.ChallengeRefused):
                attempt()
        assert by_challenge(at, challenge, means="ACME")

    def test_a_key_in_hardware_is_not_renewed_by_weaker_means(self, enrolment, at):
        strong = mdm.certificate(enrolment, at, means="ACME")
        with pytest.raises(errors.ChallengeRefused):
            renew(strong.expires_at - timedelta(days=1), "", bytes(strong.fingerprint))

    @pytest.mark.parametrize("change", [{"expires_at": START}, {"state": "expired"}])
    def test_leave_grows_old(self, enrolment, present, at, change):
        leave(enrolment, at)
        Renewal.objects.update(**change)
        with pytest.raises(errors.ChallengeRefused):
            by_challenge(at, "leave")

    def test_leave_that_was_not_used_expires(self, enrolment, at):
        leave(enrolment, at)
        schedule.expire(at + timedelta(days=15))
        assert Renewal.objects.get().state == RenewalState.EXPIRED

    def test_leave_of_another_device_is_refused(self, assigned, enrolment, present, at):
        other = mdm.enrolled(assigned("PH-2"), at, "UDID-2")
        leave(other, at)
        with pytest.raises(errors.ChallengeRefused, match="another device"):
            renew(at, "leave", bytes(present.fingerprint))
        assert Renewal.objects.get().state == RenewalState.OPEN

    def test_an_ended_enrolment_is_not_renewed(self, enrolment, present, at):
        leave(enrolment, at)
        actions.end_enrolment(enrolment=enrolment, reason="lost", actor=HOUSE, at=at)
        for attempt in (lambda: by_challenge(at, "leave"),
                        lambda: renew(at, "leave", bytes(present.fingerprint))):  # fmt: skip
            with pytest.raises(errors.ChallengeRefused):
                attempt()

    def test_without_a_challenge_it_must_be_due_or_asked_for(self, enrolment, present, at):
        fingerprint = bytes(present.fingerprint)
        with pytest.raises(errors.ChallengeRefused, match="not due"):
            renew(at, "", fingerprint)
        leave(enrolment, at)
        assert renew(at, "", fingerprint)
        assert Renewal.objects.get().state == RenewalState.USED
        assert renew(present.expires_at - timedelta(days=61), "", fingerprint)

    @pytest.mark.parametrize("change", [{"revoked_at": START}, {"expires_at": START}])
    def test_a_revoked_or_lapsed_certificate_renews_nothing(self, enrolment, present, at, change):
        leave(enrolment, at)
        Certificate.objects.update(**change)
        with pytest.raises(errors.ChallengeRefused):
            renew(at, "leave", bytes(present.fingerprint))

    def test_the_database_keeps_one_open_leave(self, enrolment, at):
        leave(enrolment, at)
        with pytest.raises(IntegrityError), transaction.atomic():
            leave(enrolment, at, "second")
        with pytest.raises(IntegrityError), transaction.atomic():
            Renewal.objects.update(state="used")


@pytest.mark.django_db
class TestRevocation:
    @pytest.mark.clause("G-10", "G-11")
    def test_one_certificate_is_revoked_with_a_reason(self, cast, enrolment, present, at):
        actor = cast.acting(cast.ida)
        actions.revoke_certificate(certificate=present, reason=" stolen ", actor=actor, at=at)
        assert (present.revoked_at, present.revoke_reason, present.renew_at) == (at, "stolen", None)
        enrolment.refresh_from_db()
        assert enrolment.state == "enrolled"
        with pytest.raises(Conflict):
            actions.revoke_certificate(certificate=present, reason="x", actor=actor, at=at)

    def test_who_may_not_revokes_nothing(self, cast, present, at):
        for person in (cast.ana, cast.cole, cast.sue, cast.rex):
            with pytest.raises(Refused):
                actions.revoke_certificate(
                    certificate=present, reason="x", actor=cast.acting(person), at=at
                )
        assert Certificate.objects.get().revoked_at is None

    def test_a_reason_is_needed(self, present, at):
        with pytest.raises(InvalidInput, match="Say why"):
            actions.revoke_certificate(certificate=present, reason="  ", actor=HOUSE, at=at)
