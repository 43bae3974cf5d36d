"""The trace: every requirement, its controls and evidence, trimmed to who asks."""

import csv
from io import StringIO

import pytest

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import NOBODY, system
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal
from quartermaster.policy.controls import REQUIREMENT_IDS, controls
from quartermaster.policy.plan import Proposal, read_defaults
from quartermaster.reports import evidence
from quartermaster.reports.evidence import Evidence
from quartermaster.reports.trace import TracedControl, trace, trace_csv


def _apply(proposal, at):
    plan = queries.plan(proposal)
    apply_proposal(proposal=proposal, digest=plan.digest, actor=system("tests"), at=at)


def _control(requirements, name):
    return next(
        item for traced in requirements for item in traced.controls if item.control.id == name
    )


def test_every_requirement_is_traced(cast, at):
    traced = trace(cast.acting(cast.ida), at)
    assert tuple(item.id for item in traced) == REQUIREMENT_IDS
    assert sum(len(item.controls) for item in traced) == len(controls())
    assert all(item.demand for item in traced)


@pytest.mark.clause("C-5")
@pytest.mark.parametrize(("who", "departments"), [("ida", 1), ("cole", 1), ("ana", 1), ("rex", 0)])
def test_evidence_is_what_one_may_see(cast, at, who, departments):
    _apply(read_defaults(), at)
    _apply(Proposal(overlays={"WATER": {"city": {"passcode_minimum_length": 8}}}), at)
    traced = trace(cast.acting(getattr(cast, who)), at)
    proof = _control(traced, "C-5.overlays").evidence
    assert proof == Evidence(
        (("departments with an overlay", departments), ("settings made stricter", departments)),
        at if departments else None,
    )


def test_every_built_control_is_counted_by_a_room():
    named = {item.evidence for item in controls() if item.evidence}
    assert named - evidence.registered() == set()


def test_built_and_planned_are_told_apart(cast, at):
    traced = {item.id: item for item in trace(cast.acting(cast.ida), at)}
    assert traced["S-1"].status == "partly built"
    assert traced["C-5"].status == "built"
    others = _control(tuple(traced.values()), "S-1.others")
    assert (others.words(), others.evidence) == ("Planned", None)
    assert (traced["C-5"].open_findings, traced["C-5"].last_run) == (0, None)


def test_what_nobody_counts_says_so(cast):
    built = next(item for item in controls() if item.evidence)
    assert TracedControl(built, None).words() == "Not counted yet"


def test_last_run_is_the_newest(cast, at):
    _apply(read_defaults(), at)
    traced = {item.id: item for item in trace(cast.acting(cast.ida), at)}
    assert traced["G-10"].last_run == at


def test_nobody_sees_no_trace(cast, at):
    with pytest.raises(Refused):
        trace(NOBODY, at)


def test_csv_has_a_line_for_each_control(cast, at):
    lines = list(csv.DictReader(StringIO(trace_csv(trace(cast.acting(cast.ida), at)))))
    assert [line["control"] for line in lines] == [item.id for item in controls()]
    assert {line["evidence"] for line in lines if line["status"] == "planned"} == {"Planned"}


def test_evidence_is_registered_once(monkeypatch):
    monkeypatch.setattr(evidence, "_COUNTERS", {})
    evidence.evidence("x")(lambda actor, at: Evidence(()))
    assert evidence.registered() == {"x"}
    with pytest.raises(ValueError, match="registered twice"):
        evidence.evidence("x")(lambda actor, at: Evidence(()))
