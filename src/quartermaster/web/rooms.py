"""The folders of this door, one for each room: finds their addresses and what they register."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

PACKAGE = "quartermaster.web"
REGISTERING = ("panels", "cards", "search", "timelines", "waits")


def _folders() -> list[str]:
    here = Path(__file__).parent
    return sorted(path.parent.name for path in here.glob("*/urls.py"))


def url_modules() -> Iterator[ModuleType]:
    """``web/ROOM/urls.py`` of each room that has pages."""
    for name in _folders():
        yield import_module(f"{PACKAGE}.{name}.urls")


def register_all() -> None:
    """Import what registers itself: panels, cards, search and what waits, of each room."""
    here = Path(__file__).parent
    for piece in REGISTERING:
        for path in sorted(here.glob(f"*/{piece}.py")):
            import_module(f"{PACKAGE}.{path.parent.name}.{piece}")
