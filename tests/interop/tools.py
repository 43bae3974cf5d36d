"""Where the clients that are not ours are, and what happens where they are not."""

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BUILT = REPOSITORY / ".data" / "tools"
# Debian keeps these where a plain user's path does not lead
DEBIAN = {
    "scep-submit": (Path("/usr/lib/certmonger/scep-submit"), "certmonger"),
    "nginx": (Path("/usr/sbin/nginx"), "nginx"),
}


def tool(name: str) -> Path:
    """The built client ``name``; the test is skipped without it, or fails where it is required."""
    if name in DEBIAN:
        path, package = DEBIAN[name]
        found = path if path.exists() else None
        remedy = f"install Debian's {package}"
    else:
        built = BUILT / name
        on_path = shutil.which(name)
        found = built if built.exists() else Path(on_path) if on_path else None
        remedy = "run `make interop-tools` (needs Go)"
    if found is not None:
        return found
    message = f"{name} is not here: {remedy}"
    if os.environ.get("QUARTERMASTER_REQUIRE_INTEROP") == "1":
        pytest.fail(message)
    pytest.skip(message)
