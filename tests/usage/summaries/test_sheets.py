"""No cell of an export is run as a formula, and no letter breaks a workbook."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from quartermaster.usage import plots, sheets
from quartermaster.usage.queries.summaries import Summed
from quartermaster.usage.rules.summaries import Figures

EVIL = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\uff1d1"]


@pytest.mark.parametrize("cell", EVIL)
def test_a_formula_is_text(cell):
    table = sheets.table("Plan", [Summed(cell, Figures(seconds=60), 1)])
    ((_, *_), (written, *_)) = csv.reader(io.StringIO(sheets.as_csv(table)))
    assert written == f"'{cell}"
    sheet = load_workbook(io.BytesIO(sheets.as_xlsx({"Plans": table}))).active
    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value.startswith("'")


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_label_makes_a_sound_workbook(label):
    table = sheets.table("Plan", [Summed(label, Figures(), 1, note="Water")])
    book = load_workbook(io.BytesIO(sheets.as_xlsx({"Plans": table})))
    cell = book.active["A2"].value
    assert cell is None or not cell.startswith(("=", "@"))


def test_figures_are_numbers_in_the_unit_of_their_heading():
    row = Summed("Unlimited", Figures(seconds=90, kilobytes=1024**2, cost_cents=1250), 2)
    headings, ((*cells,),) = sheets.table("Plan", [row])
    told = dict(zip(headings, cells, strict=True))
    assert (told["Minutes"], told["Data, GB"], told["Cost"], told["Lines"]) == (1.5, 1, 12.5, 2)


def test_a_plot_says_its_figures_and_escapes_its_labels():
    picture = plots.months([("Sep", 10, "$10"), ("<Oct>", 0, "&0")]).decode()
    assert "$10" in picture
    assert "&lt;Oct&gt;" in picture
    assert picture.count("<rect") == 2
    assert b"<svg" in plots.months([])
