"""Cells that a spreadsheet must read as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.csvsafe import safe


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\tx", "\uff1d1"])
def test_formula_becomes_text(cell):
    assert safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ana", "-5", "+1.5", "12%", "a=b"])
def test_text_and_numbers_stay(cell):
    assert safe(cell) == cell


@given(st.text())
def test_nothing_begins_like_a_formula_but_a_number(cell):
    made = safe(cell)
    assert made.startswith("'") or made == cell
    assert not made.startswith(("=", "@"))
