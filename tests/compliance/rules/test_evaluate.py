"""Evaluation: total, monotone, and silent where data is missing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.compliance.rules.checks import CHECKS, SETTLING, STALE_AFTER, Context
from quartermaster.compliance.rules.evaluate import evaluate
from quartermaster.compliance.rules.outcome import State
from quartermaster.mdm import posture
from quartermaster.mdm.posture import Fact
from quartermaster.policy.requirements import CATALOGUE, LAX, Requirements, join

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
APPS = ["com.bad.app", "com.city.mail", "com.maps"]
facts = st.fixed_dictionaries(
    {},
    optional={
        posture.PASSCODE_PRESENT: st.booleans() | st.none(),
        posture.PASSCODE_COMPLIANT: st.booleans() | st.text(max_size=3),
        posture.ENCRYPTION: st.booleans(),
        posture.COMPROMISED: st.booleans(),
        posture.OS_VERSION: st.sampled_from(["26.1", "18.7.2", "9", "oddity", ""]),
        posture.SOFTWARE: st.lists(st.sampled_from(APPS)).map(
            lambda names: [{"identifier": name, "name": name} for name in names]
        ),
        posture.PROFILES: st.lists(st.sampled_from(["p.passcode", "p.restrictions"])),
        posture.LAST_SEEN: st.just("seen"),
    },
)
ages = st.integers(0, 24 * 30).map(lambda hours: AT - timedelta(hours=hours))


@st.composite
def postures(draw):
    return {key: Fact(value, "test", draw(ages)) for key, value in draw(facts).items()}


@st.composite
def demands(draw):
    chosen = {
        "passcode_required": draw(st.booleans()),
        "passcode_minimum_length": draw(st.integers(0, 12)),
        "auto_lock_minutes": draw(st.none() | st.integers(1, 60)),
        "encryption_required": draw(st.booleans()),
        "minimum_os": draw(st.sampled_from([{}, {"ios": "18.0"}, {"ios": "26.1"}])),
        "compromised_forbidden": draw(st.booleans()),
        "blocked_software": frozenset(draw(st.lists(st.sampled_from(APPS)))),
        "allowed_software": draw(st.none() | st.lists(st.sampled_from(APPS)).map(frozenset)),
        "required_software": frozenset(draw(st.lists(st.sampled_from(APPS)))),
        "cloud_backup_forbidden": draw(st.booleans()),
        "check_in_within_hours": draw(st.none() | st.integers(1, 400)),
        "maximum_patch_age_days": draw(st.none() | st.integers(1, 90)),
    }
    return Requirements(**chosen)


def context(**more):
    carried = {"auto_lock_minutes": "p.passcode", "cloud_backup_forbidden": "p.restrictions"}
    return Context(**{"at": AT, "platform": "ios", "payload_of": carried} | more)


def states(wanted, known, **more):
    return {item.check: item.state for item in evaluate(wanted, known, context(**more))}


def test_every_setting_of_the_catalogue_has_one_check():
    covered = [name for check in CHECKS for name in check.settings]
    assert sorted(covered) == sorted(CATALOGUE)


@given(postures())
def test_nothing_asked_nothing_judged(known):
    assert evaluate(LAX, known, context()) == ()


@given(demands())
def test_missing_data_is_never_a_pass_or_a_failure(wanted):
    assert set(states(wanted, {}).values()) <= {State.UNKNOWN, State.NOT_APPLICABLE}


@given(demands(), demands(), postures())
def test_stricter_demands_never_turn_a_failure_into_a_pass(one, other, known):
    before, after = states(one, known), states(join(one, other), known)
    assert [c for c, s in before.items() if s is State.FAIL and after[c] is State.PASS] == []


@given(demands(), postures())
def test_every_result_names_clause_expectation_and_remedy(wanted, known):
    for item in evaluate(wanted, known, context()):
        assert all((item.clause, item.expected, item.observed, item.remedy, item.title))


@given(demands(), postures())
def test_old_data_is_stale(wanted, known):
    old = {
        key: Fact(fact.value, fact.source, AT - STALE_AFTER - timedelta(hours=1))
        for key, fact in known.items()
        if key != posture.LAST_SEEN
    }
    assert {State.PASS, State.FAIL}.isdisjoint(states(wanted, old).values())


def passcode(present, compliant=None, age=0):
    when = AT - timedelta(hours=age)
    known = {posture.PASSCODE_PRESENT: Fact(present, "SecurityInfo", when)}
    if compliant is not None:
        known[posture.PASSCODE_COMPLIANT] = Fact(compliant, "SecurityInfo", when)
    return known


@pytest.mark.clause("G-3")
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (passcode(present=True, compliant=True), (State.PASS, State.PASS)),
        (passcode(present=True, compliant=False), (State.PASS, State.FAIL)),
        (passcode(present=False, compliant=False), (State.FAIL, State.NOT_APPLICABLE)),
        (passcode(present=True), (State.PASS, State.UNKNOWN)),
        ({}, (State.UNKNOWN, State.UNKNOWN)),
    ],
)
def test_passcode(known, expected):
    found = states(Requirements(passcode_minimum_length=6), known)
    assert (found["passcode"], found["passcode_quality"]) == expected


def test_newcomer_is_given_time_to_report():
    young = {"enrolled_at": AT - SETTLING / 2}
    assert states(Requirements(passcode_required=True), {}, **young) == {"passcode": State.PENDING}


def test_failure_waits_while_the_setting_is_on_its_way():
    wanted = Requirements(passcode_required=True)
    waiting = frozenset({"passcode_required"})
    assert states(wanted, passcode(present=False), on_the_way=waiting) == {
        "passcode": State.PENDING
    }


def test_exception_is_said():
    wanted = Requirements(encryption_required=True)
    known = {posture.ENCRYPTION: Fact(value=False, source="x", observed_at=AT)}
    excepted = frozenset({"encryption_required"})
    assert states(wanted, known, excepted=excepted) == {"encryption": State.EXCEPTED}


@pytest.mark.clause("G-4")
def test_blocked_software_is_named():
    wanted = Requirements(blocked_software=frozenset({"com.bad.app"}))
    rows = [{"identifier": "com.bad.app", "name": "Bad App"}]
    known = {posture.SOFTWARE: Fact(rows, "InstalledApplicationList", AT)}
    (item,) = evaluate(wanted, known, context())
    assert (item.state, item.observed) == (State.FAIL, "Blocked software is installed: Bad App.")


def test_what_cannot_be_enforced_is_unknown_with_its_reason():
    wanted = Requirements(cloud_backup_forbidden=True)
    (item,) = evaluate(wanted, {}, context(unenforceable={"cloud_backup_forbidden": "Not here."}))
    assert (item.state, item.observed, item.answerable) == (State.UNKNOWN, "Not here.", False)


def test_one_cause_is_one_failure():
    wanted = Requirements(passcode_required=True, encryption_required=True)
    known = passcode(present=False) | {
        posture.ENCRYPTION: Fact(value=False, source="x", observed_at=AT)
    }
    assert states(wanted, known) == {"passcode": State.FAIL, "encryption": State.NOT_APPLICABLE}
    assert states(wanted, known, platform="macos")["encryption"] is State.FAIL


def test_only_the_floor_of_the_own_platform_is_named():
    wanted = Requirements(minimum_os={"ios": "18.0", "android": "13"})
    (item,) = evaluate(wanted, {}, context())
    assert item.expected == "Lowest operating system version: iOS 18"


def test_silence_fails_the_check_in():
    wanted = Requirements(check_in_within_hours=24)
    known = {posture.LAST_SEEN: Fact("x", "check-in", AT - timedelta(days=20))}
    assert states(wanted, known) == {"check_in": State.FAIL}


DECLARED = {
    "payload_of": {"cloud_backup_forbidden": "d.restrictions"},
    "declared": {"cloud_backup_forbidden": "token-2"},
}


@pytest.mark.parametrize(
    ("standing", "state"),
    [
        ({"d.restrictions": "token-2"}, State.PASS),
        ({"d.restrictions": "token-1"}, State.FAIL),
        ({}, State.FAIL),
        ("nonsense", State.UNKNOWN),
    ],
)
def test_a_declaration_counts_in_the_version_that_was_sent_last(standing, state):
    wanted = Requirements(cloud_backup_forbidden=True)
    known = {posture.DECLARED: Fact(standing, "management.declarations", AT)}
    assert states(wanted, known, **DECLARED) == {"cloud_backup_forbidden": state}


def test_a_refusal_is_told_in_the_devices_words():
    wanted = Requirements(cloud_backup_forbidden=True)
    known = {posture.DECLARED: Fact({}, "management.declarations", AT)}
    refusals = {"cloud_backup_forbidden": "The device refused it: no room."}
    (item,) = evaluate(wanted, known, context(**DECLARED, refusals=refusals))
    assert (item.state, item.observed) == (State.FAIL, "The device refused it: no room.")


def test_updates_that_come_by_themselves_answer_for_their_age():
    wanted = Requirements(maximum_patch_age_days=30)
    known = {posture.DECLARED: Fact({"d.updates": "t"}, "management.declarations", AT)}
    by_declaration = {
        "payload_of": {"maximum_patch_age_days": "d.updates"},
        "declared": {"maximum_patch_age_days": "t"},
    }
    assert states(wanted, known, **by_declaration) == {"patch_age": State.PASS}
    assert states(wanted, known) == {"patch_age": State.UNKNOWN}


@pytest.mark.clause("G-10")
def test_a_lower_version_is_no_failure_before_its_day():
    wanted = Requirements(minimum_os={"ios": "18.2"}, minimum_os_within_days=10)
    known = {posture.OS_VERSION: Fact("18.1", "DeviceInformation", AT)}
    (item,) = evaluate(wanted, known, context(update_due_at=AT + timedelta(days=1)))
    day = f"{AT + timedelta(days=1):%B %-d, %Y}"
    assert (item.state, item.observed) == (
        State.PENDING,
        f"Version 18.1. To be updated by {day}.",
    )
    assert states(wanted, known, update_due_at=AT) == {"minimum_os": State.FAIL}
    assert states(wanted, known) == {"minimum_os": State.FAIL}
