"""``quartermaster compliance``: evaluating, and the list of findings."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.compliance.models import Evaluation
from quartermaster.kernel.errors import NotFound
from tests.factories.compliance import FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory, FactFactory

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["compliance", *words])


def test_findings_are_listed_while_they_are_not_settled(cast, at):
    live = FindingFactory(device=DeviceFactory(holder=cast.ana, asset_tag="PH-1"))
    FindingFactory(device=DeviceFactory(holder=cast.rex), state="cured", closed_at=at)
    shown = json.loads(run("findings", "--json").stdout)
    assert [(row["id"], row["device"], row["holder"]) for row in shown] == [
        (str(live.id), "PH-1", "1001")
    ]
    assert len(json.loads(run("findings", "--all", "--json").stdout)) == 2
    assert len(json.loads(run("findings", "--device", "PH-1", "--json").stdout)) == 1
    assert "PH-1" in run("findings").stdout


@pytest.mark.clause("G-3")
def test_evaluate_judges_what_is_managed(cast):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=cast.ana, asset_tag="PH-1"))
    FactFactory(device=enrolment.device)
    DeviceFactory(holder=cast.rex)
    report = json.loads(run("evaluate", "--json").stdout)
    assert report["devices"] == 1
    assert sum(report["checks"].values()) == Evaluation.objects.count()
    assert run("evaluate", "--device", "PH-1").stdout.startswith("1 device evaluated; ")
    assert isinstance(run("evaluate", "--device", "NOPE").exception, NotFound)
