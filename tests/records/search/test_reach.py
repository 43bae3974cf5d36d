"""Nobody learns of a record that they may not see: not by results, counts, passages or groups."""

import random
from uuid import uuid4

import pytest

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import NOBODY, Actor, RoleHeld, system
from quartermaster.org.roles import EMPLOYEE, Role
from quartermaster.records.models import Record, SearchEntry
from quartermaster.records.rules.capture import Source
from quartermaster.records.search.alike import compare_next
from quartermaster.records.search.beside import alike_to, texts_of, thread_of
from quartermaster.records.search.looking import entries_visible_to
from tests.factories.records import PNG, held, paul
from tests.factories.searching import found, look, told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5"), pytest.mark.clause("G-2")]
SAME = " ".join(f"word{place}" for place in range(40))
ROLES = [EMPLOYEE, *Role]


@pytest.fixture
def archive(cast, at):
    """Of each person some records: alike in words and files, and with words of their own."""
    people = [cast.ana, cast.cole, cast.sue, cast.ida, cast.rex]
    dice = random.Random(5)
    for person in people:
        own = f"only{person.given_name.lower()}"
        for place in range(2):
            told(
                cast.acting(person),
                at,
                f"{SAME} secret {own}",
                content=PNG + bytes([place]),
                about=f"Secret of {person.given_name}",
                source=dice.choice(list(Source)),
            )
    compare_next()
    return people


def actors(cast, people):
    """Actors of every role and of random ones together."""
    dice = random.Random(11)
    for person in people:
        yield cast.acting(person)
        for _ in range(6):
            roles = dice.sample(ROLES, k=dice.randrange(1, 4))
            held_roles = frozenset(RoleHeld(role, person.department_id) for role in roles)
            yield Actor(person.name, person.id, held_roles, frozenset({cast.ana.id}))
    yield Actor("a stranger", uuid4(), frozenset({RoleHeld(EMPLOYEE)}))
    yield NOBODY
    yield system("records")


def test_over_many_reaches_nothing_of_others_is_told(cast, archive):
    for actor in actors(cast, archive):
        every = actor.holds(Role.CUSTODIAN)
        own = [p.id for p in archive if p.id == actor.person_id and actor.holds(EMPLOYEE)]
        seen = Record.objects.all() if every else Record.objects.filter(author__in=own)
        numbers = set(seen.values_list("number", flat=True))
        results = look(actor, "secret", "newest")
        shown = {one.record.number for one in results.results}
        assert shown <= numbers
        assert results.counted.number == len(numbers)
        people = {str(key) for key in seen.values_list("author_id", flat=True)}
        for facet in results.counted.facets:
            assert sum(choice.number for choice in facet.choices) <= len(numbers)
            if facet.key == "person":
                assert {choice.value for choice in facet.choices} == people
        said = " ".join(run.text for one in results.results for p in one.passages for run in p.runs)
        for person in archive:
            if str(person.id) not in people:
                assert f"only{person.given_name.lower()}" not in said
        for one in results.results:
            assert one.alike <= len(numbers) - 1


def test_rex_finds_his_own_and_nothing_else(cast, archive):
    rex = cast.acting(cast.rex)
    own = set(Record.objects.filter(author=cast.rex).values_list("number", flat=True))
    assert set(found(rex, "word1")) | set(found(rex)) <= own
    for words in (
        "onlyana",
        "from:ana",
        "with:pipe from:ana",
        "R-2026-000001",
        "ana",
        "-zzz from:ana",
    ):
        assert found(rex, words) == []
    of_ana = Record.objects.filter(author=cast.ana).first()
    assert (thread_of(rex, of_ana), texts_of(rex, of_ana)) == ([], [])
    assert all(one.author_id == cast.rex.id for one in alike_to(rex, of_ana))


def test_others_of_a_group_are_neither_counted_nor_shown(cast, archive):
    mine = list(look(cast.acting(cast.ana), "secret").results)
    assert [one.alike for one in mine] == [1]
    everybody = look(paul(cast), "secret").results
    assert [one.alike for one in everybody] == [9]
    assert len(alike_to(cast.acting(cast.ana), mine[0].record)) == 1


def test_that_somebody_is_under_a_hold_is_told_to_whoever_may_know(cast, at, archive):
    held(cast, at)
    ana = cast.acting(cast.ana)
    for actor in (ana, cast.acting(cast.rex), cast.acting(cast.sue)):
        assert "held" not in {one.key for one in look(actor).counted.facets}
        for words in ("held:yes", "-held:yes", "held:no"):
            with pytest.raises(InvalidInput, match="legal holds"):
                found(actor, words)
        with pytest.raises(InvalidInput):
            found(actor, held="yes")
    keys = {one.key for one in look(paul(cast)).counted.facets}
    assert "held" in keys


def test_a_department_named_in_a_permit_would_reach_its_people_alone(cast, archive, monkeypatch):
    from quartermaster.kernel.permits import Permit, Scope
    from quartermaster.records.search import looking

    wider = Permit("x", "x", {Role.COORDINATOR: Scope.DEPARTMENT})
    monkeypatch.setattr(looking, "RECORD_VIEW", wider)
    rows = entries_visible_to(cast.acting(cast.cole))
    reached = set(rows.values_list("author__department", flat=True))
    assert reached == {cast.water.id}
    assert not entries_visible_to(cast.acting(cast.rex)).exists()
    assert SearchEntry.objects.exclude(author__department=cast.water).exists()
