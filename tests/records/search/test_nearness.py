"""Words near each other: the index says where both are, and only there are places compared."""

import itertools
import random

import pytest

from quartermaster.records.models import SearchEntry
from quartermaster.records.rules.asking import asked, leaves
from quartermaster.records.rules.matching import Lexed, gate_of, query_of
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.lexing import Ready
from quartermaster.records.search.looking import hits
from tests.factories.records import paul
from tests.factories.searching import told

pytestmark = pytest.mark.clause("G-5")
A, B, C = "'a'", "'b'", "'c'"


@pytest.mark.parametrize(
    ("words", "gate"),
    [
        ("a NEAR/2 b", f"({A} & {B})"),
        ("a NEAR b c", f"(({A} & {B}) & {C})"),
        ("(a NEAR b) OR c", f"(({A} & {B}) | {C})"),
        ("c -(a NEAR b)", C),
        ("c OR -(a NEAR b)", ""),
        ("-(a NEAR b)", ""),
        ("a b", ""),
        ("a OR b", ""),
        ("", ""),
    ],
)
def test_what_the_index_is_asked_first(words, gate):
    tree = asked(words).tree
    lexed = {leaf: Lexed(f"'{leaf.text}'", f"'{leaf.text}'") for leaf in leaves(tree, wanted=False)}
    assert gate_of(tree, lexed) == gate
    assert bool(query_of(tree, lexed)) == bool(words)


@pytest.mark.django_db
def test_it_finds_what_the_whole_query_finds_alone(cast, at):
    dice = random.Random(7)
    for _ in range(12):
        told(cast.acting(cast.ana), at, " ".join(dice.choices(["valve", "leak", "pump"], k=6)))
    pairs = list(itertools.permutations(["valve", "leak", "pump"], 2))
    for left, right in pairs:
        for form in ("{} NEAR/1 {}", "{} NEAR/3 {} pump", "({} NEAR/2 {}) OR reservoir"):
            for more in ("", " -leak", " -(pump NEAR/1 leak)", " with:pipe", " -with:pipe"):
                found = hits(paul(cast), looked_of(form.format(left, right) + more, {}))
                whole = SearchEntry.objects.filter(searched=Ready(found.query))
                assert set(found.rows.values_list("pk")) == set(whole.values_list("pk"))
                if more in {" with:pipe", " -with:pipe"}:
                    assert "with:" in found.query
