"""Carriers' files on the command line."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.carrier_files import app
from quartermaster.kernel.clock import now
from quartermaster.simulators.carriers import files_of
from quartermaster.usage.models import CarrierFile
from tests.factories import imports as make
from tests.factories.carriers import bill

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def charges(tmp_path):
    path = tmp_path / "charges.txt"
    path.write_bytes(files_of(bill(), ["charges"])[0].content)
    return str(path)


@pytest.mark.clause("G-12")
def test_a_file_is_imported_and_a_second_time_nothing_is_changed(charges):
    make.contracts_of(now())

    first, again = run("import", charges, "--reason", "By hand"), run("import", charges)

    assert first.startswith("charges.txt: Imported. ")
    assert first.endswith("rows taken.\n")
    assert again == first.rstrip("\n") + " It was there already.\n"
    (row,) = json.loads(run("list", "--json"))
    assert (row["name"], row["state"], row["refused"]) == ("charges.txt", "imported", 0)
    assert "charges.txt" in run("list")


def test_a_file_that_is_refused_says_why_and_ends_with_one(charges):
    said = run("import", charges, code=1)
    assert said.startswith("charges.txt: Refused. The account")


def test_it_may_be_left_to_the_worker(charges):
    make.contracts_of(now())
    assert run("import", charges, "--no-wait").startswith("charges.txt: Waiting to be read.")
    assert CarrierFile.objects.get().state == "received"
