"""Rows checked with line and column; a plan that is applied as it was shown, or not at all."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator

from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.imports import (
    Caution,
    Change,
    ImportHasErrors,
    ImportRow,
    Layout,
    NotConfirmed,
    RowError,
    Verb,
    draw_up,
    read_csv,
    read_rows,
)
from quartermaster.kernel.imports.plan import shown


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Thing(ImportRow):
    number: Annotated[str, Field(title="thing number", max_length=5)]
    name: str
    colour: Colour = Colour.RED
    since: date | None = None
    weight: int = 0
    loud: bool = False
    tags: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _no_x(cls, value: str) -> str:
        if value == "x":
            raise ValueError("must not be x")
        return value


THINGS = Layout("thing", "things", Thing, "number", unique=("name",), aliases={"Label": "name"})


def read(text: str):
    return read_rows(THINGS, read_csv(text.encode()))


def test_rows_know_their_line_and_what_the_file_gives():
    reading = read("Thing,Label,NUMBER\nq,one,1\n")
    assert reading.ignored == ("Thing",)
    assert [(row.line, row.key, row.value.name, row.given) for row in reading.rows] == [
        (2, "1", "one", frozenset({"number", "name"}))
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("number\n1\n", "no column name"),
        ("number,name,label\n1,a,b\n", "Two columns stand for the name"),
    ],
)
def test_a_header_that_will_not_do_is_refused(text, message):
    with pytest.raises(InvalidInput, match=message):
        read(text)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("1,,red,,", RowError(2, "name", "must not be empty.")),
        ("123456,a,red,,", RowError(2, "thing number", "has more than 5 characters.")),
        ("1,a,green,,", RowError(2, "colour", "must be 'red' or 'blue'.")),
        ("1,a,red,24.11.26,", RowError(2, "since", "must be a date such as 2026-11-24.")),
        ("1,a,red,,ten", RowError(2, "weight", "must be a whole number.")),
        ("1,x,red,,", RowError(2, "name", "must not be x.")),
        ("1,a\u202eb,red,,", RowError(2, "name", "contains a control character.")),
        ("1,a\x07b,red,,", RowError(2, "name", "contains a control character.")),
        ("1,a,red", RowError(2, "", "has 3 cells where the header has 5.")),
        ("1,a,red,,,,", RowError(2, "", "has 7 cells where the header has 5.")),
    ],
)
def test_a_bad_row_names_line_and_column(row, error):
    reading = read(f"number,name,colour,since,weight\n{row}\n")
    assert (reading.rows, reading.errors) == ((), (error,))


def test_a_second_row_of_the_same_key_or_unique_field_is_an_error():
    reading = read("number,name\n1,a\n1,b\n2,A\n")
    assert reading.errors == (
        RowError(3, "thing number", "is the same as in line 2."),
        RowError(4, "name", "is the same as in line 2."),
    )


def held():
    return {
        "1": {"name": "one", "colour": "red", "since": "2026-01-01", "number": "1", "weight": 3},
        "2": {"name": "two", "colour": "red", "since": None, "number": "2", "weight": 0},
        "9": {"name": "nine", "colour": "red", "since": None, "number": "9", "weight": 0},
    }


def test_a_plan_creates_updates_and_leaves_alone():
    reading = read("number,name,colour,since\n1,one,blue,\n2,two,,\n3,three,,\n")
    plan = draw_up(reading, held(), expected=held())
    assert [(step.verb, step.changes) for step in plan.steps] == [
        (Verb.UPDATE, (Change("colour", "red", "blue"), Change("since", "2026-01-01", ""))),
        (Verb.UNCHANGED, ()),
        (
            Verb.CREATE,
            (Change("number", "", "3"), Change("name", "", "three"), Change("colour", "", "red")),
        ),
    ]
    assert plan.missing == ("9",)
    assert plan.counts == {Verb.CREATE: 1, Verb.UPDATE: 1, Verb.UNCHANGED: 1, Verb.ERROR: 0}
    plan.require_applicable(shown=plan.digest)


def test_a_column_that_the_file_lacks_changes_nothing():
    assert draw_up(read("number,name\n1,one\n"), held()).changes_nothing


def test_errors_of_the_room_and_of_the_file_stand_at_their_line():
    reading = read("number,name\n1,\n2,two\n3,c\n")
    plan = draw_up(reading, held(), errors=[RowError(3, "name", "is taken.")], expected=["1", "9"])
    assert [(step.line, step.key, step.verb) for step in plan.steps] == [
        (2, "1", Verb.ERROR),
        (3, "2", Verb.ERROR),
        (4, "3", Verb.CREATE),
    ]
    assert plan.missing == ("9",)
    with pytest.raises(ImportHasErrors, match=r"2 rows have errors; .* Line 2, name: must not"):
        plan.require_applicable()


def test_a_plan_is_applied_as_shown_or_not_at_all():
    reading = read("number,name\n1,first\n")
    shown = draw_up(reading, held()).digest
    moved = held()
    moved["1"]["name"] = "uno"
    with pytest.raises(Conflict, match="no longer what was shown"):
        draw_up(reading, moved).require_applicable(shown=shown)


def test_a_caution_must_be_confirmed():
    plan = draw_up(
        read("number,name\n1,first\n"),
        held(),
        cautions=lambda steps: [Caution("many", f"{len(steps)} would change.")],
    )
    with pytest.raises(NotConfirmed, match="1 would change"):
        plan.require_applicable()
    plan.require_applicable(confirmed={"many"})
    assert plan.as_dict()["cautions"] == [{"code": "many", "message": "1 would change."}]


def test_a_plan_shows_plain_words():
    """Yes and no for a flag; a comma between several."""
    before = {"number": "1", "name": "one", "loud": True, "tags": ["a", "b"]}
    plan = draw_up(read("number,name,loud\n1,one,no\n"), {"1": before})
    assert plan.steps[0].changes == (Change("loud", "yes", "no"),)
    assert shown(before["tags"]) == "a, b"


def test_a_line_break_in_a_cell_is_no_control_character():
    assert not read('number,name\n1,"two\nlines"\n').errors


def test_an_empty_unique_field_is_no_duplicate():
    layout = replace(THINGS, unique=("since",))
    table = read_csv(b"number,name,since\n1,a,\n2,b,\n")
    assert not read_rows(layout, table).errors


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)


@given(st.dictionaries(st.integers(0, 99).map(str), NAMES.filter(lambda name: name != "x")))
def test_applying_a_plan_twice_changes_nothing(things):
    lines = "".join(f"{number},{name}\n" for number, name in things.items())
    reading = read(f"number,name\n{lines}")
    state = {row.key: row.value.model_dump(mode="json") for row in reading.rows}
    assert draw_up(reading, state).changes_nothing or reading.errors
