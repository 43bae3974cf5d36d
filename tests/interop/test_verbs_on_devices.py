"""Verbs from wish to outcome: simulated devices at the real door, each command held to the schema.

What a device tells in confidence is in none of the answers that are kept.
"""

from contextlib import contextmanager

import httpx
import pytest
from django.db import connection

from quartermaster.audit.models import Entry
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, queries
from quartermaster.mdm.meanings import meaning_of
from quartermaster.mdm.models import Command, EscrowedSecret, Location
from quartermaster.policy import queries as policy
from quartermaster.policy.actions import apply_proposal
from quartermaster.policy.plan import Proposal
from quartermaster.simulators.apple import ipad, iphone, mac
from quartermaster.simulators.apple.state import Update
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HOUSE = system("test")
ROUNDS = 5
MAC = {"platform": "macos", "device_class": "laptop"}


@contextmanager
def enrolled(invited, state, **more):
    """One device at the door, which has answered what it was asked."""
    device, path = invited("DEV-1", **more)
    with devices_door() as door, httpx.Client(timeout=30) as client:
        simulated = CheckedDevice(client, state)
        simulated.enrol(f"{door}{path}")
        settle(simulated)
        yield device, simulated


def settle(simulated):
    """The device is asked until nothing is left to ask, within bounds."""
    outbox.deliver_due(now())
    done = []
    for _ in range(ROUNDS):
        answered = simulated.connect()
        if not answered:
            break
        done += answered
        outbox.deliver_due(now())
    return done


def do(device, verb, **said):
    return actions.perform(
        enrolment=queries.enrolment_now(device.id),
        verb=verb,
        arguments=said,
        reason="Reported lost at the depot",
        actor=HOUSE,
        at=now(),
    )


def kept_answers() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM mdm_command UNION ALL SELECT answer FROM mdm_orphan")
        return b"".join(bytes(answer) for (answer,) in cursor.fetchall() if answer)


@pytest.mark.clause("G-10", "G-11")
def test_a_lost_tablet_is_found_and_given_back(invited):
    state = ipad(supervised=True, passcode="402913", position=(44.51234, -88.01234, 12.0))
    state.positioned_at = "2026-11-24T15:00:00Z"
    with enrolled(invited, state, platform="ipados", device_class="tablet") as (device, tablet):
        do(device, "lost-mode-on", message="Please call us.", phone="+1 555 0100")
        assert settle(tablet) == ["EnableLostMode"]
        assert state.lost == {"Message": "Please call us.", "PhoneNumber": "+1 555 0100"}
        do(device, "locate")
        do(device, "play-sound")
        assert settle(tablet) == ["DeviceLocation", "PlayLostModeSound"]
        location = Location.objects.get()
        found = actions.view_location(location=location, actor=HOUSE, at=now())
        assert (found.latitude, found.longitude, found.accuracy) == (44.51234, -88.01234, 12.0)
        do(device, "lost-mode-off")
        settle(tablet)
        assert state.lost is None
    assert b"44.51" not in kept_answers()
    assert "44.51" not in str(list(Entry.objects.values_list("data", flat=True)))


@pytest.mark.clause("G-3", "G-10")
def test_a_macs_disk_is_encrypted_and_its_key_kept_and_replaced(invited, cast):
    wanted = Proposal(city={"city": {"encryption_required": True}})
    apply_proposal(proposal=wanted, digest=policy.plan(wanted).digest, actor=HOUSE, at=now())
    state = mac()
    with enrolled(invited, state, **MAC) as (device, laptop):
        assert "org.quartermaster.policy.disk" in state.profiles
        assert state.file_vault is False
        state.log_in()
        actions.refresh_posture(enrolment=queries.enrolment_now(device.id), actor=HOUSE, at=now())
        settle(laptop)
        assert queries.posture_of(device.id)["encryption.enabled"].value is True
        secret = EscrowedSecret.objects.get(kind="disk-key")
        shown = actions.reveal_secret(
            secret=secret, reason="Forgotten password", actor=cast.acting(cast.ida), at=now()
        )
        assert shown == state.recovery_key
        do(device, "rotate-disk-key")
        settle(laptop)
        assert state.recovery_key != shown
        assert actions.current_secret(device.id, "disk-key").decode() == state.recovery_key
    for key in (b"FDE_PersonalRecoveryKeyCMS", b"EncryptedNewRecoveryKey"):
        assert key not in kept_answers()
    assert not Command.objects.filter(state="failed").exists()


