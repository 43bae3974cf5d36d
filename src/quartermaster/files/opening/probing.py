"""What of the fence holds on this machine, asked of a process that stands behind it."""

import io
import subprocess
from typing import Any, BinaryIO

from quartermaster.files.opening.confined import (
    MEGABYTE,
    Bounds,
    answer_frames,
    confine,
    frames,
    send,
)

BOUNDS = Bounds(memory=2048 * MEGABYTE, seconds=30, answer=MEGABYTE)
WHOLE = frozenset({"files", "network"})
_WORKER = "quartermaster.files.opening.probing"


def holding(tool: str = "") -> tuple[frozenset[str], bool]:
    """What of the fence holds, and whether the tool can be run behind it."""
    ((said, _),) = frames(_WORKER, "probe", io.BytesIO(b""), BOUNDS, tool=tool)
    return frozenset(said["held"]), bool(said["runs"])


def probe(_content: BinaryIO, asked: dict[str, Any], out: BinaryIO) -> None:
    """One frame: what holds."""
    held = confine(BOUNDS, asked["tool"])  # once more, which changes nothing but tells
    send(out, {"held": sorted(held), "runs": _runs(asked["tool"])})


def _runs(tool: str) -> bool:
    if not tool:
        return False
    try:
        return not subprocess.run([tool, "--version"], capture_output=True, check=False).returncode  # noqa: S603 (a path that the house found)
    except OSError:
        return False


if __name__ == "__main__":
    answer_frames(BOUNDS, {"probe": probe})
