"""Commands on orders to carriers."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.cli.root import app
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.ids import new_id
from quartermaster.simulators.carriers_api import ControlCenterApi, serving
from tests.factories import inventory as things
from tests.factories import line_orders as make

pytestmark = pytest.mark.django_db


def run(*words, typed=""):
    result = CliRunner().invoke(app, ["carriers", *words], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_from_the_access_to_the_carriers_word(cast):
    line = make.line(cast.ana)
    run("set", things.CARRIER, "manual", "--contact", "rep@carrier.example")
    run("set", things.CARRIER, "manual", "--contact", "new@carrier.example")
    assert CarrierAccess.objects.get().contact == "new@carrier.example"
    assert "with the carrier" in run("ask", line.number, "suspend", "--reason", "Season is over")
    (row,) = json.loads(run("orders", "--json"))
    assert (row["line"], row["state"]) == (line.number, "With the carrier")
    assert "confirmed" in run("confirm", row["id"], "LW-8")
    assert (make.status(line), run("orders")) == ("suspended", "")
    assert "LW-8" in run("orders", "--all")
    with pytest.raises(NotFound):
        run("confirm", str(new_id()), "LW-8")
    with pytest.raises(NotFound):
        run("ask", "+14145550100", "suspend", "--reason", "x")
    with pytest.raises(Conflict, match="The line is suspended"):
        run("ask", line.number, "suspend", "--reason", "x")
    with pytest.raises(InvalidInput):
        run("set", things.CARRIER, "telepathy")


def test_a_machine_says_how_a_line_stands(cast):
    line = make.line(cast.ana)
    api = ControlCenterApi()
    api.put(line.sims.get().iccid, usage=(2048, 1, 2))
    with serving(api) as address:
        said = run(
            "set",
            things.CARRIER,
            "control-center",
            "--address",
            address,
            "--value",
            f"username={api.username}",
            typed=f"{api.key}\n",
        )
        assert api.key not in said
        assert run("status", line.number).startswith("active City pooled")
        used = json.loads(run("usage", line.number, "2026-11-01", "2099-12-01"))
    assert used == {"kilobytes": 2, "messages": 1, "seconds": 2}
    assert not LineOrder.objects.exists()
