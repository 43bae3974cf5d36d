"""Commands of the policy."""

import typer

from quartermaster.cli import policy_requirements

app = typer.Typer(help="The policy: its requirements, planned and applied.", no_args_is_help=True)
app.command()(policy_requirements.plan)
app.command()(policy_requirements.apply)
app.command("export")(policy_requirements.export)
