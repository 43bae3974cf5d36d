"""The state as assessment-results."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.compliance.rules.outcome import State
from quartermaster.reports.oscal.results import Line, Subject, assessment_results
from tests.cast import AT
from tests.reports.oscal.shapes import faults, props

LINE = Line("WATER", "city", "passcode", "Passcode", "G-3", {State.PASS: 2}, AT)


def result(*lines):
    document = assessment_results(lines, city="Model City", at=AT)
    assert faults(document) == []
    return document["assessment-results"]["results"][0]


def status(counts):
    (finding,) = result(replace(LINE, counts=counts))["findings"]
    return finding["target"]["status"]


@pytest.mark.parametrize(
    ("counts", "state", "reason"),
    [
        ({State.PASS: 2}, "satisfied", "pass"),
        ({State.PASS: 2, State.NOT_APPLICABLE: 1}, "satisfied", "pass"),
        ({State.PASS: 2, State.FAIL: 1}, "not-satisfied", "fail"),
        ({State.FAIL: 1, State.UNKNOWN: 3}, "not-satisfied", "fail"),
        ({State.PASS: 2, State.UNKNOWN: 1}, "not-satisfied", "other"),
        ({State.STALE: 1}, "not-satisfied", "other"),
        ({State.PENDING: 1}, "not-satisfied", "other"),
        ({State.EXCEPTED: 1}, "not-satisfied", "other"),
    ],
)
def test_missing_data_is_never_a_pass_and_never_a_failure(counts, state, reason):
    assert status(counts) == {"state": state, "reason": reason}


def test_what_does_not_apply_is_observed_and_not_judged():
    found = result(replace(LINE, counts={State.NOT_APPLICABLE: 4}))
    assert "findings" not in found
    assert found["observations"][0]["description"] == "not applicable: 4"


def test_our_states_stand_beside_the_two():
    (observation,) = result(replace(LINE, counts={State.PASS: 2, State.STALE: 1}))["observations"]
    assert observation["description"] == "pass: 2; stale: 1"
    states = [(one["value"], one["remarks"]) for one in observation["props"] if "remarks" in one]
    assert states == [("pass", "Devices: 2"), ("stale", "Devices: 1")]
    assert props(observation)["department"] == "WATER"


def test_a_device_goes_by_its_tag():
    found = result(replace(LINE, counts={State.FAIL: 1}, device=Subject("d-1", "PH-1", "ios")))
    (thing,) = found["local-definitions"]["inventory-items"]
    assert props(thing) == {"asset-id": "PH-1", "platform": "ios"}
    (observation,) = found["observations"]
    assert observation["subjects"][0]["subject-uuid"] == thing["uuid"]
    assert found["findings"][0]["target"]["target-id"] == "G-3_smt"


def test_nothing_evaluated_is_a_document_too():
    found = result()
    assert found["reviewed-controls"] == {"control-selections": [{"include-all": {}}]}
    assert "observations" not in found


lines = st.lists(
    st.builds(
        Line,
        st.sampled_from(["WATER", "LIB"]),
        st.sampled_from(["city", "personal"]),
        st.sampled_from(["passcode", "encryption"]),
        st.just("Title"),
        st.sampled_from(["G-3", "G-10"]),
        st.dictionaries(st.sampled_from(list(State)), st.integers(1, 9), min_size=1),
        st.integers(0, 99).map(lambda hours: AT - timedelta(hours=hours)),
        st.none() | st.builds(Subject, st.text("abc", min_size=1), st.just("T-1"), st.just("ios")),
    ),
    unique_by=lambda line: line.key,
)


@given(lines, st.randoms())
def test_order_does_not_matter_and_every_reference_leads_somewhere(found, random):
    document = assessment_results(found, city="Model City", at=AT)
    shuffled = random.sample(found, len(found))
    assert assessment_results(shuffled, city="Model City", at=AT) == document
    assert faults(document) == []
