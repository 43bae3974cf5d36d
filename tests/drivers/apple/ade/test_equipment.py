"""What the installation still lacks for what is in use, as the doctor says it."""

import pytest

from quartermaster.mdm.driver import driver_named
from quartermaster.reports.health import Verdict, examine
from quartermaster.simulators.apple.services.device_ca import DeviceAuthority

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(settings):
    settings.APPLE_DEVICE_ANCHORS = None
    settings.APPLE_ATTESTATION_ROOTS = ""
    settings.APPLE_ACME = "off"
    return settings


def lacks():
    return list(driver_named("apple").lacks())


def doctor(at):
    return next(item for item in examine(at) if item.check == "platforms")


def test_nothing_is_missing_while_nothing_is_in_use(bare, at):
    assert lacks() == []
    assert doctor(at).verdict is Verdict.GOOD


def test_a_server_token_needs_the_anchors_of_devices(bare, token, at, tmp_path):
    (said,) = lacks()
    assert "QUARTERMASTER_APPLE_DEVICE_ANCHORS names no file" in said
    assert (doctor(at).verdict, doctor(at).sentence) == (Verdict.WARNING, said)
    bare.APPLE_DEVICE_ANCHORS = tmp_path / "gone.pem"
    assert lacks() == [f"The anchors of devices in {tmp_path}/gone.pem cannot be read."]
    bare.APPLE_DEVICE_ANCHORS = tmp_path / "apple.pem"
    (tmp_path / "apple.pem").write_bytes(DeviceAuthority().pem)
    assert lacks() == []


def test_identities_from_hardware_need_roots_of_attestation(bare, tmp_path):
    bare.APPLE_ACME = "preferred"
    (said,) = lacks()
    assert "QUARTERMASTER_APPLE_ATTESTATION_ROOTS names no roots" in said
    bare.APPLE_ATTESTATION_ROOTS = str(tmp_path / "gone.pem")
    assert lacks() == [f"The roots of attestations in {tmp_path}/gone.pem cannot be read."]
    (tmp_path / "roots.pem").write_bytes(DeviceAuthority().pem)
    bare.APPLE_ATTESTATION_ROOTS = str(tmp_path / "roots.pem")
    assert lacks() == []
