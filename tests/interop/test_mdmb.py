"""Twenty-five devices that are not ours enrol, are asked, and are seen in the ledger."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.queries import posture_of
from tests.interop.doors import devices_door
from tests.interop.tools import tool

pytestmark = [pytest.mark.interop, pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DEVICES = 25
UDID = re.compile(r"^[0-9A-F-]{36}$", re.MULTILINE)


def mdmb(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(tool("mdmb")), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout + done.stderr


@pytest.mark.clause("G-10")
def test_twenty_five_foreign_devices_enrol_and_answer(invited, tmp_path):
    created = UDID.findall(mdmb(tmp_path, "devices-create", f"-n={DEVICES}"))
    assert len(created) == DEVICES
    played = {udid: invited(f"PH-{number}") for number, udid in enumerate(created)}

    with devices_door() as door:
        for udid, (_, path) in played.items():
            served = httpx.get(f"{door}{path}", params={"signed": "no"})
            assert served.status_code == 200, served.text
            (tmp_path / "enrol.mobileconfig").write_bytes(served.content)
            said = mdmb(
                tmp_path, f"-uuids={udid}", "devices-profiles-install", "-f=enrol.mobileconfig"
            )
            assert "fail" not in said, said
        assert {
            (row.external_id, row.device_id) for row in Enrolment.objects.filter(state="enrolled")
        } == {(udid, device.id) for udid, (device, _) in played.items()}

        outbox.deliver_due(now())
        assert Command.objects.filter(kind="DeviceInformation").count() == DEVICES
        said = mdmb(tmp_path, "-uuids=all", "devices-connect", "-w=5")
        assert "failed with HTTP status" not in said

    states = {"DeviceInformation": "acknowledged", "ProfileList": "acknowledged"}
    for command in Command.objects.all():
        # What mdmb does not know it says so, and it is not asked again for ever.
        expected = states.get(command.kind, "failed")
        assert (command.kind, command.state) == (command.kind, expected)
    outbox.deliver_due(now())
    for device, _ in played.values():
        found = posture_of(device.id)
        assert found["device.name"].value.endswith("'s Computer")
        assert found["device.serial"].value
        assert found["profiles.installed"].value == ["org.quartermaster.enrolment"]
        assert "passcode.present" not in found
