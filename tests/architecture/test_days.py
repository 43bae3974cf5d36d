"""A day is the city's day, and the clock is read in one place.

From six in the evening on, in winter, the day of UTC is the city's tomorrow: ``localdate(at)`` is
the day of a moment. The rules are tried on source that breaks them, so that a rule which finds
nothing is known to look.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.test_proportions import HOUSE, modules

OUTSIDE = ("simulators/",)  # other people's machines keep their own days

WRITTEN = {"strptime", "fromisoformat"}  # makes of a text what it says: a day that was a day
DAYS = {
    # what typer makes of a day that somebody typed: midnight, of no zone
    "cli/billing.py": {"starts_on", "on"},
    "cli/carrier_files.py": {"cycle_from", "cycle_until"},
    "cli/carriers.py": {"from_on", "until_on"},
    "cli/decisions.py": {"until"},
    "cli/org.py": {"until"},
    "cli/policy_documents.py": {"in_force"},
    "kernel/imports/reading.py": {"value"},  # a cell of a workbook, of no zone
    "kernel/workdays.py": {"here"},  # in the zone that is given
    "usage/rules/values.py": {"found"},  # as a carrier wrote it, of no zone
    "usage/warehouse/questions.py": {"some['at']", "DETAIL['at']"},  # the city's time, in a table
    "kernel/dates.py": {"local"},
}
CLOCKS = {
    "now": {"datetime", "timezone"},
    "utcnow": {"datetime"},
    "today": {"date", "datetime"},
    "time": {"time"},
}
READS_THE_CLOCK = {
    "kernel/clock.py": {"datetime.now"},
    "usage/warehouse/tidying.py": {"time.time"},  # beside the times of files
}
WRITTEN_SO = {
    "disclosure/throttle.py": {"at"},  # a salt that turns once a day, at whatever hour
    "records/reading/messagelist.py": {"at.year"},  # in the zone in which it was written
}

DAY = re.compile(r"%-?[AabBdDFjmUuVWwxYy]")
HOUR = re.compile(r"%-?[HIcXT]")


def taken_as_days(tree: ast.AST) -> Iterator[str]:
    """Moments of which ``.date()`` is asked though they may be in any zone."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "date"
            and not node.args
        ):
            source = node.func.value
            called = getattr(getattr(source, "func", None), "attr", "")
            if called in WRITTEN or (called == "astimezone" and "UTC" not in ast.unparse(source)):
                continue
            yield ast.unparse(source)


def clocks_read(tree: ast.AST) -> Iterator[str]:
    """The clock, by any of its names; Django's local day where no moment is given."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            name, owner = node.func.attr, ast.unparse(node.func.value).split(".")[-1]
            if owner in CLOCKS.get(name, ()):
                yield f"{owner}.{name}"
        else:
            name = getattr(node.func, "id", "")
        if name in {"localdate", "localtime"} and not node.args and not node.keywords:
            yield name


def is_moment(node: ast.AST) -> bool:
    """Moments are named so all over the house."""
    name = getattr(node, "attr", getattr(node, "id", ""))
    return name in {"at", "moment"} or name.endswith("_at")


def shown_as_days(tree: ast.AST) -> Iterator[str]:
    """Moments written, or taken apart, as days without an hour."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec and is_moment(node.value):
            parts = list(ast.walk(node.format_spec))
            named = any(isinstance(part, ast.FormattedValue) for part in parts)
            form = ast.unparse(node.format_spec)
            if named or (DAY.search(form) and not HOUR.search(form)):
                yield ast.unparse(node.value)
        elif (
            isinstance(node, ast.Attribute)
            and node.attr in {"day", "month", "year"}
            and is_moment(node.value)
        ):
            yield ast.unparse(node)


@cache
def found() -> dict[str, dict[str, set[str]]]:
    """What each rule finds in each module; every module is read once."""
    results: dict[str, dict[str, set[str]]] = {rule.__name__: {} for rule in RULES}
    for path in modules(HOUSE):
        name = path.relative_to(HOUSE).as_posix()
        if not name.startswith(OUTSIDE):
            tree = ast.parse(path.read_text())
            for rule in RULES:
                if places := set(rule(tree)):
                    results[rule.__name__][name] = places
    return results


RULES = (taken_as_days, clocks_read, shown_as_days)


@pytest.mark.parametrize(
    ("rule", "source", "seen"),
    [
        (taken_as_days, "self.at.date() < now().date()", ["self.at", "now()"]),
        (taken_as_days, "at.astimezone(UTC).date()", ["at.astimezone(UTC)"]),
        (taken_as_days, "at.astimezone(zone).date(), datetime.strptime(a, b).date()", []),
        (clocks_read, "datetime.now(UTC), dt.date.today()", ["datetime.now", "date.today"]),
        (clocks_read, "timezone.now(); time.time()", ["timezone.now", "time.time"]),
        (clocks_read, "localdate(), timezone.localtime()", ["localdate", "localtime"]),
        (clocks_read, "now(), localdate(at), timezone.localtime(at)", []),
        (shown_as_days, "f'{row.made_at:%Y-%m-%d} {at:%B %-d}'", ["row.made_at", "at"]),
        (shown_as_days, "f'{asked.due_at:{DAY}}'", ["asked.due_at"]),
        (shown_as_days, "f'{at:%Y-%m-%d %H:%M} UTC {day:%B} {at}'", []),
        (shown_as_days, "date(doing.at.year, 1, 1)", ["doing.at.year"]),
    ],
)
def test_a_rule_sees_what_it_forbids(rule, source, seen):
    assert list(rule(ast.parse(source))) == seen


def test_a_day_is_the_citys():
    assert found()["taken_as_days"] == DAYS


def test_the_clock_is_read_in_one_place():
    assert found()["clocks_read"] == READS_THE_CLOCK


def test_a_moment_is_not_shown_as_a_day_of_utc():
    assert found()["shown_as_days"] == WRITTEN_SO
