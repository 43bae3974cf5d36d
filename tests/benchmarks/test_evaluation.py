"""The benchmark of evaluation does what it says; how fast, no test says."""

import pytest
from typer.testing import CliRunner

from benchmarks import city, evaluation
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.policy.requirements import CATALOGUE

pytestmark = pytest.mark.django_db
COUNT = 50


def test_it_asks_for_every_setting():
    assert set(city.EVERYTHING) == set(CATALOGUE)


def test_every_phase_evaluates_the_whole_fleet_and_one_report_one_device():
    ids = city.populate(COUNT)
    phases = evaluation.measure(ids)
    single = evaluation.reports(ids)
    assert [one.count for one in phases.values()] == [COUNT] * 6
    assert len(single) == COUNT
    assert set(Evaluation.objects.values_list("device_id", flat=True)) == set(ids)
    found = Finding.objects.exclude(state="open").values_list("check_name", "state")
    assert list(found) == [("passcode", "cured")] * (COUNT // city.AT_FAULT)
    told = evaluation.table(phases, single).splitlines()
    assert [line.split(" | ")[1] for line in told[2:8]] == ["50"] * 6
    assert told[-1].startswith("One report: p50 ")


def test_fewer_than_two_devices_are_no_fleet():
    from typer import Typer

    program = Typer()
    program.command()(evaluation.main)
    said = CliRunner().invoke(program, ["--devices", "1"])
    assert said.exit_code == 2
