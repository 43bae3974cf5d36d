"""The task queue (Procrastinate), behind one import. A task is a wake-up, never the only record."""

from typing import TYPE_CHECKING, Any

from procrastinate.contrib.django import app

__all__ = ["app", "periodic", "task"]

if TYPE_CHECKING:
    task = app.task
    periodic = app.periodic
else:
    # The queue begins as a blueprint and becomes the real one while Django starts. Whoever keeps
    # the method of the blueprint declares tasks that no worker ever hears of, so it is looked up
    # for each task anew.

    def task(*options: Any, **named: Any) -> Any:
        return app.task(*options, **named)

    def periodic(**named: Any) -> Any:
        return app.periodic(**named)
