"""Contracts, orders and ordered lines on the command line."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.billing.rules.orders import LineKind
from quartermaster.cli.billing import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from tests.factories import orders as make
from tests.factories.inventory import CARRIER, LineFactory

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done


def test_a_contract_its_plan_and_the_lines_that_were_there_before(cast):
    LineFactory(holder=cast.ana, number="+14142863800")
    run("add-contract", "C-1", CARRIER, "--from", "2026-01-01", "--carrier")
    assert "at $39.99 a month" in run("add-plan", "C-1", "Unlimited", "39.99").output
    said = run("enter-lines", "c-1", "--reason", "On the invoices").output
    assert said == "1 lines were entered; 0 have a plan that the contract does not.\n"
    (row,) = json.loads(run("lines", "--json").output)
    assert (row["number"], row["monthly_cents"], row["department"]) == (
        "+14142863800",
        3999,
        "WATER",
    )
    assert "+14142863800" in run("lines", "--csv").output
    assert "WATER" in run("lines").output
    assert json.loads(run("lines", "--on", "2020-01-01", "--json").output) == []
    assert isinstance(run("add-plan", "C-9", "X", "1", code=1).exception, NotFound)


def test_orders_are_listed_and_received(cast, tmp_path):
    at = now()
    contract = make.contract(at)
    phone = make.phone(contract, at)
    with make.everything_authorised():
        line = make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id)
        order = make.sent(make.raised(contract, at, line), cast.ida, at)
    (row,) = json.loads(run("orders", "--json").output)
    assert (row["number"], row["state"], row["to come"]) == (order.number, "sent", "1")
    file = tmp_path / "pieces.txt"
    file.write_text("F2LAAA1\nF2LAAA1\n")
    said = run("receive", order.number, "1", str(file), "--return-wrong").output
    assert "1: F2LAAA1: taken into stock" in said
    assert "It stands in row 1 already." in said
    assert order.number in run("orders", "--all").output
    for words in (("receive", order.number, "9"), ("receive", "PO-9", "1")):
        assert isinstance(run(*words, str(file), code=1).exception, NotFound)
