"""A room as a Django application: finds its permits, handlers and tasks when the house opens."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Room(AppConfig):
    """Base of every room's application."""

    default_auto_field = "django.db.models.BigAutoField"
    furniture: tuple[str, ...] = ("permits", "events", "handlers", "tasks")

    def ready(self) -> None:
        for piece in self.furniture:
            if find_spec(f"{self.name}.{piece}") is not None:
                import_module(f"{self.name}.{piece}")
