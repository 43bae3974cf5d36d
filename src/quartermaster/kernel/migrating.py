"""Bringing the schema up to date, quickly where there is none yet.

For every model and constraint that a migration adds, Django renders anew the models related to it,
which in a ledger is nearly all of them: most of a minute for an empty database. There the models
that were rendered are added to instead; before code of a migration runs, Django renders them all
once more, as it does of its own for what it calls delayed. A database that holds a schema already
is migrated as Django does it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState


def migrate(using: str = DEFAULT_DB_ALIAS) -> None:
    """Bring the schema up to date; a moment where nothing changed."""
    empty = not MigrationRecorder(connections[using]).has_table()
    with models_added_to() if empty else nullcontext():
        call_command("migrate", interactive=False, verbosity=0, database=using)


@contextmanager
def models_added_to() -> Iterator[None]:
    """Within it, migrations add to the models that are rendered."""
    state: Any = ProjectState
    usual = state.add_model, state._append_option  # noqa: SLF001 (named by ADR 0082)
    state.add_model, state._append_option = _add_model, _append_option  # noqa: SLF001
    try:
        yield
    finally:
        state.add_model, state._append_option = usual  # noqa: SLF001


def _add_model(self: Any, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:  # asking for it would render it
        self.apps.render_multiple([model_state])
        self.is_delayed = True


def _append_option(self: Any, app: str, model: str, option: str, thing: object) -> None:
    options = self.models[app, model].options
    options[option] = [*options[option], thing]
    if "apps" in self.__dict__:
        rendered = self.apps.get_model(app, model)._meta  # noqa: SLF001
        setattr(rendered, option, list(options[option]))
        self.is_delayed = True
