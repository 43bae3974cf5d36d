"""Invoices, findings and closed months on the command line."""

import csv
import json

import pytest
from typer.testing import CliRunner

from quartermaster.billing.models import BillingFinding
from quartermaster.cli.bills import app
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, kept

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def invoice(cast, at):
    line = LineFactory(holder=cast.ana, number="+14142863800")
    return kept(at, bill(line.number, charge(6500)))


def test_what_is_there_is_listed(invoice, cast):
    (row,) = json.loads(run("invoices", "--json").output)
    assert (row["invoice"], row["total"], row["to be paid"]) == ("INV-10", "$65.00", "")
    (found,) = json.loads(run("findings", "--json").output)
    assert (found["what"], found["at stake"], found["department"]) == (
        "Nobody ordered it",
        "$65.00",
        "WATER",
    )
    assert "INV-10" in run("invoices").output
    BillingFinding.objects.update(state="settled")
    assert run("findings").output == "There is none.\n"
    assert len(json.loads(run("findings", "--all", "--json").output)) == 1


def test_recent_invoices_are_matched_again(invoice):
    assert run("match").output in {"1 invoices were matched.\n", "0 invoices were matched.\n"}


@pytest.mark.clause("G-9")
def test_a_month_is_closed_and_written_out(invoice, tmp_path):
    assert "is closed: 1 postings." in run("close-month", "2026-10").output
    assert isinstance(run("close-month", "2026-10", code=1).exception, Conflict)
    assert isinstance(run("close-month", "soon", code=1).exception, InvalidInput)
    assert isinstance(run("postings", "2026-09", code=1).exception, NotFound)
    path = tmp_path / "postings.csv"
    run("postings", "2026-10", "--out", str(path))
    with path.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["period"], row["department"], row["amount"]) == ("2026-10", "WATER", "65.00")
    assert run("postings", "2026-10").output.splitlines()[0].startswith("period,posting,carrier")
