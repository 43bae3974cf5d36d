"""Acknowledgement: asked at adoption, given once, missing until then."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import NotFound, Refused
from quartermaster.org.models import Person, Standing
from quartermaster.policy import queries
from quartermaster.policy.actions import acknowledgements, adoption
from quartermaster.policy.errors import NotYours, TextMoved, VersionNotFound
from quartermaster.policy.events import PolicyAcknowledged
from quartermaster.policy.models import (
    Acknowledgement,
    AcknowledgementRequest,
    Adoption,
    Reminder,
)
from quartermaster.policy.queries import DepartmentCount
from quartermaster.policy.rules import acknowledgements as rules
from quartermaster.policy.rules.acknowledgements import ReminderKind
from tests.cast import AT
from tests.factories.policy import HOUSE, SECOND, TODAY, adopted, draft


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


pytestmark = pytest.mark.django_db
DAYS = timedelta(days=14)


def take(cast, person, version, at):
    return acknowledgements.acknowledge(
        version_id=version.id, text_digest=version.text_digest, actor=cast.acting(person), at=at
    )


@pytest.fixture
def officer(police):
    return Person.objects.create(
        number="2001",
        given_name="Pat",
        family_name="Oduya",
        email="pat@city.example",
        department=police,
    )


@pytest.mark.clause("S-2")
def test_everybody_bound_is_asked_at_adoption(cast, at, officer):
    version = adopted()
    requests = AcknowledgementRequest.objects.filter(version=version)
    assert {r.person for r in requests} == {cast.ana, cast.cole, cast.sue, cast.ida, cast.rex}
    assert {(r.asked_at, r.due_at) for r in requests} == {(at, at + DAYS)}
    assert list(
        Reminder.objects.filter(request__person=cast.ana).values_list("kind", "due_at")
    ) == [
        ("first", at),
        ("repeat", at + timedelta(days=7)),
        ("repeat", at + timedelta(days=13)),
        ("overdue", at + DAYS),
    ]


@pytest.mark.clause("S-2")
def test_acknowledging_settles_what_is_due(cast, at, monkeypatch):
    version = adopted()
    told = []
    monkeypatch.setattr("quartermaster.jobs.acts.enqueue", lambda events, when: told.extend(events))
    due = queries.acknowledgement_due(cast.ana.id, at)
    assert (due.version, due.due_at, due.overdue) == (version, at + DAYS, False)
    assert queries.acknowledgement_due(cast.ana.id, at + DAYS).overdue

    row = take(cast, cast.ana, version, at)
    assert (row.person, row.text_digest, row.at, row.way) == (
        cast.ana,
        version.text_digest,
        at,
        "page",
    )
    assert queries.acknowledgement_due(cast.ana.id, at) is None
    assert take(cast, cast.ana, version, at + DAYS) == row
    assert told == [PolicyAcknowledged(cast.ana.id, version.id)]
    assert Entry.objects.filter(tag="policy.version.acknowledged").count() == 1


@pytest.mark.clause("P-1")
def test_a_new_version_asks_anew_and_shows_what_changed(cast, at):
    first = adopted()
    take(cast, cast.ana, first, at)
    later = at + timedelta(days=30)
    second = adopted(SECOND, in_force_on=TODAY + timedelta(days=40), at=later)

    assert queries.acknowledgement_due(cast.ana.id, later) is None
    coming = queries.my_acknowledgement(cast.ana.id, later)
    assert (coming.version, coming.overdue) == (second, False)
    assert coming.due_at.date() == TODAY + timedelta(days=54)
    in_force = at + timedelta(days=41)
    assert queries.acknowledgement_due(cast.ana.id, in_force).version == second

    changes = queries.what_changed_for(cast.ana.id, second)
    assert (changes.since, changes.acknowledged) == (first, True)
    assert [change.code for change in changes.clauses] == ["S-1", "G-3"]
    assert queries.what_changed_for(cast.rex.id, second).acknowledged is False
    assert queries.what_changed_for(cast.rex.id, first) is None

    take(cast, cast.ana, second, later)  # early is welcome
    assert queries.acknowledgement_due(cast.ana.id, in_force) is None


@pytest.mark.clause("S-2")
def test_only_the_text_that_was_shown_is_acknowledged(cast, at):
    version = adopted()
    with pytest.raises(TextMoved):
        acknowledgements.acknowledge(
            version_id=version.id, text_digest="0" * 64, actor=cast.acting(cast.ana), at=at
        )
    with pytest.raises(VersionNotFound):
        take(cast, cast.ana, draft(SECOND), at)
    with pytest.raises(Refused):
        acknowledgements.acknowledge(
            version_id=version.id, text_digest=version.text_digest, actor=HOUSE, at=at
        )
    with pytest.raises(DatabaseError, match="Only the text"):
        Acknowledgement.objects.create(
            person=cast.ana, version=version, text_digest="0" * 64, at=at, way="page"
        )


@pytest.mark.clause("S-2")
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_database_keeps_acknowledgements(cast, at, verb):
    row = take(cast, cast.ana, adopted(), at)
    chosen = Acknowledgement.objects.filter(id=row.id)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        chosen.update(way="paper") if verb == "update" else chosen.delete()


@pytest.mark.clause("S-3")
def test_excluded_departments_are_not_asked_until_they_adopt(cast, at, officer, police):
    version = adopted()
    assert queries.acknowledgement_due(officer.id, at) is None
    with pytest.raises(NotYours):
        take(cast, officer, version, at)

    Adoption.objects.create(
        department=police, clauses=["G-3"], decided_on=TODAY, decided_by=cast.ida, changed_at=at
    )
    assert queries.acknowledgement_due(officer.id, at).version == version
    assert acknowledgements.ask_newcomers(actor=HOUSE, at=at) == 1
    take(cast, officer, version, at)


@pytest.mark.clause("S-2")
def test_newcomers_are_asked_and_leavers_are_not_missed(cast, at):
    version = adopted()
    later = at + timedelta(days=60)
    new = Person.objects.create(
        number="3001",
        given_name="Noa",
        family_name="Brandt",
        email="noa@city.example",
        department=cast.library,
    )
    cast.ana.standing, cast.ana.separated_on = Standing.SEPARATED, later.date()
    cast.ana.save()
    assert acknowledgements.ask_newcomers(actor=HOUSE, at=later) == 1
    assert acknowledgements.ask_newcomers(actor=HOUSE, at=later) == 0
    assert queries.acknowledgement_due(new.id, later).due_at == later + DAYS
    assert queries.acknowledgement_due(cast.ana.id, later) is None
    missing = queries.missing_visible_to(HOUSE, version, later)
    assert set(missing) == {cast.cole, cast.sue, cast.ida, cast.rex, new}


@pytest.mark.clause("S-2")
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", {"ana"}),
        ("cole", {"ana", "cole", "sue"}),
        ("sue", {"ana", "sue"}),
        ("ida", {"ana", "cole", "sue", "ida", "rex"}),
        ("rex", {"rex"}),
    ],
)
def test_who_is_missing_is_trimmed(cast, at, who, seen):
    version = adopted()
    actor = cast.acting(getattr(cast, who))
    people = {getattr(cast, name) for name in seen}
    assert set(queries.missing_visible_to(actor, version, at)) == people
    assert {r.person for r in queries.requests_visible_to(actor)} == people
    for person in people:
        take(cast, person, version, at)
    assert {a.person for a in queries.acknowledgements_visible_to(actor)} == people
    assert not queries.missing_visible_to(actor, version, at).exists()


@pytest.mark.clause("S-2")
def test_missing_by_department(cast, at):
    version = adopted()
    take(cast, cast.sue, version, at)
    counts = queries.missing_by_department(HOUSE, version, at + DAYS)
    assert counts == (
        DepartmentCount(cast.itmd.id, cast.itmd.name, 1, 1, 1),
        DepartmentCount(cast.library.id, cast.library.name, 1, 1, 1),
        DepartmentCount(cast.water.id, cast.water.name, 3, 2, 2),
    )
    assert counts[2].acknowledged == 1
    assert queries.missing_by_department(cast.acting(cast.rex), version, at) == (
        DepartmentCount(cast.library.id, cast.library.name, 1, 1, 0),
    )


def test_paper_is_recorded_by_those_who_may(cast, at):
    version = adopted()
    facts = {"version_id": version.id, "person_id": cast.ana.id, "at": at}
    for stranger in (cast.rex, cast.ana, cast.sue):
        with pytest.raises(Refused):
            acknowledgements.record_on_paper(actor=cast.acting(stranger), **facts)
    row = acknowledgements.record_on_paper(actor=cast.acting(cast.cole), **facts)
    assert (row.way, row.recorded_by) == ("paper", cast.cole)
    with pytest.raises(Refused):
        acknowledgements.record_on_paper(
            version_id=version.id, person_id=cast.rex.id, actor=cast.acting(cast.cole), at=at
        )


@pytest.mark.clause("G-1")
def test_related_policies_are_acknowledged_with_it(cast, at):
    related = [{"title": "E-mail policy", "url": "https://city.example/email"}]
    front = "---\nrelated:\n  - {title: E-mail policy, url: 'https://city.example/email'}\n---\n"
    version = draft(front + SECOND)
    adoption.adopt(
        version_id=version.id, adopting_body="Council", in_force_on=TODAY, actor=HOUSE, at=at
    )
    assert take(cast, cast.ana, version, at).related == related


@given(st.integers(1, 365), st.integers(0, 400))
def test_reminders_never_crowd(days, ahead):
    due_at = rules.deadline(AT, AT + timedelta(days=ahead), days)
    planned = rules.plan(AT, due_at)
    assert planned[0] == rules.Planned(ReminderKind.FIRST, AT)
    assert planned[-1] == rules.Planned(ReminderKind.OVERDUE, due_at)
    pauses = [b.due_at - a.due_at for a, b in pairwise(planned)]
    assert min(pauses) >= min(rules.LAST_CALL, due_at - AT)


def test_nobody_and_nothing_to_acknowledge(cast, at):
    assert queries.my_acknowledgement(cast.ana.id, at) is None
    version = adopted()
    assert queries.my_acknowledgement(cast.ana.id, at).version == version
    take(cast, cast.ana, version, at)
    assert queries.my_acknowledgement(cast.ana.id, at) is None
    with pytest.raises(NotFound):
        acknowledgements.record_on_paper(
            version_id=version.id, person_id=version.id, actor=HOUSE, at=at
        )
