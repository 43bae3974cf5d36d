"""``quartermaster token``: made for a person, shown once, ended."""

from typer.testing import CliRunner

from quartermaster.cli.token import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.org.models import ApiToken
from quartermaster.org.tokens import bearer_of


def test_create_and_end(cast):
    words = ["create", cast.ida.number, "--scope", "people:read", "--scope", "trace:read"]
    made = CliRunner().invoke(app, words)
    secret = made.stdout.split()[-1]
    bearer = bearer_of(secret, now())
    assert (bearer.actor.person_id, bearer.scopes) == (cast.ida.id, {"people:read", "trace:read"})
    ended = CliRunner().invoke(app, ["end", str(ApiToken.objects.get().id)])
    assert ended.exit_code == 0
    assert bearer_of(secret, now()) is None


def test_unknown_owner(cast):
    made = CliRunner().invoke(app, ["create", "9999", "--scope", "people:read"])
    assert isinstance(made.exception, NotFound)
