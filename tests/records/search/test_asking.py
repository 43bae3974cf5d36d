"""The language of searches: read without failing, made a query of the database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.rules.asking import (
    All,
    Either,
    Filter,
    Leaf,
    Near,
    Not,
    asked,
    leaves,
)
from quartermaster.records.rules.narrowing import narrowed, span_of
from quartermaster.records.search.lexing import compiled

pytestmark = pytest.mark.clause("G-5")
A, B, C = Leaf("a1"), Leaf("b1"), Leaf("c1")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  -  ", None),
        ("a1", A),
        ("a1 b1", All((A, B))),
        ("a1 OR b1", Either((A, B))),
        ("a1 b1 OR c1", Either((All((A, B)), C))),
        ("a1 (b1 | c1)", All((A, Either((B, C))))),
        ("a1 -b1", All((A, Not(B)))),
        ("-(a1 b1)", Not(All((A, B)))),
        ('"a1 b1" c1', All((Leaf("a1 b1", "phrase"), C))),
        ('"a1 b1', Leaf("a1 b1", "phrase")),
        ("reserv*", Leaf("reserv", "prefix")),
        ("a1 NEAR/3 b1", Near(A, B, 3)),
        ("a1 NEAR b1 c1", All((Near(A, B, 5), C))),
        ("a1 NEAR/99 b1", Near(A, B, 10)),
        ("(a1", A),
        ("a1) b1", All((A, B))),
        ("a1 OR", A),
        ("re: main", All((Leaf("re:"), Leaf("main")))),
        ("(414) 286-3800", Leaf("tel:+14142863800", "phone")),
        ("call 414.286.3800 a1", All((Leaf("call"), Leaf("tel:+14142863800", "phone"), A))),
        ("R-2026-000123", Leaf("R-2026-000123")),
        ("2026-11-25", Leaf("2026-11-25")),
    ],
)
def test_what_is_written_is_read(text, tree):
    assert asked(text) == type(asked(""))(tree, ())


def test_filters_are_of_the_whole_and_words_stay():
    found = asked('valve from:reyes -kind:photo with:"pipe works" after:2026-10 note:x')
    assert found.tree == All((Leaf("valve"), Leaf("note:x")))
    assert found.filters == (
        Filter("from", "reyes"),
        Filter("kind", "photo", negated=True),
        Filter("with", "pipe works"),
        Filter("after", "2026-10"),
    )


@given(st.text(alphabet='ab*-()"|:/ OR NEAR/5 from:kind:é1.', max_size=120) | st.text(max_size=80))
def test_nothing_that_is_written_fails(text):
    found = asked(text)
    assert len(leaves(found.tree, wanted=False)) <= 32


@pytest.mark.django_db
@given(st.text(alphabet="abthe*-()\"|:/\\' ORNEAR5é&!<>", max_size=60))
def test_whatever_is_written_is_a_query_of_the_database(text):
    from django.db import connection

    said = compiled(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsquery::text, %s::tsquery::text", [said.query, said.marks])
        assert len(cursor.fetchone()) == 2


@pytest.mark.django_db
def test_words_that_say_nothing_are_left_out_unless_there_are_no_others():
    assert compiled("the valve").query == compiled("valve").query
    assert compiled("the").query == "'the'"
    assert compiled("valves -the").query == "('valv' | 'valves')"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-2", "2026-02-01", "2026-02-28"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-11-25", "2026-11-25", "2026-11-25"),
    ],
)
def test_a_span_is_a_year_a_month_or_a_day(text, first, last):
    assert tuple(day.isoformat() for day in span_of(text)) == (first, last)


@pytest.mark.parametrize("text", ["soon", "2026-13", "0000", "2026-02-30", "9999"])
def test_what_is_no_date_is_said_so(text):
    with pytest.raises(InvalidInput, match="no date"):
        span_of(text)


def test_filters_narrow_and_say_what_they_take():
    found = narrowed(asked("after:2026-10 before:2026-11-15 kind:chat has:files").filters)
    assert (found.since.isoformat(), found.until.isoformat()) == ("2026-10-01", "2026-11-14")
    assert (found.kinds, found.files) == ({"chat"}, True)
    with pytest.raises(InvalidInput, match="kind"):
        narrowed(asked("kind:nonsense").filters)
    with pytest.raises(InvalidInput, match="yes or no"):
        narrowed(asked("held:perhaps").filters)
