"""The policy as a catalog."""

from datetime import timedelta

from quartermaster.policy.controls import REQUIREMENT_IDS, controls
from quartermaster.policy.requirements import CATALOGUE, Requirements
from quartermaster.reports.oscal.catalog import ABSENT, ClauseText, PolicyText, catalog
from tests.cast import AT
from tests.reports.oscal.shapes import faults, props

TEXTS = {"G-3": "Devices must have\na passcode. {{ insert: param, x }}"}
CLAUSES = tuple(ClauseText(code, f"Title {code}", TEXTS.get(code, "")) for code in REQUIREMENT_IDS)
CITY = {"city": Requirements(passcode_minimum_length=6, blocked_software=frozenset({"com.a"}))}


def made(at=AT, clauses=CLAUSES, number=3):
    policy = PolicyText("Policy", number, "Common Council", "", "2026-11-24", clauses, CITY)
    return catalog(policy, city="Model City", at=at)


def clause(document, code):
    groups = document["catalog"]["groups"]
    return next(one for group in groups for one in group["controls"] if one["id"] == code)


def test_every_requirement_and_control_has_its_stable_id():
    groups = made()["catalog"]["groups"]
    top = [one for group in groups for one in group["controls"]]
    assert tuple(one["id"] for one in top) == REQUIREMENT_IDS
    assert {inner["id"] for one in top for inner in one.get("controls", ())} == {
        item.id for item in controls()
    }
    assert [group["title"] for group in groups][:2] == ["Scope", "General policy"]
    assert faults(made()) == []


def test_requirements_are_parameters_of_their_clause():
    found = {param["id"]: param for param in clause(made(), "G-3")["params"]}
    assert set(found) == {
        f"{ownership}.{key}"
        for key, entry in CATALOGUE.items()
        if entry.clause == "G-3"
        for ownership in ("city", "personal")
    }
    length = found["city.passcode_minimum_length"]
    assert (length["values"], props(length)["unit"]) == (["6"], "characters")
    assert props(length)["asked"] == "yes"
    assert found["personal.passcode_minimum_length"]["values"] == ["0"]
    assert props(found["personal.passcode_minimum_length"])["asked"] == "no"


def test_text_of_people_inserts_no_parameter():
    parts = clause(made(), "G-3")["parts"]
    assert parts[0]["prose"] == "Devices must have\na passcode. { { insert: param, x }}"
    assert clause(made(), "G-4")["parts"][0]["prose"] == ABSENT
    assert props(clause(made(), "G-4"))["in-text"] == "no"


def test_a_clause_without_settings_has_no_parameters():
    assert "params" not in clause(made(), "S-2")


def test_clauses_of_another_family_are_kept():
    document = made(clauses=(*CLAUSES, ClauseText("X-1", "", "More.")))
    assert document["catalog"]["groups"][-1]["title"] == "Other clauses"
    assert clause(document, "X-1")["title"] == "X-1"


def test_the_same_content_has_the_same_identifier():
    first, again, later, other = made(), made(), made(AT + timedelta(days=1)), made(number=4)
    assert first == again
    identifiers = {one["catalog"]["uuid"] for one in (first, later, other)}
    assert len(identifiers) == 3
    assert later["catalog"]["metadata"]["last-modified"] == "2026-11-25T15:00:00+00:00"
