"""The folder into which carriers' files are dropped: taken when they lie still, then moved aside.

A file is taken when a look finds it as the look before did: a marker beside the folder remembers
size and time. What was taken goes to ``done``, what cannot be taken to ``refused`` with a note.
"""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from quartermaster.files.rules import safe_name
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.actions.files.receiving import take_in
from quartermaster.usage.import_permits import IMPORT_RUN
from quartermaster.usage.rules.imports import Way

DONE, REFUSED, SEEN = "done", "refused", ".seen.json"
_MOST = 100  # at one look


def look(*, actor: Actor, at: datetime) -> int:
    """Take in each file of the folder that did not change since the look before (G-9)."""
    require(actor, IMPORT_RUN)
    folder = settings.CARRIER_FOLDER
    if folder is None:
        return 0
    place = Path(folder)
    if not place.is_dir():
        return 0
    before = _remembered(place)
    now_seen = {path.name: _state(path) for path in _files(place)}
    still = [name for name in sorted(now_seen) if before.get(name) == now_seen[name]]
    taken = sum(_take(place / name, actor, at) for name in still[:_MOST])
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


def _take(path: Path, actor: Actor, at: datetime) -> int:
    try:
        # opened without following a link that took the file's place in the meantime
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        with os.fdopen(handle, "rb") as content:
            received = take_in(content=content, name=path.name, way=Way.FOLDER, actor=actor, at=at)
    except HouseError as problem:
        _aside(path, REFUSED, at, problem.message)
        return 0
    note = "" if received.fresh else "It was there already; nothing was changed."
    _aside(path, DONE, at, note)
    return int(received.fresh)


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
