"""Cells of tables: a name of a thing is not broken at its hyphen."""

import pytest
from django.utils.html import format_html

from quartermaster.web.templatetags.house import whole


@pytest.mark.parametrize("cell", ["PH-0046", "R-2026-000015", "OR-2026-00001"])
def test_a_short_name_stays_in_one_line(cell):
    assert whole(cell) == ' class="house-whole"'


@pytest.mark.parametrize(
    "cell",
    [
        "Ana Reyes",
        "Shut-off valve on Elm Street",
        "open-records-requests",
        "Lindqvist",
        format_html("<b>{}</b>", "PH-0046"),
        None,
        7,
    ],
)
def test_other_cells_break_where_they_must(cell):
    assert whole(cell) == ""
