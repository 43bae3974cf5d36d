"""Calls compliance-trestle, which lives in an environment of its own."""

import json
import subprocess
from pathlib import Path

from tests.interop.tools import tool

READER = Path(__file__).parent / "oscal_reader.py"


def told_by_trestle(folder: Path) -> dict:
    """What trestle says of every document of a folder, by file name."""
    python = tool("trestle/bin/python")
    done = subprocess.run(
        [python, READER, folder], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
