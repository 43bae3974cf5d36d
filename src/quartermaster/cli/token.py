"""Commands of tokens for programs."""

from datetime import timedelta
from typing import Annotated

import typer
from django.utils.timezone import localdate

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.ids import UUID
from quartermaster.kernel.permits import system
from quartermaster.org import tokens
from quartermaster.org.models import Person

app = typer.Typer(help="Tokens with which programs call the API.", no_args_is_help=True)


@app.command()
def create(
    owner: Annotated[str, typer.Argument(help="Personnel number of whom the token speaks for.")],
    scope: Annotated[list[str], typer.Option(help="Such as people:read; may be repeated.")],
    name: Annotated[str, typer.Option(help="What the token is for.")] = "Command line",
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it holds.")] = 90,
) -> None:
    """Make a token and print it. It is shown once and kept nowhere."""
    person = Person.objects.filter(number=owner).first()
    if person is None:
        raise NotFound(f"Nobody has the personnel number {owner}.")
    at = now()
    token, secret = tokens.create_token(
        owner_id=person.id,
        name=name,
        scopes=scope,
        expires_at=at + timedelta(days=days),
        actor=system("command line"),
        at=at,
    )
    typer.echo(f"Token {token.id}, until {localdate(token.expires_at)}:", err=True)
    typer.echo(secret)


@app.command()
def end(token: Annotated[UUID, typer.Argument(help="Id of the token.")]) -> None:
    """End a token at once."""
    ended = tokens.end_token(token_id=token, actor=system("command line"), at=now())
    typer.echo(f"Ended: {ended}.")
