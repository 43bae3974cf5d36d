"""Simulated devices with keys in their hardware, through the real door: ACME, renewal, posture."""

import httpx
import pytest
from asn1crypto import core
from cryptography.hazmat.primitives.asymmetric import ec

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, schedule
from quartermaster.mdm.models import Certificate, Command, Enrolment
from quartermaster.mdm.queries import posture_of
from quartermaster.simulators.apple import Refused, iphone, mac
from quartermaster.simulators.apple.vouching import Enclave, Vouching
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SERIAL = "F2LX0000ABCD"
HOUSE = system("test")


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as made:
        yield made


@pytest.fixture
def policy(hardware_keys, monkeypatch):
    """What the installation wants, here and in the door's own process."""

    def want(wish):
        hardware_keys.APPLE_ACME = wish
        monkeypatch.setenv("QUARTERMASTER_APPLE_ACME", wish)
        roots = str(hardware_keys.APPLE_ATTESTATION_ROOTS)
        monkeypatch.setenv("QUARTERMASTER_APPLE_ATTESTATION_ROOTS", roots)

    return want


class NoTransport(CheckedDevice):
    """Apple asks for an address in https; the door of a test has none."""

    def install(self, enrolment_profile):
        super(CheckedDevice, self).install(enrolment_profile)


@pytest.mark.clause("G-3", "G-10")
def test_a_phone_enrols_with_a_key_of_its_hardware_and_is_vouched_for(
    invited, client, policy, settings, vouching
):
    policy("required")
    device, path = invited("PH-1", serial=SERIAL)
    phone = NoTransport(client, iphone(serial=SERIAL, enclave=Enclave(vouching)))
    with devices_door() as door:
        settings.DEVICES_URL = door
        phone.enrol(f"{door}{path}")
        assert isinstance(phone.identity.key, ec.EllipticCurvePrivateKey)
        outbox.deliver_due(now())
        phone.connect()  # signs with the curve's key
        outbox.deliver_due(now())
        first = phone.identity.certificate
        actions.renew_identity(enrolment=Enrolment.objects.get(), actor=HOUSE, at=now())
        phone.connect()
        assert phone.identity.certificate != first
        assert schedule.attest(now()) == 1
        phone.connect()
        outbox.deliver_due(now())
    enrolment = Enrolment.objects.get()
    rows = Certificate.objects.filter(enrolment=enrolment).order_by("issued_at")
    assert [(row.means, row.attested, row.live) for row in rows] == [
        ("ACME", True, False), ("ACME", True, True)
    ]  # fmt: skip
    known = posture_of(device.id)
    assert known["attestation.good"].value is True
    assert known["attestation.good"].source == "DevicePropertiesAttestation"
    assert known["compromised"].value is False
    assert not Command.objects.filter(state="failed").exists()


@pytest.mark.clause("G-10")
def test_where_keys_of_the_hardware_are_preferred_a_device_moves_to_them_when_it_renews(
    invited, client, policy, settings, vouching
):
    policy("preferred")
    _, path = invited("PH-2", serial=SERIAL)
    phone = NoTransport(client, iphone(serial=SERIAL, enclave=Enclave(vouching)))
    with devices_door() as door:
        settings.DEVICES_URL = door
        phone.enrol(f"{door}{path}")  # nothing is known of it yet
        assert Certificate.objects.get().means == "SCEP"
        outbox.deliver_due(now())
        phone.connect()
        outbox.deliver_due(now())
        actions.renew_identity(enrolment=Enrolment.objects.get(), actor=HOUSE, at=now())
        phone.connect()
    assert [row.means for row in Certificate.objects.filter(revoked_at=None)] == ["ACME"]
    assert Enrolment.objects.get().state == "enrolled"


@pytest.mark.clause("G-3")
def test_another_maker_vouches_for_nobody(invited, client, policy):
    policy("required")
    _, path = invited("PH-3", serial=SERIAL)
    forged = Enclave(Vouching.founded(now()))
    phone = NoTransport(client, iphone(serial=SERIAL, enclave=forged))
    with devices_door() as door, pytest.raises(Refused):
        phone.enrol(f"{door}{path}")
    assert not Enrolment.objects.exists()


@pytest.mark.clause("G-3")
def test_a_mac_that_lies_about_its_protection_is_found_out(
    invited, client, policy, settings, vouching
):
    policy("preferred")
    device, path = invited("MC-1", platform="macos", device_class="laptop", serial=SERIAL)
    state = mac(serial=SERIAL, enclave=Enclave(vouching))
    laptop = NoTransport(client, state)
    with devices_door() as door:
        settings.DEVICES_URL = door
        laptop.enrol(f"{door}{path}")
        outbox.deliver_due(now())
        laptop.connect()
        outbox.deliver_due(now())
        assert posture_of(device.id)["compromised"].value is False  # so it says
        vouching.says = {"1.2.840.113635.100.8.13.1": core.Integer(1).dump()}
        try:
            schedule.attest(now())
            laptop.connect()
        finally:
            vouching.says = {}
        outbox.deliver_due(now())
    known = posture_of(device.id)
    assert known["attestation.good"].value is False
    assert "protection of the system" in known["attestation.note"].value
