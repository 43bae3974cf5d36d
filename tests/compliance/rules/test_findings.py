"""The life of a finding and the arithmetic of working days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.compliance.rules import findings as rules
from quartermaster.compliance.rules.findings import FINDING, LIVE, FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.kernel import workdays

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_every_state_is_reached_and_the_settled_ones_are_final():
    assert FINDING.reachable() == set(FindingState)
    assert FINDING.terminal == set(FindingState) - LIVE


@pytest.mark.clause("C-1")
def test_nothing_runs_out_before_notice_was_given():
    assert FINDING.transitions["run out"].sources == {FindingState.NOTICED}
    into_noticed = [t.verb for t in FINDING.transitions.values() if t.target == "noticed"]
    assert into_noticed == ["give notice"]


@given(days, st.integers(1, 60), st.frozensets(days, max_size=5))
def test_a_cure_period_ends_on_a_working_day(day, count, holidays):
    last = workdays.working_day_after(day, count, holidays)
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    working = [d for d in between if d.weekday() < 5 and d not in holidays]
    assert (len(working), working[-1]) == (count, last)


@pytest.mark.parametrize(
    ("severity", "last"),
    [
        (Severity.SERIOUS, (2026, 11, 25)),
        (Severity.HIGH, (2026, 11, 30)),
        (Severity.MEDIUM, (2026, 12, 2)),
        (Severity.LOW, (2026, 12, 9)),
    ],
)
def test_cure_period_by_severity_over_thanksgiving(at, severity, last):
    zone = "America/Chicago"
    until = rules.cure_until(at, severity, zone, frozenset({date(2026, 11, 26)}))
    assert until == datetime(*last, 23, 59, 59, tzinfo=ZoneInfo(zone))
    assert at < rules.reminder_at(at, until) < until