@pytest.mark.clause("G-10")
def test_locks_of_a_mac(invited):
    state = mac(bypass_code="ABCDE-12345", supervised=True)
    with enrolled(invited, state, **MAC) as (device, laptop):
        for verb in ("set-recovery-lock", "set-recovery-lock", "ask-bypass-code", "lock"):
            do(device, verb)
            settle(laptop)
        for kind, value in (
            ("recovery-lock", state.recovery_lock),
            ("bypass-code", "ABCDE-12345"),
            ("unlock-pin", state.unlock_pin),
        ):
            assert actions.current_secret(device.id, kind).decode() == value
            assert value.encode() not in kept_answers()
        do(device, "allow-activation-lock")
        settle(laptop)
        assert state.settings["MDMOptions"] == {"ActivationLockAllowedWhileSupervised": True}


@pytest.mark.clause("G-10")
def test_a_phone_is_unlocked_inspected_updated_and_restarted(invited):
    state = iphone(supervised=True, passcode="402913")
    state.updates = [Update("18.2", "22C152", "iOSUpdate22C152")]
    with enrolled(invited, state) as (device, phone):
        state.locked = True
        do(device, "clear-passcode")
        settle(phone)
        assert (state.passcode, state.locked) == ("", False)
        do(device, "inspect")
        settle(phone)
        posture = queries.posture_of(device.id)
        assert posture["updates.available"].value[0]["version"] == "18.2"
        assert [item["identity"] for item in posture["certificates.installed"].value] == [True]
        assert posture["software.managed"].value == []
        do(device, "update-system", version="18.2")
        settle(phone)
        posture = queries.posture_of(device.id)
        assert posture["updates.progress"].value[0]["status"] == "Installing"
        state.install_updates()
        do(device, "restart")
        do(device, "rename", name="Truck 4")
        assert settle(phone) == ["RestartDevice", "Settings"]
        assert (state.restarts, state.name, state.os_version) == (2, "Truck 4", "18.2")
        do(device, "shut-down")
        assert settle(phone) == ["ShutDownDevice"]
        assert phone.connect() == []


@pytest.mark.clause("G-10")
def test_a_refusal_is_told_with_its_meaning_and_tried_again_where_it_passes(invited):
    state = iphone(supervised=True, short_of_space=True)
    state.updates = [Update("18.2", "22C152", "iOSUpdate22C152")]
    with enrolled(invited, state) as (device, phone):
        (command, _) = do(device, "update-system", version="18.2")
        settle(phone)
        command.refresh_from_db()
        found = meaning_of(command)
        assert (command.state, found.code) == ("failed", "MCMDMErrorDomain 12054")
        assert found.sentence == "There is not enough space to load the update."
        assert found.temporary
        state.short_of_space = False
        actions.retry_due_commands(actor=HOUSE, at=command.retry_due_at)
        settle(phone)
        assert Command.objects.get(retry_of=command).state == "acknowledged"
        (missing, _) = do(device, "update-system", version="99.0")
        settle(phone)
        missing.refresh_from_db()
        assert (missing.state, missing.retry_due_at) == ("failed", None)


@pytest.mark.clause("G-1")
def test_a_personal_mac_keeps_its_disks_key(invited):
    wanted = Proposal(city={"personal": {"encryption_required": True}})
    apply_proposal(proposal=wanted, digest=policy.plan(wanted).digest, actor=HOUSE, at=now())
    device, _ = invited("DEV-2", **MAC)
    device.ownership = "personal"
    assert [item.key for item in queries.wanted_for(device, now()).payloads] == []
