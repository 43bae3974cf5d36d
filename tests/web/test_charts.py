"""Charts: where their lines go, and what they say."""

import pytest

from quartermaster.web.charts import NARROW, TALL, WIDTH, Bar, Moment, bars, trend


def test_a_line_runs_from_edge_to_edge():
    drawn = trend(
        "Checks that pass", [Moment("1 May", 0), Moment("2 May", 50), Moment("3 May", 100)]
    )
    lefts, tops = zip(*drawn.dots, strict=True)
    assert (lefts[0], lefts[-1]) == (44, WIDTH - 10)
    assert tops == (TALL - 10, TALL / 2, 10)
    assert drawn.line == "44.0,170.0 337.0,90.0 630.0,10.0"
    assert drawn.sentence == "Checks that pass: 0% on 1 May, 100% on 3 May."


def test_one_day_is_a_dot():
    assert trend("Checks", [Moment("1 May", 100)]).dots == ((44, 10.0),)


def test_without_days_it_says_so():
    drawn = trend("Checks", [])
    assert (drawn.line, drawn.sentence) == ("", "Checks: nothing to show yet.")


def test_shares_of_things_that_overlap():
    chart = bars("Application, by devices", [Bar("Mail", 4), Bar("Maps", 3)], of=4, width=NARROW)
    assert [(one.share, one.width) for one in chart.drawn] == [(100, 240.0), (75, 180.0)]
    assert chart.sentence == "Application, by devices: mail 4, maps 3; 4 in all."


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("", ()),
        ("Pass", ("Pass",)),
        ("In the days given to update", ("In the days given to", "update")),
        (
            "Not known, too old or excepted, or of none",
            ("Not known, too old", "or excepted, or of…"),
        ),
        ("x" * 200, ("x" * 20, "…")),
    ],
)
def test_a_label_takes_two_lines_at_most(label, lines):
    (drawn,) = bars("x", [Bar(label, 1)]).drawn
    assert drawn.lines == lines
    assert drawn.bar.label == label  # in the table it is whole


def test_shares_of_a_sum():
    chart = bars("Devices", [Bar("A", 3), Bar("B", 1)])
    assert ([one.share for one in chart.drawn], chart.column) == ([75, 25], "State")
