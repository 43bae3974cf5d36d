"""What a change does, and the redline of two texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.policy.redline import compare
from quartermaster.policy.redline.changes import Change, suggest
from quartermaster.policy.redline.model import Kind, Run

K, D, I = Kind.KEPT, Kind.DELETED, Kind.INSERTED  # noqa: E741 (as a redline marks them)


@pytest.mark.parametrize(
    ("pieces", "change", "reason"),
    [
        ([(K, "As it was.")], Change.NONE, ""),
        ([(I, "All new.")], Change.ADDED, "The clause is new."),
        ([(D, "All gone.")], Change.REMOVED, "The clause is struck."),
        (
            [(K, "It "), (D, "should"), (K, "must not be")],
            Change.STRENGTH,
            "“should” became “must not”: it binds more strictly.",
        ),
        (
            [(K, "It "), (D, "must"), (I, "may"), (K, " be")],
            Change.STRENGTH,
            "“must” became “may”: it binds less strictly.",
        ),
        (
            [(K, "It "), (D, "shall"), (I, "must"), (K, " be")],
            Change.STRENGTH,
            "“shall” became “must”: it binds differently.",
        ),
        (
            [(K, "It "), (I, "may "), (K, "be")],
            Change.STRENGTH,
            "“may” came in: it may bind more or less.",
        ),
        (
            [(D, "Cabinet departments"), (K, "Police")],
            Change.SCOPE,
            "“departments”: it may reach other people or things.",
        ),
        (
            [(K, "for employees"), (I, " and contractors")],
            Change.SCOPE,
            "“contractors”: it may reach other people or things.",
        ),
        ([(D, "They"), (I, "Employees"), (K, " act")], Change.EDITORIAL, "The wording changes."),
        ([(K, "be "), (D, "made"), (K, " aware")], Change.EDITORIAL, "The wording changes."),
        (
            [(K, "a "), (D, "big"), (K, " device "), (D, "should"), (I, "must"), (K, " go")],
            Change.STRENGTH,
            "“should” became “must”: it binds more strictly.",
        ),
    ],
)
@pytest.mark.clause("P-1")
def test_suggestion(pieces, change, reason):
    found = suggest([Run(kind, text) for kind, text in pieces])
    assert (found.change, found.reason) == (change, reason)


@given(st.lists(st.tuples(st.sampled_from(Kind), st.text(max_size=20)), max_size=8))
def test_suggestion_always_answers(pieces):
    assert suggest([Run(kind, text) for kind, text in pieces]).change in Change


@pytest.mark.clause("P-1")
@given(st.text(max_size=120), st.text(max_size=120))
def test_comparison_leads_from_one_text_to_the_other(before, after):
    runs = compare.words(before, after)
    assert "".join(r.text for r in runs if r.kind is not I) == before
    assert "".join(r.text for r in runs if r.kind is not D) == after


def test_texts_too_long_are_compared_whole():
    long = "word " * compare.MOST_WORDS
    assert [run.kind for run in compare.words(long, long + "x")] == [D, I]


def test_clauses_of_both_versions_are_compared_in_place():
    before = {"S-1": "Phones.", "G-1": "One.", "G-2": "Two."}
    after = {"S-1": "Phones.", "G-2": "Two more.", "G-3": "Three."}
    assert [(c.code, c.changed, c.before, c.after) for c in compare.clauses(before, after)] == [
        ("S-1", False, "Phones.", "Phones."),
        ("G-1", True, "One.", ""),
        ("G-2", True, "Two.", "Two more."),
        ("G-3", True, "", "Three."),
    ]


def test_a_sentence_written_anew_is_no_soup_of_words():
    runs = compare.words(
        "We keep the old one here. It stays.", "You drop the new two there. It stays."
    )
    assert [(run.kind, run.text) for run in runs] == [
        (D, "We keep the old one here"),
        (I, "You drop the new two there"),
        (K, ". It stays."),
    ]
