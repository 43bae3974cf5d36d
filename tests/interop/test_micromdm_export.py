"""MicroMDM's database is read by a small program of ours in Go; its own tests run with these."""

import os
import shutil
import subprocess

import pytest

from tests.interop.tools import REPOSITORY

pytestmark = pytest.mark.interop


def test_what_reads_micromdms_database_passes_its_tests():
    go = shutil.which("go")
    if go is None:
        if os.environ.get("QUARTERMASTER_REQUIRE_INTEROP") == "1":
            pytest.fail("Go is not here.")
        pytest.skip("Go is not here.")
    done = subprocess.run(
        [go, "test", "-mod=readonly", "./..."],
        cwd=REPOSITORY / "tools" / "micromdm",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
