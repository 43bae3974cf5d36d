"""Which decision counts, and what is older: pure, and total on whatever devices report."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.inventory.verdicts import (
    QUESTION,
    Decided,
    Decisions,
    QuestionState,
    Verdict,
    decision_on,
    is_below,
    is_pattern,
    is_version,
)

DAY = date(2026, 11, 25)
A, B, N = Verdict.ALLOWED, Verdict.BLOCKED, Verdict.NEEDS_APPROVAL
numbers = st.lists(st.integers(0, 99), min_size=1, max_size=5)


def on(*decisions, identifier="com.play.casino", name="Lucky Casino", platform="ios", day=DAY):
    found = decision_on(decisions, identifier, name, platform, day)
    return found and found.title


def decided(title, verdict=B, **more):
    return Decided(title, verdict, **more)


@pytest.mark.clause("G-4")
def test_the_closest_decision_counts():
    names = decided("names", B, name_pattern="*casino*")
    everywhere = decided("everywhere", A, identifier="com.play.casino")
    phones = decided("phones", N, identifier="com.play.casino", platform="ios")
    assert on(names) == "names"
    assert on(names, everywhere) == "everywhere"
    assert on(phones, names, everywhere) == "phones"
    assert on(phones, names, everywhere, platform="macos") == "everywhere"
    assert on(phones, identifier="com.other", name="Other") is None


def test_of_two_as_close_the_stricter_counts():
    for order in ((A, B, N), (B, N, A), (N, A, B)):
        assert on(*(decided(v, v, name_pattern="*casino*") for v in order)) == B


def test_capitals_do_not_matter_and_wildcards_work():
    assert on(decided("x", identifier="COM.PLAY.casino")) == "x"
    assert on(decided("x", name_pattern="lucky ?asino")) == "x"
    assert on(decided("x", name_pattern="casino")) is None


def test_a_decision_ends_by_itself():
    made = decided("x", identifier="com.play.casino", until=DAY)
    assert on(made, day=date(2026, 11, 24)) == "x"
    assert on(made) is None


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("*casino*", True),
        ("vpn?pro", True),
        ("*", False),
        ("**a**", False),
        ("ab*", False),
        ("[abc]def", False),
        ("*a*b*c*d*e", False),
        ("", False),
    ],
)
def test_patterns_that_would_find_everything_are_none(text, good):
    assert is_pattern(text) is good


@pytest.mark.parametrize(
    ("version", "minimum", "below"),
    [
        ("4.2", "4.10", True),
        ("4.10", "4.2", False),
        ("4.2", "4.2.0", False),
        ("4.1.9-beta", "4.2", True),
        (" 4.2 ", "4.2", False),
        ("9999999999", "1", None),
        ("1.9999999999", "1.5", None),
        ("1.2.3.4.5.6.7.8.9", "1.2", None),
        ("beta", "1", None),
        ("", "1", None),
        ("1", "x", None),
    ],
)
def test_versions_are_compared_as_numbers(version, minimum, below):
    assert is_below(version, minimum) is below


@given(numbers, numbers)
def test_one_version_is_below_the_other_or_they_are_alike(first, second):
    one, other = (".".join(map(str, item)) for item in (first, second))
    pair = (is_below(one, other), is_below(other, one))
    assert pair in {(True, False), (False, True), (False, False)}
    assert is_below(one, one) is False


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_a_device_reports_is_compared_or_not(version, minimum):
    assert is_below(version, minimum) in {True, False, None}
    assert is_version(minimum) in {True, False}


@given(st.lists(st.sampled_from(Verdict), max_size=6), st.text(max_size=20), st.text(max_size=20))
def test_there_is_one_answer_and_its_order_does_not_matter(verdicts, identifier, name):
    known = [decided(f"{n}", v, name_pattern="*") for n, v in enumerate(verdicts)]
    one = decision_on(known, identifier, name, "ios", DAY)
    other = decision_on(known[::-1], identifier, name, "ios", DAY)
    assert (one is None) == (not known)
    assert one is None or other is None or one.verdict == other.verdict


def test_a_question_is_settled_once():
    assert QUESTION.reachable() == set(QuestionState)
    assert QUESTION.terminal == {QuestionState.ANSWERED, QuestionState.WITHDRAWN}


few = st.sampled_from(["", "com.a", "com.b", "COM.A"])
some = st.builds(
    Decided,
    st.just("x"),
    st.sampled_from(Verdict),
    few,
    st.sampled_from(["*casino*", "a*", "*"]),
    st.sampled_from(["", "ios", "macos"]),
    st.just(""),
    st.sampled_from([None, DAY, date(2027, 1, 1)]),
)
asked = st.tuples(few, st.sampled_from(["Lucky Casino", "a", "A", "b"]), st.just("ios"))


@given(st.lists(some, max_size=8), st.lists(asked, max_size=8))
def test_what_is_remembered_is_what_would_be_said(rows, questions):
    known = Decisions(rows, DAY)
    for question in [*questions, *questions]:
        said, plain = known.on(*question), decision_on(rows, *question, DAY)
        assert (said and (said.rank, said.verdict)) == (plain and (plain.rank, plain.verdict))


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr("quartermaster.inventory.verdicts.MOST_REMEMBERED", 3)
    known = Decisions([decided("x", name_pattern="*casino*")], DAY)
    for number in range(10):
        assert known.on(f"com.{number}", f"Casino {number}", "ios").title == "x"
    assert len(known._known) <= 3
    assert known.on("com.long", "x" * 10**6 + "casino", "ios") is None
