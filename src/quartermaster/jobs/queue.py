"""The task queue (Procrastinate), behind one import. A task is a wake-up, never the only record."""

from procrastinate.contrib.django import app

__all__ = ["app", "periodic", "task"]

task = app.task
periodic = app.periodic
