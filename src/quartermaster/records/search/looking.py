"""What a search reaches: the entries that the actor may see, first; then words and filters."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, reach
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import departments_below
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import Retained, SearchEntry
from quartermaster.records.permits import HOLD_KNOW, RECORD_VIEW
from quartermaster.records.rules.asking import Leaf
from quartermaster.records.rules.matching import quoted
from quartermaster.records.rules.narrowing import Named, Narrowing, narrowed
from quartermaster.records.rules.texts import phone_lexeme
from quartermaster.records.search.lexing import Compared, Compiled, Ready, compiled, lexed_leaves

_LEXEME = re.compile(r"'(?:[^']|'')*'")
MOST_PEOPLE = 500


@dataclass(frozen=True)
class Looked:
    """What is looked for: words in the language of searches, and what was chosen beside them."""

    words: str = ""
    chosen: Narrowing = field(default_factory=Narrowing)
    order: str = "best"


@dataclass(frozen=True)
class Hits:
    """What a search reaches, before order and pages."""

    actor: Actor
    rows: QuerySet[SearchEntry]
    compiled: Compiled
    query: str
    narrowing: Narrowing

    @property
    def slow(self) -> bool:
        """Whether places of words are compared: what was met is then not compared again."""
        return "<" in self.query


def entries_visible_to(actor: Actor) -> QuerySet[SearchEntry]:
    """The entries of the records that the actor may see; of others nobody learns (G-5)."""
    extent = reach(actor, RECORD_VIEW)
    rows = SearchEntry.objects.all()
    if extent.everything:
        return rows
    if extent.nothing:
        return rows.none()
    seen = Q(author__in=extent.people)
    if extent.departments:
        seen |= Q(author__department__in=extent.departments)
    return rows.filter(seen)


def among(keys: Sequence[UUID]) -> QuerySet[SearchEntry]:
    """The entries of these records, which were let see; the keys are one value of the statement."""
    given = RawSQL("SELECT unnest(%s::uuid[])", [list(keys)])
    return SearchEntry.objects.filter(record__in=given)


def may_know_of_holds(actor: Actor) -> bool:
    return reach(actor, HOLD_KNOW).everything


def hits(actor: Actor, looked: Looked) -> Hits:
    """What the actor may see of what is looked for (G-5).

    Raises:
        InvalidInput: a filter's value makes no sense.
    """
    said = compiled(looked.words)
    narrowing = narrowed(said.asked.filters, looked.chosen)
    rows = _narrow(entries_visible_to(actor), narrowing, actor)
    parts = [said.query] if said.query else []
    for named in narrowing.names:
        rows, part = _by_name(rows, named, actor)
        parts += [part] if part else []
    query = _together(parts)
    if said.gate:
        # an index would go through the places of each word anew for each distance
        rows = rows.filter(searched=Ready(_together([said.gate, *parts[1:]])))
        rows = rows.filter(Compared(Ready(said.query)))
    elif query:
        rows = rows.filter(searched=Ready(query))
    return Hits(actor, rows, said, query, narrowing)


def _together(parts: Sequence[str]) -> str:
    return " & ".join(f"({part})" for part in parts)


def _narrow(rows: QuerySet[SearchEntry], by: Narrowing, actor: Actor) -> QuerySet[SearchEntry]:
    rows = rows.filter(*_conditions(by))
    if by.not_kinds:
        rows = rows.exclude(source__in=sorted(by.not_kinds))
    return rows if by.held is None else _held(rows, actor, held=by.held)


def _conditions(by: Narrowing) -> Iterator[Q]:
    """What each thing that was chosen asks of an entry."""
    given = {
        "source__in": sorted(by.kinds),
        "origin__in": sorted(by.origins),
        "author__in": sorted(by.people),
        "happened_on__gte": by.since,
        "happened_on__lte": by.until,
        "thread": by.thread,
    }
    yield from (Q(**{name: value}) for name, value in given.items() if value)
    if by.devices:
        yield _devices(by.devices)
    if by.departments:
        yield Q(author__in=_working_in(departments_below(set(by.departments))))
    if by.files is not None:
        yield Q(files__gt=0) if by.files else Q(files=0)


def _devices(words: frozenset[str]) -> Q:
    found = Q()
    for word in words:
        if word in {"city", "personal"}:
            found |= Q(ownership=word)
        else:
            found |= Q(device_class="" if word == "none" else word)
    return found


def _held(rows: QuerySet[SearchEntry], actor: Actor, *, held: bool) -> QuerySet[SearchEntry]:
    """By whether its author must keep what they have, for whoever may know of holds."""
    if not may_know_of_holds(actor):
        raise InvalidInput("“held:” is for whoever may know of legal holds.", field="q")
    people = live_keepers().values("person_id")
    return rows.filter(author__in=people) if held else rows.exclude(author__in=people)


def _by_name(
    rows: QuerySet[SearchEntry], named: Named, actor: Actor
) -> tuple[QuerySet[SearchEntry], str]:
    """The rows narrowed by a name, or else a part of the query that does it."""
    if named.key == "with":
        query = _with(named.value)
        return rows, f"!({query})" if query and named.negated else query
    if named.key == "number":
        query = quoted(named.value.lower())
        return rows, f"!{query}" if named.negated else query
    match named.key:
        case "series":
            kept = Retained.objects.filter(kind="record", series__iexact=named.value)
            by = Q(record__in=kept.values("subject_id"))
        case "from":
            by = Q(author__in=people_named(named.value, actor))
        case "department":
            by = Q(author__in=_working_in(_departments(named.value)))
        case _:
            raise InvalidInput(f"“{named.key}:” is not known here.", field="q")
    return (rows.exclude(by) if named.negated else rows.filter(by)), ""


def _with(value: str) -> str:
    """With whom it was: words among those given, or a telephone number anywhere."""
    lexeme = phone_lexeme(value)
    if lexeme:
        return quoted(lexeme)
    leaf = Leaf(value, "phrase")
    words = dict.fromkeys(_LEXEME.findall(lexed_leaves([leaf])[leaf].plain))
    return " & ".join(f"'with:{word[1:]}" for word in words)


def with_whom(name: str) -> Q:
    """The entries of what was with somebody of this name or number."""
    query = _with(name)
    return Q(searched=Ready(query)) if query else Q(pk__in=[])


def people_named(value: str, actor: Actor) -> list[UUID]:
    """Whose records: by name, number or address; ``me`` is whoever asks."""
    if value.casefold() == "me":
        return [actor.person_id] if actor.person_id else []
    rows = Person.objects.all()
    for word in value.split():
        rows = rows.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(email__iexact=word)
            | Q(number__iexact=word)
        )
    return list(rows.values_list("id", flat=True)[:MOST_PEOPLE])


def _working_in(departments: set[UUID]) -> list[UUID]:
    """Who works in these departments, as plain keys: so the planner knows how many."""
    rows = Person.objects.filter(department__in=departments)
    return list(rows.values_list("id", flat=True))


def _departments(value: str) -> set[UUID]:
    rows = Department.objects.filter(Q(code__iexact=value) | Q(name__icontains=value))
    return departments_below(set(rows.values_list("id", flat=True)))
