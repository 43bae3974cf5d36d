"""What decisions find on a City device, and that a personal one is never looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.compliance.rules.applications import CHECKS, applications
from quartermaster.compliance.rules.checks import Context
from quartermaster.compliance.rules.outcome import State
from quartermaster.inventory.verdicts import Decided, Decisions, Verdict
from quartermaster.mdm.posture import SOFTWARE, Fact
from quartermaster.policy.requirements import Requirements

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
NOTHING = Requirements()
STRICT = Requirements(unknown_sources_forbidden=True)
CASINO = Decided("Lucky Casino", Verdict.BLOCKED, identifier="com.play.casino")
NAMES = Decided("Casinos", Verdict.NEEDS_APPROVAL, name_pattern="*casino*")
CHAT = Decided("Chat", Verdict.ALLOWED, identifier="com.chat", minimum_version="4.2")
KNOWN = Decisions([CASINO, CHAT], AT.date())


def app(identifier, name="", version="1.0", **more):
    return {"identifier": identifier, "name": name, "version": version, **more}


def seen(*listed, decisions=(), wanted=STRICT, at=AT, observed=AT, **more):
    posture = {SOFTWARE: Fact(list(listed), "InstalledApplicationList", observed)}
    context = Context(at=at, **{"platform": "ios", **more})
    found = applications(Decisions(decisions, at.date()), wanted, posture, context)
    return {item.check.removeprefix("application_"): (item.state, item.observed) for item in found}


def fails(*listed, **more):
    return {
        name: said.partition(": ")[2]
        for name, (state, said) in seen(*listed, **more).items()
        if state is State.FAIL
    }


@pytest.mark.clause("G-4")
def test_what_was_decided_against_is_found_by_identifier_and_by_name():
    bet = app("com.bet", "Royal Casino")
    known = (CASINO, NAMES)
    assert fails(app("com.play.CASINO", "Lucky Casino"), bet, app("com.x"), decisions=known) == {
        "decisions": "Lucky Casino (blocked), Royal Casino (needs approval)."
    }
    assert fails({**bet, "managed": True}, decisions=known) == {}  # the City itself brought it
    assert fails(bet, decisions=(NAMES, Decided("Bet", Verdict.ALLOWED, "com.bet"))) == {}
    assert fails(app("com.play.casino"), decisions=()) == {}


@pytest.mark.clause("G-4", "G-10")
def test_a_version_below_the_lowest_is_found_and_an_odd_one_is_not_held_against_anybody():
    assert fails(app("com.chat", "Chat", "4.1.9"), decisions=[CHAT]) == {
        "versions": "Chat 4.1.9 (at least 4.2)."
    }
    for version in ("4.2", "4.10", "5", "beta", ""):
        assert fails(app("com.chat", "Chat", version), decisions=[CHAT]) == {}


@pytest.mark.clause("G-4", "G-3")
def test_what_came_from_elsewhere_is_found_unless_the_city_brought_or_allows_it():
    side = app("org.side", "Side Store", elsewhere=True)
    assert fails(side) == {"origin": "Side Store."}
    assert fails({**side, "managed": True}) == {}
    assert fails(side, decisions=[Decided("Side", Verdict.ALLOWED, "org.side")]) == {}
    assert "origin" not in seen(side, platform="macos")


@pytest.mark.clause("G-1")
def test_a_personal_device_is_not_judged_whatever_is_known():
    listed = app("com.play.casino", "Lucky Casino", "0.1", elsewhere=True)
    assert seen(listed, decisions=[CASINO, NAMES], personal=True) == {}


def test_what_the_requirements_judge_is_not_found_twice():
    wanted = Requirements(blocked_software=frozenset({"com.play.casino"}))
    assert fails(app("com.play.casino"), decisions=[CASINO], wanted=wanted) == {}


def test_a_decision_that_ran_out_finds_nothing():
    over = Decided("x", Verdict.BLOCKED, "com.play.casino", until=date(2026, 11, 25))
    assert fails(app("com.play.casino"), decisions=[over]) == {}


@pytest.mark.clause("C-1")
def test_what_is_not_known_or_too_old_is_held_against_nobody():
    context = Context(at=AT, platform="ios")
    none = applications(KNOWN, STRICT, {}, context)
    assert [item.state for item in none] == [State.UNKNOWN] * len(CHECKS)
    young = Context(at=AT, platform="ios", enrolled_at=AT - timedelta(minutes=5))
    fresh = applications(KNOWN, NOTHING, {}, young)
    assert {item.state for item in fresh} == {State.PENDING}
    old = seen(app("com.play.casino"), decisions=[CASINO], observed=AT - timedelta(days=15))
    assert {state for state, _ in old.values()} == {State.STALE}


def test_what_nobody_asked_for_is_not_judged():
    assert seen(app("com.x", elsewhere=True), wanted=NOTHING) == {}
    assert set(seen(app("com.x"), decisions=[CASINO], wanted=NOTHING)) == {"decisions"}
    assert set(seen(app("com.x"), decisions=[CHAT], wanted=NOTHING)) == {"decisions", "versions"}


def test_many_are_named_in_part():
    listed = [app(f"c{n}", f"Casino {n}") for n in range(8)]
    assert fails(*listed, decisions=[NAMES])["decisions"].endswith("and 3 more.")


def test_every_outcome_names_its_clause_and_a_remedy():
    for item in applications(KNOWN, STRICT, {}, Context(at=AT, platform="ios")):
        assert item.clause == "G-4"
        assert all((item.expected, item.remedy, item.title))
        assert (len(item.check) <= 40, len(item.title) <= 60) == (True, True)


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=8,
)


@given(st.lists(odd | st.fixed_dictionaries({"identifier": odd, "name": odd, "version": odd})))
def test_whatever_a_device_lists_is_judged_or_left_out(listed):
    states = {state for state, _ in seen(*listed, decisions=[CASINO, NAMES, CHAT]).values()}
    assert states <= {State.PASS, State.FAIL}
