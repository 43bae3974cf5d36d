"""The public report: small groups cannot be read out of it, directly or by subtraction."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.reports.models import ComplianceDay
from quartermaster.reports.public import (
    FEWEST,
    TOGETHER,
    Counts,
    Group,
    folded,
    public_report,
    published,
)

DAY = date(2026, 11, 23)


def groups(**sizes):
    return [Group(name, size, size, size) for name, size in sizes.items()]


def names(found):
    return {group.name: group.devices for group in found}


def test_large_departments_are_shown_each():
    assert names(folded(groups(Water=9, Library=5))) == {"Library": 5, "Water": 9}


def test_small_ones_are_put_together():
    assert names(folded(groups(Water=9, A=3, B=2))) == {"Water": 9, TOGETHER: 5}


def test_a_small_one_alone_takes_the_next_larger_with_it():
    """Else it would be the city less the others."""
    assert names(folded(groups(Water=9, Library=6, A=3))) == {"Water": 9, TOGETHER: 9}


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 12)))
def test_whatever_is_shown_is_large_enough(sizes):
    found = folded([Group(name, size, size, 0) for name, size in sizes.items()])
    assert sum(group.devices for group in found) == sum(sizes.values())
    if sum(sizes.values()) >= FEWEST:
        assert [group for group in found if not group.enough] == []
    shown = {group.name for group in found} - {TOGETHER}
    assert all(sizes[name] >= FEWEST for name in shown)


def test_shares_of_departments_and_checks():
    report = published(
        DAY,
        [
            Counts("Water", "G-3", "Passcode", 8, 4),
            Counts("Water", "G-10", "System", 8, 8),
            Counts("Library", "G-3", "Passcode", 6, 6),
            Counts("Library", "G-4", "Rare", 4, 0),
        ],
    )
    assert (report.whole.devices, report.whole.share) == (14, 69)
    assert [(one.name, one.devices, one.share) for one in report.departments] == [
        ("Library", 6, 60),
        ("Water", 8, 75),
    ]
    assert [(one.clause, one.name, one.share) for one in report.checks] == [
        ("G-3", "Passcode", 71),
        ("G-10", "System", 100),
    ]  # the rare check was asked of too few


def test_ownerships_of_a_check_are_added_up():
    counts = [Counts("Water", "G-3", "Passcode", 3, 3), Counts("Water", "G-3", "Passcode", 2, 0)]
    assert published(DAY, counts).whole.devices == 5


def test_a_small_city_tells_nothing():
    assert published(DAY, [Counts("Water", "G-3", "Passcode", 4, 4)]) is None
    assert published(DAY, []) is None


def test_too_few_have_no_share():
    assert Group("x", FEWEST - 1, 4, 4).share is None
    assert Group("x", FEWEST, 0, 0).share is None


def _day(department, day, **counts):
    ComplianceDay.objects.create(
        day=day,
        department=department,
        ownership="city",
        clause="G-3",
        check_name="passcode",
        title="Passcode",
        taken_at="2026-11-24T15:00Z",
        **counts,
    )


@pytest.mark.django_db
def test_the_last_whole_day_is_told(cast, at):
    assert public_report(at) is None
    today = at.date()
    _day(cast.water, today, passing=10)
    assert public_report(at) is None
    _day(cast.water, today - timedelta(days=2), passing=9)
    _day(cast.water, today - timedelta(days=1), passing=4, failing=1, unknown=1, not_applicable=7)
    report = public_report(at)
    assert (report.day, report.whole.devices, report.whole.share) == (DAY, 6, 67)
