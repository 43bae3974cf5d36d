"""Checks of the house's own records: facts with their day, and no blame for what is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.compliance.rules.checks import CHECKS, STALE_AFTER, Context
from quartermaster.compliance.rules.evaluate import evaluate
from quartermaster.compliance.rules.outcome import State
from quartermaster.compliance.rules.records import CLAUSES, RECORD_CHECKS, Asked, Record
from quartermaster.compliance.rules.support import catalogue, ended_on
from quartermaster.mdm import posture
from quartermaster.mdm.posture import Fact
from quartermaster.policy.requirements import LAX, PLATFORM_NAMES, Requirements
from quartermaster.records.rules.capture import Lying

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOME, AWAY = UUID(int=1), UUID(int=2)
HELD = Record(status="assigned", holder_department=HOME, departments=frozenset({HOME}))
PHONE = Context(at=AT, platform="ios", enrolled_at=AT - 30 * DAY)


def outcomes(record, known=None, **more):
    results = evaluate(LAX, known or {}, replace(PHONE, **more), record)
    return {item.check: (item.state.value, item.observed) for item in results}


def outcome(check, record, known=None, **more):
    return outcomes(record, known, **more).get(check)


def asked(**more):
    return replace(HELD, asked=Asked("Version 2", **{"bound": True, **more}))


@pytest.mark.clause("S-2")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (HELD, None),
        (asked(bound=False, due_at=AT - DAY), None),
        (asked(), ("unknown", "Version 2 has not been asked for yet.")),
        (
            asked(due_at=AT + DAY),
            ("pending", "Version 2 is to be acknowledged by November 25, 2026."),
        ),
        (asked(due_at=AT), ("fail", "Version 2 was to be acknowledged by November 24, 2026.")),
        (
            asked(due_at=AT - DAY, acknowledged_at=AT),
            ("pass", "Version 2 was acknowledged on November 24, 2026."),
        ),
    ],
)
def test_acknowledgement_is_overdue_from_its_day_on(record, expected):
    assert outcome("acknowledgement", record) == expected


@pytest.mark.clause("S-2")
def test_days_are_told_in_the_zone_of_the_evaluation():
    here = AT.astimezone(ZoneInfo("America/Chicago"))
    midnight = datetime(2026, 11, 26, 6, tzinfo=UTC)  # where the 25th ends, here
    for due in (midnight, midnight - timedelta(seconds=1)):
        said = ("pending", "Version 2 is to be acknowledged by November 25, 2026.")
        assert outcome("acknowledgement", asked(due_at=due), at=here) == said
    evening = asked(due_at=AT, acknowledged_at=datetime(2026, 11, 25, 1, tzinfo=UTC))
    said = ("pass", "Version 2 was acknowledged on November 24, 2026.")
    assert outcome("acknowledgement", evening, at=here) == said


@pytest.mark.clause("G-2")
def test_personal_device_needs_its_holders_consent_on_record():
    agreed = replace(HELD, consented_at=AT)
    assert outcome("consent", HELD) is None
    assert outcome("consent", HELD, personal=True) == (
        "fail",
        "No agreement to the disclosure is on record for this enrolment.",
    )
    assert outcome("consent", agreed, personal=True) == (
        "pass",
        "The disclosure was agreed to on November 24, 2026.",
    )


@pytest.mark.clause("C-4")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (HELD, ("pass", "Its holder is in service.")),
        (
            replace(HELD, separated_on=date(2026, 12, 1)),
            ("pass", "Its holder will leave the City on December 1, 2026."),
        ),
        (
            replace(HELD, separated=True, separated_on=date(2026, 11, 20)),
            ("fail", "Its holder left the City on November 20, 2026."),
        ),
        (replace(HELD, separated=True), ("fail", "Its holder left the City.")),
        (replace(HELD, holder_department=None), None),
    ],
)
def test_device_of_somebody_who_left_is_found(record, expected):
    assert outcome("separated_holder", record) == expected


@pytest.mark.clause("C-3")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (HELD, ("pass", "Its holder is on record, in its department.")),
        (
            replace(HELD, holder_department=AWAY),
            ("fail", "It belongs to another department than its holder's."),
        ),
        (
            replace(HELD, status="lost", holder_department=None),
            ("fail", "Nobody is on record as having it."),
        ),
        (replace(HELD, status="retired"), ("fail", "It was retired, and is still managed.")),
        (replace(HELD, status="in_stock", holder_department=None), None),
    ],
)
def test_custody_is_on_record_or_found(record, expected):
    assert outcome("custody", record) == expected


def says(value, key=posture.LOST_MODE):
    return {key: Fact(value, "test", AT)}


@pytest.mark.clause("G-11")
@pytest.mark.parametrize(
    ("known", "more", "expected"),
    [
        (says(value=True), {}, "pass"),
        (says(value=False), {}, "fail"),
        (says(value=None), {}, "unknown"),
        ({}, {}, "unknown"),
        (says(value=False), {"platform": "macos"}, None),
        (says(value=False), {"personal": True}, None),
        ({**says(value=False), **says(value=False, key=posture.SUPERVISED)}, {}, None),
    ],
)
def test_lost_device_is_in_lost_mode_where_it_can_be(known, more, expected):
    found = outcome("lost_mode", replace(HELD, status="lost"), known, **more)
    assert (found[0] if found else None) == expected
    assert outcome("lost_mode", HELD, known, **more) is None


@pytest.mark.clause("G-10")
def test_certificate_that_ended_and_device_that_sleeps_are_found():
    assert outcome("certificate", HELD) is None
    assert outcome("certificate", replace(HELD, certificate_until=AT)) == (
        "fail",
        "Its last certificate ended on November 24, 2026.",
    )
    assert outcome("certificate", replace(HELD, certificate_until=AT + DAY))[0] == "pass"
    assert outcome("wake", HELD) is None
    assert outcome("wake", replace(HELD, woken_at=AT))[0] == "pass"
    assert outcome("wake", replace(HELD, woken_at=AT, cannot_be_woken_since=AT)) == (
        "fail",
        "It cannot be woken since November 24, 2026.",
    )


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("version", "age", "expected"),
    [
        ("13.7", 0 * DAY, "fail"),
        ("16.7.12", 0 * DAY, "pass"),
        ("17.1", 0 * DAY, "fail"),
        ("18.7", 0 * DAY, "unknown"),
        ("oddity", 0 * DAY, "unknown"),
        ("13.7", STALE_AFTER + DAY, "stale"),
    ],
)
def test_version_without_security_updates_is_found(version, age, expected):
    ends = {"ios 13": date(2020, 9, 1), "ios 16": None, "ios 17": date(2026, 11, 23)}
    known = {posture.OS_VERSION: Fact(version, "test", AT - age)}
    assert outcome("os_support", replace(HELD, support_ends=ends), known)[0] == expected


def test_version_that_nobody_knows_counts_for_nothing():
    (item,) = [
        item
        for item in evaluate(LAX, says("99", posture.OS_VERSION), PHONE, HELD)
        if item.check == "os_support"
    ]
    assert (item.state, item.answerable) == (State.UNKNOWN, False)
    assert outcome("os_support", HELD) is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("10.15.7", (True, date(2022, 10, 24))),
        ("12", (True, date(2024, 9, 16))),
        ("26.1", (True, None)),
        ("10.2", (False, None)),
        ("", (False, None)),
    ],
)
def test_longest_family_of_the_catalogue_counts(version, expected):
    assert ended_on("macos", version, catalogue()) == expected


def test_catalogue_names_platforms_of_ours_with_days():
    assert {name.partition(" ")[0] for name in catalogue()} <= set(PLATFORM_NAMES)
    assert {type(day) for day in catalogue().values()} <= {date, type(None)}


@pytest.mark.clause("C-2")
@pytest.mark.parametrize(
    ("lying", "expected"),
    [
        (None, ("pass", "No record is known to be on it.")),
        (
            Lying(1, AT - DAY, AT + DAY),
            ("pending", "1 record is on it, to be saved or deleted by November 25, 2026."),
        ),
        (
            Lying(2, AT - 9 * DAY, AT),
            (
                "fail",
                "2 records are on it since November 15, 2026; the time ended on November 24, 2026.",
            ),
        ),
    ],
)
def test_records_are_on_a_device_for_a_time_and_no_longer(lying, expected):
    assert outcome("record_transfer", replace(HELD, lying=lying)) == expected
    assert outcome("record_transfer", replace(HELD, holder_department=None)) is None


@pytest.mark.clause("S-3")
def test_department_is_held_to_its_clauses_alone():
    gone = replace(HELD, separated=True, holder_department=AWAY)
    assert outcomes(replace(gone, held_to=frozenset())) == {}
    assert set(outcomes(replace(gone, held_to=frozenset({"C-4"})))) == {"separated_holder"}


records = st.builds(
    Record,
    status=st.sampled_from(["assigned", "lost", "in_repair", "in_stock", "retired"]),
    held_to=st.none() | st.frozensets(st.sampled_from(sorted(CLAUSES.values()))),
    holder_department=st.sampled_from([HOME, AWAY, None]),
    departments=st.just(frozenset({HOME})),
    separated=st.booleans(),
    separated_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    asked=st.none()
    | st.builds(
        Asked,
        version=st.just("Version 2"),
        bound=st.booleans(),
        acknowledged_at=st.none() | st.just(AT),
        due_at=st.none() | st.sampled_from([AT - DAY, AT + DAY]),
    ),
    consented_at=st.none() | st.just(AT),
    certificate_until=st.none() | st.sampled_from([AT - DAY, AT + DAY]),
    woken_at=st.none() | st.just(AT),
    cannot_be_woken_since=st.none() | st.just(AT),
    lying=st.none() | st.just(Lying(1, AT - DAY, AT + DAY)),
    support_ends=st.sampled_from([{}, {"ios 18": None}, {"ios 18": date(2026, 1, 1)}]),
)
values = st.booleans() | st.none() | st.sampled_from(["18.7", "26.1", "oddity"])
knowledge = st.dictionaries(
    st.sampled_from([posture.OS_VERSION, posture.LOST_MODE, posture.SUPERVISED]),
    values.map(lambda value: Fact(value, "test", AT)),
)


@given(records, knowledge, st.booleans())
@pytest.mark.clause("C-1")
def test_every_outcome_names_clause_expectation_and_remedy(record, known, personal):
    for item in evaluate(LAX, known, replace(PHONE, personal=personal), record):
        assert item.clause == CLAUSES[item.check]
        assert record.held_to is None or item.clause in record.held_to
        assert all((item.expected, item.observed, item.remedy, item.title, item.severity))


@given(records, st.booleans())
@pytest.mark.clause("C-1")
def test_missing_record_is_never_held_against_a_person(record, personal):
    """Of all that fails, only an acknowledgement that was asked for is the holder's own."""
    results = evaluate(LAX, {}, replace(PHONE, personal=personal), record)
    failing = [item.check for item in results if item.state is State.FAIL and item.of_holder]
    overdue = record.asked is not None and record.asked.due_at == AT - DAY
    assert failing in ([], ["acknowledgement"] if overdue else [])


def test_names_are_those_of_one_check():
    names = [check.name for check in (*CHECKS, *RECORD_CHECKS)]
    assert len(names) == len(set(names))


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("version", "since", "expected"),
    [
        ("26.1", AT - 90 * DAY, "pass"),
        ("18.7", AT - 90 * DAY, "fail"),
        ("18.7", AT - 9 * DAY, "pending"),
        ("18.7", None, "unknown"),
        ("oddity", AT - 90 * DAY, "unknown"),
        (None, AT - 90 * DAY, "unknown"),
    ],
)
def test_patch_age_counts_from_when_the_version_was_asked_for(version, since, expected):
    wanted = Requirements(maximum_patch_age_days=30, minimum_os={"ios": "26.1"})
    known = says(version, posture.OS_VERSION)
    found = evaluate(wanted, known, replace(PHONE, update_since=since))
    assert {item.check: item.state.value for item in found}["patch_age"] == expected
    nothing = Requirements(maximum_patch_age_days=30)
    (item,) = evaluate(nothing, known, replace(PHONE, update_since=since))
    assert (item.state, item.settings) == (State.UNKNOWN, ("maximum_patch_age_days",))
