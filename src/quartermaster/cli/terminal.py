"""Who stands at the terminal: proven as at the log-in, for what a person alone may do."""

import typer

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import Actor
from quartermaster.org import accounts
from quartermaster.org.queries import actor_for_user


def person_at_terminal(email: str) -> Actor:
    """The person of this e-mail address, who types their password."""
    at = now()
    password = typer.prompt("Password", hide_input=True)
    user = accounts.authenticate(email=email, password=password, address="terminal", at=at)
    return actor_for_user(user, at)
