"""People, departments, requirements and trace, as each of the cast may read them."""

import pytest

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal
from quartermaster.policy.controls import REQUIREMENT_IDS
from quartermaster.policy.plan import Proposal, read_defaults
from quartermaster.policy.requirements import CATALOGUE


def _apply(proposal):
    plan = queries.plan(proposal)
    apply_proposal(proposal=proposal, digest=plan.digest, actor=system("tests"), at=now())


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", {"1001"}),
        ("cole", {"1001", "1002", "1003"}),
        ("ida", {"1001", "1002", "1003", "1004", "1005"}),
        ("rex", {"1005"}),
    ],
)
def test_people(cast, call, who, seen):
    answer = call(getattr(cast, who), "people")
    assert {item["number"] for item in answer.json()["items"]} == seen


def test_one_person(cast, call):
    found = call(cast.cole, f"people/{cast.ana.id}").json()
    assert found == {
        "id": str(cast.ana.id),
        "number": "1001",
        "given_name": "Ana",
        "family_name": "Reyes",
        "email": "ana@city.example",
        "title": "Meter technician",
        "employment": "employee",
        "standing": "active",
        "department_id": str(cast.water.id),
        "supervisor_id": str(cast.sue.id),
    }
    assert call(cast.rex, f"people/{cast.ana.id}").status_code == 404


def test_pages_hold_everyone_once(cast, call):
    seen, cursor = [], ""
    while cursor is not None:
        page = call(cast.ida, f"people?limit=2&cursor={cursor}").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert seen == [str(key) for key in Person.objects.order_by("id").values_list("id", flat=True)]
    assert call(cast.ida, "people?cursor=!!").json()["code"] == "invalid-input"
    narrowed = call(cast.ida, f"people?department={cast.library.id}").json()
    assert [item["number"] for item in narrowed["items"]] == ["1005"]


@pytest.mark.parametrize(
    ("who", "seen"), [("ida", {"WATER", "LIB", "ITMD"}), ("cole", {"WATER"}), ("rex", set())]
)
def test_departments(cast, call, who, seen):
    answer = call(getattr(cast, who), "departments")
    assert {item["code"] for item in answer.json()["items"]} == seen
    one = call(getattr(cast, who), f"departments/{cast.water.id}")
    assert one.status_code == (200 if "WATER" in seen else 404)


def test_catalogue(cast, call):
    found = call(cast.rex, "requirements/catalogue").json()
    assert [item["key"] for item in found] == list(CATALOGUE)


@pytest.mark.clause("C-5")
def test_effective_requirements(cast, call):
    _apply(read_defaults())
    _apply(Proposal(overlays={"WATER": {"city": {"passcode_minimum_length": 8}}}))
    path = f"requirements/effective?department={cast.water.id}"
    found = call(cast.ana, path).json()
    assert found["required"][1] == {
        "setting": "passcode_minimum_length",
        "value": 8,
        "clause": "G-3",
        "origin": "Water Works",
        "excepted_until": None,
    }
    assert call(cast.rex, path).status_code == 404
    assert call(cast.ana, f"{path}&ownership=town").status_code == 422


@pytest.mark.parametrize(("who", "overlays"), [("ida", 1), ("ana", 1), ("rex", 0)])
def test_trace(cast, call, who, overlays):
    _apply(Proposal(overlays={"WATER": {"city": {"passcode_minimum_length": 8}}}))
    found = call(getattr(cast, who), "trace").json()
    assert [item["id"] for item in found] == list(REQUIREMENT_IDS)
    (control,) = next(item for item in found if item["id"] == "C-5")["controls"]
    assert control["counts"]["departments with an overlay"] == overlays
