"""Plans: what changes, what is refused, when the digest holds."""

from datetime import date

import pytest
from hypothesis import given, settings

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.plan import (
    Impact,
    Proposal,
    estimator,
    grouped,
    impact,
    impacts_of,
    make_plan,
    read_proposal,
)
from quartermaster.policy.requirements import Requirements
from quartermaster.policy.requirements.rulebook import Terms
from tests.factories.rulebooks import ADOPTED, LIBRARY, PIPES, POLICE, WATER, book, rulebooks


def test_a_change_of_the_city_shows_every_department_once():
    plan = make_plan(
        book(passcode_minimum_length=4), Proposal(city={"city": {"passcode_minimum_length": 6}})
    )
    assert [(shift.place.code, shift.ownership) for shift in plan.shifts] == [
        ("LIB", "city"),
        ("PIPES", "city"),
        ("WATER", "city"),
    ]
    assert plan.plain()["changes"][0] == {
        "department": "LIB",
        "ownership": "city",
        "setting": "passcode_minimum_length",
        "clause": "G-3",
        "before": 4,
        "after": 6,
        "direction": "stricter",
        "destructive": False,
    }
    assert (plan.pending, plan.destructive, plan.refusals) == (True, False, ())
    assert plan.department_ids == (LIBRARY, PIPES, WATER)


@pytest.mark.clause("C-5")
def test_a_laxer_overlay_is_refused_with_both_values():
    plan = make_plan(
        book(passcode_minimum_length=6, auto_lock_minutes=5),
        Proposal(
            overlays={"WATER": {"city": {"passcode_minimum_length": 4, "auto_lock_minutes": 2}}}
        ),
    )
    (refusal,) = plan.refusals
    assert (refusal.place, refusal.setting) == ("WATER", "passcode_minimum_length")
    assert refusal.reason == (
        "Water Works, city devices: passcode_minimum_length “At least 4 characters” is laxer than"
        " the city's “At least 6 characters”; a department can only be stricter (C-5)."
    )
    assert plan.plain()["refused"] == [
        {"place": "WATER", "setting": refusal.setting, "reason": refusal.reason}
    ]


@pytest.mark.clause("C-5")
def test_a_division_cannot_go_below_its_parent():
    rules = book(overlays={WATER: {"city": {"passcode_minimum_length": 8}}})
    plan = make_plan(rules, Proposal(overlays={"PIPES": {"city": {"passcode_minimum_length": 7}}}))
    assert [item.setting for item in plan.refusals] == ["passcode_minimum_length"]


def test_an_overlay_that_the_city_overtakes_is_not_refused():
    rules = book(
        overlays={WATER: {"city": {"passcode_minimum_length": 8}}}, passcode_minimum_length=6
    )
    plan = make_plan(rules, Proposal(city={"city": {"passcode_minimum_length": 10}}))
    assert plan.refusals == ()
    assert plan.after.effective(WATER, "city").requirements.passcode_minimum_length == 10


@pytest.mark.clause("S-3")
def test_an_excluded_department_has_no_overlay_and_a_covered_one_no_adoption():
    plan = make_plan(
        book(),
        Proposal(
            overlays={"POLICE": {"city": {"passcode_required": True}}},
            adoptions={"WATER": ADOPTED},
        ),
    )
    assert [item.reason for item in plan.refusals] == [
        (
            "Police is excluded from the policy; it can adopt single items (S-3), but has no city"
            " requirement to add to."
        ),
        "Water Works is covered by the whole policy, so it has nothing to adopt (S-3).",
    ]


def test_contradictions_are_refused_once_they_are_new():
    both = {"required_software": frozenset({"com.a"}), "blocked_software": frozenset({"com.a"})}
    plan = make_plan(book(), Proposal(overlays={"LIB": {"city": both}}))
    assert [item.reason for item in plan.refusals] == [
        "Public Library, city devices: com.a is both required and blocked."
    ]
    later = make_plan(plan.after, Proposal(overlays={"WATER": {"city": {"passcode_history": 1}}}))
    assert later.refusals == ()


@pytest.mark.parametrize(
    ("before", "after", "destructive"),
    [(None, 10, True), (10, 6, True), (6, 10, False), (6, None, False), (6, 6, False)],
)
def test_only_erasing_sooner_is_destructive(before, after, destructive):
    rules = book(failed_attempts_before_erase=before)
    plan = make_plan(rules, Proposal(city={"city": {"failed_attempts_before_erase": after}}))
    assert plan.destructive is destructive


@pytest.mark.clause("S-3")
def test_an_adoption_can_be_destructive_too():
    terms = Terms(frozenset({"G-10"}), frozenset(), date(2026, 11, 1), "1005")
    plan = make_plan(book(failed_attempts_before_erase=10), Proposal(adoptions={"POLICE": terms}))
    assert plan.destructive


