"""Five hundred devices that are not ours enrol, install a profile, remove it, and are seen."""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.queries import posture_of
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from tests.interop.doors import devices_door
from tests.interop.tools import tool

pytestmark = [pytest.mark.interop, pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
GROUPS, OF_EACH = 10, 50  # a database of mdmb serves one process at a time
ROOM = 64 * 1024 * 1024  # bytes, of which few are written
UDID = re.compile(r"^[0-9A-F-]{36}$", re.MULTILINE)
ENROLMENT, POLICY = "org.quartermaster.enrolment", "org.quartermaster.policy.passcode"
# what mdmb knows; to all else it says that it does not, and is not asked again for ever
KNOWN = {"DeviceInformation", "ProfileList", "InstallProfile"}
TROUBLE = re.compile(r"fail|error(?!=null|s +0 \(0%\))|panic|HTTP status", re.IGNORECASE)


FALLEN, MOST_FALLS = "fatal error: fault", 3
CHANCE = re.compile(r'transaction_id="[^"]*"')  # base64 of a digest, which may spell any word


class Fallen(Exception):  # noqa: N818 (what became of it)
    """mdmb itself fell, in the middle of a session; a device would connect again."""


def offer_again() -> None:
    """As if half a minute had passed: what was sent and not answered is offered again."""
    lost = Command.objects.filter(state="sent")
    lost.update(sent_at=now() - timedelta(minutes=1))
    connection.close()  # this is a thread of its own


class Group:
    """Some devices of mdmb in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.udids = UDID.findall(self.run("devices-create", f"-n={OF_EACH}"))
        # mdmb reads from its mapped file after that was mapped anew, and falls: with room from the
        # start the file is mapped once
        os.truncate(folder / "mdmb.db", ROOM)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(tool("mdmb")), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = done.stdout + done.stderr
        if done.returncode and FALLEN in said:
            raise Fallen(said)
        assert done.returncode == 0, said
        return said

    def enrol(self, paths: dict[str, str], door: str) -> list[str]:
        """Each device installs its own profile; the lines that tell of trouble."""
        said = []
        for udid in self.udids:
            served = httpx.get(f"{door}{paths[udid]}", params={"signed": "no"})
            assert served.status_code == 200, served.text
            (self.folder / "enrol.mobileconfig").write_bytes(served.content)
            said.append(
                self.run(f"-uuids={udid}", "devices-profiles-install", "-f=enrol.mobileconfig")
            )
        return troubles("\n".join(said))

    def connect(self) -> list[str]:
        # one worker: mdmb counts without a lock; another group connects at the same time
        for _ in range(MOST_FALLS):
            try:
                return troubles(self.run("-uuids=all", "devices-connect", "-w=1"))
            except Fallen:
                offer_again()
        return [f"mdmb fell {MOST_FALLS} times in {self.folder.name}"]

    def remove(self, identifier: str) -> list[str]:
        return troubles(self.run("-uuids=all", "devices-profiles-remove", f"-i={identifier}"))


def troubles(said: str) -> list[str]:
    return [line for line in said.splitlines() if TROUBLE.search(CHANCE.sub("", line))]


def at_once(verb, groups: Sequence[Group]) -> list[str]:
    """What ``verb`` of every group complains of."""
    with ThreadPoolExecutor(2) as pool:
        return [line for lines in pool.map(verb, groups) for line in lines]


def require_a_passcode() -> None:
    proposal = read_proposal({"city": {"city": {"passcode_minimum_length": 6}}})
    digest = policy.plan(proposal).digest
    apply_proposal(proposal=proposal, digest=digest, actor=system("test"), at=now())


def deliver() -> None:
    while outbox.deliver_due(now()):
        pass


@pytest.mark.clause("G-3", "G-10")
def test_five_hundred_foreign_devices_enrol_install_and_remove(invited, tmp_path):
    require_a_passcode()
    groups = [Group(tmp_path / f"{number}") for number in range(GROUPS)]
    udids = [udid for group in groups for udid in group.udids]
    assert len(set(udids)) == GROUPS * OF_EACH
    played = {udid: invited(f"PH-{number}") for number, udid in enumerate(udids)}
    paths = {udid: path for udid, (_, path) in played.items()}

    with devices_door() as door:
        assert at_once(lambda group: group.enrol(paths, door), groups) == []
        deliver()
        enrolled = Enrolment.objects.filter(state="enrolled")
        assert set(enrolled.values_list("external_id", "device_id")) == {
            (udid, device.id) for udid, (device, _) in played.items()
        }
        assert at_once(Group.connect, groups) == []
        deliver()
        assert posture_of(played[udids[0]][0].id)["profiles.installed"].value == [
            ENROLMENT,
            POLICY,
        ]
        assert at_once(lambda group: group.remove(POLICY), groups) == []
        for enrolment in enrolled.select_related("device"):
            actions.refresh_posture(enrolment=enrolment, actor=system("test"), at=now())
        assert at_once(Group.connect, groups) == []
        deliver()

    states = Counter(Command.objects.values_list("kind", "state"))
    assert {kind for kind, state in states if state == "acknowledged"} == KNOWN
    told = {state for kind, state in states if kind in KNOWN}  # a question may be asked anew
    assert told <= {"acknowledged", "cancelled"}
    assert states["InstallProfile", "acknowledged"] == GROUPS * OF_EACH
    assert {state for kind, state in states if kind not in KNOWN} <= {"failed", "cancelled"}
    for device, _ in played.values():
        found = posture_of(device.id)
        assert found["device.name"].value.endswith("'s Computer")
        assert found["profiles.installed"].value == [ENROLMENT]
        assert "passcode.present" not in found
