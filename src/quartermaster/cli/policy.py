"""Commands of the policy: its documents, and the requirements kept as files."""

import typer

from quartermaster.cli import policy_documents, policy_requirements

app = typer.Typer(
    help="The policy: import and adopt its text, plan and apply its requirements.",
    no_args_is_help=True,
)
app.command("import")(policy_documents.import_file)
app.command()(policy_documents.adopt)
app.command()(policy_documents.versions)
app.command()(policy_documents.show)
app.command()(policy_documents.missing)
app.command()(policy_requirements.plan)
app.command()(policy_requirements.apply)
app.command("export")(policy_requirements.export)