def test_removing_documents():
    rules = book(
        overlays={WATER: {"city": {"passcode_required": True}}}, adoptions={POLICE: ADOPTED}
    )
    plan = make_plan(rules, Proposal(overlays={"WATER": None}, adoptions={"POLICE": None}))
    assert (plan.after.overlays, plan.after.adoptions) == ({}, {})
    emptied = make_plan(rules, Proposal(overlays={"WATER": {"city": {}, "personal": {}}}))
    assert emptied.after.overlays == {}


def test_unknown_department_is_refused_by_name():
    with pytest.raises(InvalidInput, match="WATERS is not known here"):
        make_plan(book(), Proposal(overlays={"WATERS": None}))


def test_the_same_change_of_many_departments_is_told_once():
    rules = book(overlays={WATER: {"city": {"passcode_minimum_length": 8}}})
    plan = make_plan(rules, Proposal(city={"city": {"passcode_minimum_length": 10}}))
    found = grouped(plan.plain()["changes"])
    assert [(item["departments"], item["before"], item["after"]) for item in found] == [
        (["LIB"], 0, 10),
        (["PIPES", "WATER"], 8, 10),
    ]


def test_nothing_to_do_is_not_pending():
    rules = book(passcode_required=True)
    plan = make_plan(rules, Proposal(city={"city": {"passcode_required": True}}))
    assert (plan.pending, plan.shifts) == (False, ())


@settings(max_examples=30)
@given(rulebooks(), rulebooks())
def test_a_proposal_survives_json_and_leads_to_its_rulebook(before, wanted):
    codes = {WATER: "WATER", PIPES: "PIPES"}
    proposal = Proposal(
        city={name: _settings(asked) for name, asked in wanted.city.items()},
        overlays={code: wanted.overlays.get(key) for key, code in codes.items()},
        adoptions={"POLICE": wanted.adoptions.get(POLICE)},
    )
    assert read_proposal(proposal.plain()) == proposal
    plan = make_plan(before, proposal)
    assert make_plan(before, read_proposal(proposal.plain())).digest == plan.digest
    assert plan.after.city == wanted.city
    again = make_plan(plan.after, proposal)
    assert (again.pending, again.shifts) == (False, ())
    if plan.pending:
        assert again.digest != plan.digest


def _settings(asked: Requirements):
    return {key: asked[key] for key in asked.asked()}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ([], "The proposal must be a list of “name: value” lines."),
        ({"cities": {}}, "The proposal: cities is not known here. Did you mean city?"),
        ({"city": {"town": {}}}, "The proposal, city: town is not known here."),
        (
            {"overlays": {"WATER": {"city": {"colour": 1}}}},
            "The proposal, overlay of WATER, section city: colour is not known here.",
        ),
        (
            {"adoptions": {"POLICE": {}}},
            (
                "The proposal, adoption of POLICE: name at least one clause or setting that is"
                " adopted."
            ),
        ),
        (
            {"adoptions": {"POLICE": {"clauses": ["G-99"]}}},
            "The proposal, adoption of POLICE, clauses: G-99 is not known here. Did you mean G-9?",
        ),
        (
            {"adoptions": {"POLICE": {"clauses": "G-3"}}},
            "The proposal, adoption of POLICE, clauses must be a list of names.",
        ),
        (
            {"adoptions": {"POLICE": {"clauses": ["G-3"], "decided_on": "2026-11-01"}}},
            (
                "The proposal, adoption of POLICE: decided_by must be the personnel number of who"
                " decided it."
            ),
        ),
        (
            {"adoptions": {"POLICE": {"clauses": ["G-3"], "decided_by": 1005, "decided_on": "x"}}},
            "The proposal, adoption of POLICE: decided_on must be a day such as 2026-11-24.",
        ),
    ],
)
def test_a_faulty_proposal_is_refused_with_its_place(raw, sentence):
    with pytest.raises(InvalidInput) as refused:
        read_proposal(raw)
    assert refused.value.message == sentence


def test_estimators_of_rooms_above_are_asked(monkeypatch):
    monkeypatch.setattr(impact, "_ESTIMATORS", {})
    found = Impact("devices", "2 devices get a longer passcode.", count=2)

    @estimator("mdm")
    def of_mdm(plan):
        return [found] if plan.shifts else []

    assert estimator("mdm")(of_mdm) is of_mdm
    with pytest.raises(ValueError, match="registered twice"):
        estimator("mdm")(lambda plan: [])
    plan = make_plan(book(), Proposal(city={"city": {"passcode_required": True}}))
    assert impacts_of(plan) == (found,)
