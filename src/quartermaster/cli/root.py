"""The root of the command line. Each module beside this one that has an ``app`` adds a group."""

from importlib import import_module
from pkgutil import iter_modules

import typer

import quartermaster.cli as here
from quartermaster.cli import doctor, serving
from quartermaster.cli.demo import command as demo

app = typer.Typer(
    name="quartermaster",
    help="Carries out a city's mobile device management policy.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """Carries out a city's mobile device management policy."""


@app.command("manage", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Run a Django management command."""
    from django.core.management import execute_from_command_line  # heavy, and rarely used

    execute_from_command_line(["quartermaster manage", *context.args])


serving.register(app)
doctor.register(app)
demo.register(app)

for _module in iter_modules(here.__path__):
    _commands = getattr(import_module(f"{here.__name__}.{_module.name}"), "app", None)
    if _commands is not None and _module.name != "root":
        app.add_typer(_commands, name=_module.name)
