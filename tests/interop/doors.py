"""The real devices' door, as its own process, over the test database."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
from django.db import connection

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def devices_door(**more: str) -> Iterator[str]:
    """The address of a door that takes old clients' single DES; ``more`` settings by their name."""
    address = f"127.0.0.1:{free_port()}"
    url = f"http://{address}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.interop.door_settings",
        "INTEROP_DATABASE": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)]),
        "QUARTERMASTER_DEVICES_ADDRESS": address,
        "QUARTERMASTER_DEVICES_URL": url,
        "QUARTERMASTER_SCEP_ALLOW_DES": "true",
        **{f"QUARTERMASTER_{name.upper()}": value for name, value in more.items()},
    }
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the process below)
    process = subprocess.Popen(
        [sys.executable, "-m", "quartermaster", "devices"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=complaints,
    )
    try:
        _wait(process, url, complaints)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE)
        complaints.close()
        _hang_up_strangers()


def _wait(process: subprocess.Popen[bytes], url: str, complaints: IO[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            complaints.seek(0)
            raise AssertionError(complaints.read().decode())
        try:
            httpx.get(f"{url}/scep", params={"operation": "GetCACaps"})
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"The door did not open in {PATIENCE} seconds.")


def _hang_up_strangers() -> None:
    """End what a killed worker left behind, so that the test database can be emptied."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
