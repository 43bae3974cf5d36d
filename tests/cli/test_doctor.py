"""The doctor examines the installation and says what to do."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.files.actions import store
from quartermaster.kernel.permits import system
from quartermaster.reports.health import Verdict, examine, ready

pytestmark = pytest.mark.django_db


def test_every_check_answers_in_a_sentence(cast, at):
    seen = {item.check: item for item in examine(at)}
    assert seen["database"].verdict is Verdict.GOOD
    assert seen["schema"].verdict is Verdict.GOOD
    assert seen["audit"].sentence == "The ledger is empty."
    assert seen["worker"].verdict is Verdict.WARNING
    assert seen["organisation"].sentence == "3 departments."


def test_installation_with_its_schema_is_ready():
    assert ready()


def test_doctor_prints_json():
    result = CliRunner().invoke(app, ["doctor", "--json"])
    findings = json.loads(result.stdout)
    assert {item["check"] for item in findings} >= {"database", "schema", "keys", "audit", "outbox"}


def test_audit_verify_prints_json(settings, tmp_path):
    settings.DATA = tmp_path
    result = CliRunner().invoke(app, ["audit", "verify", "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {"sound": True, "entries": 0, "anchors": 0, "faults": []},
    )


def test_a_file_that_is_gone_is_found(settings, tmp_path, at):
    settings.DATA = tmp_path
    row = store(
        content=b"A policy.", media_type="text/plain", name="policy.md", actor=system("t"), at=at
    )
    seen = {item.check: item for item in examine(at)}
    assert seen["files"].sentence == "1 stored files, each as it was stored."
    (tmp_path / "files" / row.digest[:2] / row.digest[2:4] / row.digest).unlink()
    seen = {item.check: item for item in examine(at)}
    assert (seen["files"].verdict, "“policy.md” is missing" in seen["files"].sentence) == (
        Verdict.BAD,
        True,
    )
