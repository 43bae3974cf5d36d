"""``quartermaster lifecycle``."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.lifecycle import app
from tests.factories import recoveries as make


@pytest.mark.django_db
@pytest.mark.clause("C-4")
def test_leavers_are_listed_with_what_is_due(cast, at):
    make.equipped(cast.ana)
    make.charged(cast.ana, at, cast)
    made = CliRunner().invoke(app, ["leavers", "--json"])
    (row,) = json.loads(made.output)
    assert (row["person"], row["things_due"], row["charges_cents"]) == ("1001", 4, 4250)
    assert "$" not in made.output
    shown = CliRunner().invoke(app, ["leavers"]).output
    assert "42.50" in shown
    assert "Things are due" in shown
