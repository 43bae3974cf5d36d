"""The catalogue of controls: complete, strict, and honest about what is planned."""

import pytest
from pydantic import ValidationError

from quartermaster.policy.controls import (
    REQUIREMENT_IDS,
    Control,
    Kind,
    Status,
    controls,
    controls_of,
)
from tools.policy_map import PAGE, clause_marks, page

GOOD = {
    "id": "G-3.x",
    "demand": "One",
    "system": "Two",
    "kind": "T",
    "status": "built",
    "evidence": "policy.requirements",
}


def test_ids_are_those_of_the_policy():
    assert len(REQUIREMENT_IDS) == 22
    assert REQUIREMENT_IDS[:4] == ("S-1", "S-2", "S-3", "G-1")


@pytest.mark.parametrize("clause", REQUIREMENT_IDS)
def test_every_requirement_has_a_control_that_is_built(clause):
    assert any(item.status is Status.BUILT for item in controls_of(clause))


def test_controls_stand_in_the_order_of_the_policy():
    order = [REQUIREMENT_IDS.index(item.clause) for item in controls()]
    assert order == sorted(order)
    assert all(kind.label for kind in Kind)


@pytest.mark.parametrize("clause", REQUIREMENT_IDS)
def test_every_requirement_with_a_built_control_has_a_test(clause):
    assert clause_marks().get(clause), f"no test is marked clause({clause!r})"


@pytest.mark.parametrize(
    "fault",
    [
        {"id": "G-99.x"},
        {"id": "G-3"},
        {"kind": "X"},
        {"status": "perhaps"},
        {"evidence": ""},
        {"status": "planned"},
        {"colour": "red"},
    ],
)
def test_a_faulty_control_is_refused(fault):
    Control.model_validate(GOOD)
    with pytest.raises(ValidationError):
        Control.model_validate(GOOD | fault)


def test_policy_map_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
