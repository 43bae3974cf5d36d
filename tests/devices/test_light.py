"""A process of the devices' door is small: it loads nothing that only others use."""

import json
import os
import subprocess
import sys

HEAVY = (
    "boto3",
    "duckdb",
    "ibis",
    "numpy",
    "openpyxl",
    "pandas",
    "pikepdf",
    "pyarrow",
    "pypdfium2",
    "typst",
)
LOADED = "import json, sys; import quartermaster.config.asgi; print(json.dumps(list(sys.modules)))"


def test_the_door_loads_no_library_for_spreadsheets_warehouses_papers_or_redaction(tmp_path):
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED],
        env=os.environ | {"QUARTERMASTER_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(json.loads(said.stdout.splitlines()[-1]))
    assert not loaded & set(HEAVY)
    assert "quartermaster.usage.summary_handlers" in loaded  # its handlers are known all the same
