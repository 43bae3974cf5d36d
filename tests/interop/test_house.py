"""The whole house from an empty folder: both doors open, and a worker does what is left to it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from quartermaster.simulators.carriers import files_of
from tests.factories.carriers import bill
from tests.interop.doors import REPOSITORY, free_port

PATIENCE = 300


class House:
    """An installation of its own, with the command that everybody uses."""

    def __init__(self, folder: Path) -> None:
        self.web, self.devices = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QUARTERMASTER_", "DJANGO_"))
        } | {
            "PYTHONPATH": str(REPOSITORY / "src"),
            "QUARTERMASTER_DATA": str(folder / "data"),
            "QUARTERMASTER_WEB_ADDRESS": self.web,
            "QUARTERMASTER_DEVICES_ADDRESS": self.devices,
        }
        self.log = folder / "log"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "quartermaster", *words],
                env=self.environment,
                cwd=self.log.parent,
                stdout=log,
                stderr=log,
            )

    def says(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "quartermaster", *words],
            env=self.environment,
            cwd=self.log.parent,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    def wait_for(self, address: str) -> httpx.Response:
        """What an address answers once somebody listens there."""
        for _ in patiently():
            try:
                answer = httpx.get(address)
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                return answer
        raise AssertionError(self.log.read_text())


def patiently() -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        yield
        time.sleep(0.5)


@contextmanager
def served(folder: Path) -> Iterator[House]:
    house = House(folder)
    process = house.start("serve")
    try:
        yield house
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.mark.clause("P-1")
def test_an_empty_folder_becomes_a_house_whose_worker_reads_what_is_left_to_it(tmp_path):
    path = tmp_path / "charges.txt"
    path.write_bytes(files_of(bill(), ["charges"])[0].content)
    with served(tmp_path) as house:
        assert house.wait_for(f"http://{house.web}/readyz").status_code == 200
        assert "Log in" in house.wait_for(f"http://{house.web}/log-in/").text
        house.wait_for(f"http://{house.devices}/scep?operation=GetCACaps")
        left = house.says("carrier_files", "import", str(path), "--no-wait")
        assert left.startswith("charges.txt: Waiting to be read.")
        states = ["received"]
        for _ in patiently():
            (row,) = json.loads(house.says("carrier_files", "list", "--json"))
            states.append(row["state"])
            if row["state"] != "received":
                break
        assert states[-1] == "refused"  # no contract with this carrier yet
    log = house.log.read_text()
    assert "TaskNotFound" not in log
    assert "Traceback" not in log, log
