"""``quartermaster reports``: OSCAL documents on the standard output or in a file."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import NotFound
from tests.factories.policy import adopted

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["reports", *words])


def test_documents_are_printed(cast):
    adopted()
    for words, kind in (
        (("catalog",), "catalog"),
        (("profile", "WATER"), "profile"),
        (("results",), "assessment-results"),
        (("results", "--department", "WATER", "--devices"), "assessment-results"),
    ):
        assert list(json.loads(run("oscal", *words).stdout)) == [kind]


def test_documents_are_written(cast, tmp_path):
    file = tmp_path / "results.json"
    assert run("oscal", "results", "--out", str(file)).stdout == ""
    assert list(json.loads(file.read_text())) == ["assessment-results"]


def test_an_unknown_department_is_named(cast):
    assert isinstance(run("oscal", "profile", "NOPE").exception, NotFound)
