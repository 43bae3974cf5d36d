"""A folder into which files are dropped: each is taken when it lies still, then moved aside.

A file is taken when a look finds it as the look before did: a marker in the folder remembers size
and time. What was taken goes to ``done``, what cannot be taken to ``refused`` with a note.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from quartermaster.files.rules import safe_name
from quartermaster.kernel.errors import HouseError

DONE, REFUSED, SEEN = "done", "refused", ".seen.json"
_MOST = 100  # at one look


@dataclass(frozen=True)
class Taken:
    """That a file was taken; ``fresh`` is false where it was there already."""

    fresh: bool


Take = Callable[[BinaryIO, str], Taken]


def look(place: Path, take: Take, at: datetime) -> int:
    """Take each file of the folder that did not change since the look before; how many are new.

    A `HouseError` of ``take`` refuses the file, with its sentence as the note.
    """
    if not place.is_dir():
        return 0
    before = _remembered(place)
    now_seen = {path.name: _state(path) for path in _files(place)}
    still = [name for name in sorted(now_seen) if before.get(name) == now_seen[name]]
    taken = sum(_take(place / name, take, at) for name in still[:_MOST])
    _remember(place, now_seen)
    return taken


def _files(place: Path) -> list[Path]:
    """Plain files alone: a link could lead anywhere, and a dot hides what is being written."""
    return [
        Path(entry.path)
        for entry in os.scandir(place)
        if entry.is_file(follow_symlinks=False) and not entry.name.startswith((".", "~"))
    ]


def _state(path: Path) -> list[int]:
    try:
        found = path.stat(follow_symlinks=False)
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns, found.st_ino]


def _take(path: Path, take: Take, at: datetime) -> int:
    try:
        # opened without following a link that took the file's place in the meantime
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        with os.fdopen(handle, "rb") as content:
            taken = take(content, path.name)
    except HouseError as problem:
        _aside(path, REFUSED, at, problem.message)
        return 0
    _aside(path, DONE, at, "" if taken.fresh else "It was there already; nothing was changed.")
    return int(taken.fresh)


def _aside(path: Path, where: str, at: datetime, note: str) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    target = folder / f"{at:%Y%m%dT%H%M%S}-{safe_name(path.name)}"
    with suppress(OSError):
        path.replace(target)
        if note:
            target.with_name(f"{target.name}.txt").write_text(f"{note}\n", encoding="utf-8")


def _remembered(place: Path) -> dict[str, list[int]]:
    try:
        found = json.loads((place / SEEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(place: Path, seen: dict[str, list[int]]) -> None:
    with suppress(OSError):
        fresh = place / f"{SEEN}.new"
        fresh.write_text(json.dumps(seen), encoding="utf-8")
        fresh.replace(place / SEEN)
