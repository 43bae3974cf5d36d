"""Requests and the pool on the command line."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.requests import app
from tests.factories import loans
from tests.factories import requests as make

pytestmark = pytest.mark.django_db


def run(*words):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.clause("G-7", "G-12")
def test_requests_and_what_is_to_be_ordered(cast, at):
    assert "nothing to list" in run("list")
    make.asked(cast, at, make.KIT, person=cast.sue)
    request = make.authorised(cast, at, {**make.PHONE, "capabilities": ["GPS"], "wish": "Small"})
    rows = {row["for"]: row for row in json.loads(run("list", "--json"))}
    assert rows[cast.sue.number]["whose step"] == cast.cole.number
    assert rows[cast.ana.number]["state"] == "authorised"
    (row,) = json.loads(run("to-order", "--json"))
    assert (row["must have"], row["wish"], row["for"]) == ("GPS", "Small", cast.ana.number)
    make.requests.withdraw(request=request, reason="x", actor=cast.acting(cast.ana), at=at)
    assert len(json.loads(run("list", "--json"))) == 1
    assert len(json.loads(run("list", "--all", "--json"))) == 2
    assert json.loads(run("to-order", "--json")) == []
    assert "Hands-free" in run("list")


@pytest.mark.clause("G-8")
def test_the_pool(cast, at):
    loans.hotspot(cast, at)
    loans.hotspot(cast, at, department=cast.water)
    loans.reserved(cast, at)
    rows = json.loads(run("pool", "--json"))
    assert [(row["hot-spot"], row["pool"]) for row in rows] == [
        ("Mi-Fi 1", "city"),
        ("Mi-Fi 2", "WATER"),
    ]
    assert [cast.ana.number in row["loans"] for row in rows] == [True, False]
