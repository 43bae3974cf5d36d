"""A room as a Django application: finds its permits, handlers and tasks when the house opens."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig

FURNITURE = ("permits", "events", "handlers", "tasks")


class Room(AppConfig):
    """Base of every room's application.

    What registers itself is found by its name: ``permits.py``, and ``loss_permits.py`` where a
    room has one for each of its matters; likewise events, handlers and tasks. ``more`` names what
    registers itself with a room below.
    """

    default_auto_field = "django.db.models.BigAutoField"
    more: tuple[str, ...] = ()

    def ready(self) -> None:
        names = sorted(path.stem for path in Path(self.path).glob("*.py"))
        for piece in FURNITURE:
            for name in names:
                if name == piece or name.endswith(f"_{piece}"):
                    import_module(f"{self.name}.{name}")
        for name in self.more:
            import_module(f"{self.name}.{name}")
