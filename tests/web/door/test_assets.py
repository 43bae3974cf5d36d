"""The front-end files served are those whose hashes are kept."""

import hashlib
from pathlib import Path

import quartermaster.web

HERE = Path(quartermaster.web.__file__).parent


def test_files_served_are_those_named():
    lines = (HERE / "vendor.sha256").read_text(encoding="ascii").splitlines()
    for line in lines:
        expected, name = line.split("  ", 1)
        path = HERE / "static" / "vendor" / "uswds" / name
        assert hashlib.sha256(path.read_bytes()).hexdigest() == expected, name


def test_lock_file_names_no_registry():
    root = Path(__file__).resolve().parents[3]
    assert "resolved" not in (root / "package-lock.json").read_text(encoding="utf-8")
