"""Charts: where their lines go, and what they say."""

from quartermaster.web.charts import TALL, WIDTH, Moment, trend


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
