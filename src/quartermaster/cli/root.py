"""The root of the command line; each room adds its commands."""

import typer

app = typer.Typer(
    name="quartermaster",
    help="Carries out a city's mobile device management policy.",
    no_args_is_help=True,
)


@app.callback()
def root() -> None:
    """Carries out a city's mobile device management policy."""


@app.command("manage", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Run a Django management command."""
    from django.core.management import execute_from_command_line  # heavy, and rarely used

    execute_from_command_line(["quartermaster manage", *context.args])
