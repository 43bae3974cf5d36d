"""Versions: imported, adopted, in force from a day, superseded, fixed for ever."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import NOBODY
from quartermaster.policy import queries, tasks
from quartermaster.policy.actions import adoption, drafts
from quartermaster.policy.errors import AlreadyImported, VersionNotFound
from quartermaster.policy.events import PolicyAdopted
from quartermaster.policy.models import Clause, PolicyVersion, RelatedPolicy, VersionState
from quartermaster.policy.redline.changes import Change
from quartermaster.policy.rules.versions import VERSION
from tests.factories import word
from tests.factories.policy import AT, FIRST, HOUSE, SECOND, TODAY, adopted, draft


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


pytestmark = pytest.mark.django_db


@pytest.mark.clause("P-1")
def test_draft_has_clauses_marks_and_its_source(cast, at):
    version = draft(actor=cast.acting(cast.ida))
    assert (version.number, version.title, version.state) == (
        1,
        "Mobile Device Management Policy",
        VersionState.DRAFT,
    )
    assert version.imported_by == cast.ida
    assert list(queries.pieces_of(version)) == list(queries.proposal_of(version).pieces)
    assert [(c.code, c.number, c.change) for c in version.clauses.all()] == [
        ("P-1", "", "editorial"),
        ("S-1", "", "none"),
        ("S-2", "", "none"),
        ("S-3", "", "scope"),
        ("G-1", "1", "none"),
        ("G-2", "2", "none"),
        ("G-3", "3", "strength"),
    ]
    assert version.clauses.get(code="S-3").text == "Police and fire are excluded."
    assert "~~" not in version.text_current
    assert "should" not in version.text_current
    assert not version.insertions_marked
    assert queries.source_of(HOUSE, version.id)[1] == FIRST.encode()
    assert version.missing_clauses[:2] == ["G-4", "G-5"]


def test_same_file_twice_is_refused_until_withdrawn(cast, at):
    version = draft()
    with pytest.raises(AlreadyImported):
        draft()
    drafts.withdraw(version_id=version.id, actor=HOUSE, at=at)
    assert draft().number == 2


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_import_and_adopt(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    with pytest.raises(Refused):
        draft("no parser ever sees ~~this", actor=actor)
    version = draft()
    with pytest.raises(Refused):
        adoption.adopt(
            version_id=version.id, adopting_body="Me", in_force_on=TODAY, actor=actor, at=at
        )
    with pytest.raises(Refused):
        drafts.withdraw(version_id=version.id, actor=actor, at=at)
    with pytest.raises(Refused):
        queries.preview(actor, FIRST.encode())


def test_drafts_are_hidden_from_the_city(cast, at):
    adopted_one, draft_one = adopted(), draft(SECOND)
    rex, ida = cast.acting(cast.rex), cast.acting(cast.ida)
    assert list(queries.versions_visible_to(rex)) == [adopted_one]
    assert set(queries.versions_visible_to(ida)) == {adopted_one, draft_one}
    with pytest.raises(VersionNotFound):
        queries.version_for(rex, draft_one.id)
    with pytest.raises(VersionNotFound):
        queries.source_of(rex, draft_one.id)


@pytest.mark.clause("P-1")
def test_adoption_is_recorded_and_told(cast, at, monkeypatch):
    told = []
    monkeypatch.setattr("quartermaster.jobs.acts.enqueue", lambda events, when: told.extend(events))
    ida = cast.acting(cast.ida)
    version = adopted(actor=ida)
    assert (version.state, version.adopted_by, version.adopted_at, version.in_force_on) == (
        VersionState.ADOPTED,
        cast.ida,
        at,
        TODAY,
    )
    assert told == [PolicyAdopted(version.id, "mobile-devices", 1, TODAY)]
    entry = Entry.objects.get(tag="policy.version.adopted")
    assert entry.data["confirmed"] == ["P-1", "S-3", "G-3"]
    assert entry.data["text"] == version.text_digest
    assert version.clauses.get(code="G-3").change_confirmed_by == cast.ida


@pytest.mark.clause("P-1")
def test_version_to_come_takes_over_on_its_day(cast, at):
    first = adopted()
    later = adopted(SECOND, in_force_on=TODAY + timedelta(days=10), at=at + timedelta(days=1))
    assert queries.version_in_force(at) == first
    assert list(queries.versions_to_come(at)) == [later]
    assert queries.in_force_until(first) == later.in_force_on
    assert queries.in_force_until(later) is None

    # in Chicago a day begins six hours after it does in UTC
    midnight = at.replace(month=12, day=4, hour=6)
    assert queries.version_in_force(midnight - timedelta(seconds=1)) == first
    assert queries.version_in_force(midnight) == later

    assert adoption.supersede_due(actor=HOUSE, at=midnight - timedelta(seconds=1)) == 0
    assert adoption.supersede_due(actor=HOUSE, at=midnight) == 1
    assert adoption.supersede_due(actor=HOUSE, at=midnight) == 0
    first.refresh_from_db()
    assert (first.state, first.ended_at) == (VersionState.SUPERSEDED, midnight)
    assert queries.version_in_force(at) == first


def test_nothing_is_in_force_before_the_first(cast, at):
    assert queries.version_in_force(at) is None
    adopted(in_force_on=TODAY + timedelta(days=1))
    assert queries.version_in_force(at) is None


@pytest.mark.parametrize("days", [-1, 0])
def test_version_must_begin_after_the_one_before(cast, at, days):
    adopted()
    with pytest.raises(InvalidInput, match="in force from 2026-11-24 already"):
        adopted(SECOND, in_force_on=TODAY + timedelta(days=days))
    assert PolicyVersion.objects.filter(state=VersionState.ADOPTED).count() == 1


def test_database_admits_one_version_a_day(cast, at):
    adopted()
    second = draft(SECOND)
    with pytest.raises(DatabaseError, match="policy_one_version_in_force_a_day"):
        PolicyVersion.objects.filter(id=second.id).update(
            state="adopted", adopted_at=at, adopting_body="Council", in_force_on=TODAY
        )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"adopting_body": "  "}, "Name the body"),
        ({"acknowledgement_days": 0}, "1 to 365 days"),
        ({"in_force_on": date(202, 1, 1)}, "slip of the pen"),
    ],
)
def test_adoption_needs_sound_facts(cast, at, change, message):
    facts = {"adopting_body": "Council", "in_force_on": TODAY} | change
    with pytest.raises(InvalidInput, match=message):
        adoption.adopt(version_id=draft().id, actor=HOUSE, at=at, **facts)


def test_adopted_and_withdrawn_versions_take_no_more_verbs(cast, at):
    version = adopted()
    facts = {"version_id": version.id, "actor": HOUSE, "at": at}
    with pytest.raises(Conflict):
        adoption.adopt(adopting_body="Council", in_force_on=TODAY, **facts)
    with pytest.raises(Conflict):
        drafts.withdraw(**facts)
    with pytest.raises(Conflict):
        drafts.remap(corrections={}, **facts)
    with pytest.raises(Conflict):
        drafts.confirm_change(code="G-3", change=Change.SCOPE, **facts)


@pytest.mark.clause("P-1")
@pytest.mark.parametrize(
    ("model", "verb"),
    [
        (PolicyVersion, lambda rows: rows.update(text_current="x")),
        (PolicyVersion, lambda rows: rows.update(in_force_on=date(2027, 1, 1))),
        (PolicyVersion, lambda rows: rows.update(state="draft")),
        (PolicyVersion, lambda rows: rows.update(state="withdrawn")),
        (PolicyVersion, lambda rows: rows._raw_delete("default")),
        (Clause, lambda rows: rows.filter(code="G-3").update(text="x")),
        (Clause, lambda rows: rows.filter(code="G-3").delete()),
        (RelatedPolicy, lambda rows: rows.update(title="x")),
    ],
)
def test_database_refuses_to_change_an_adopted_policy(cast, at, model, verb):
    version = draft(related=[drafts.Related("E-mail policy", "https://city.example/email")])
    adoption.adopt(
        version_id=version.id, adopting_body="Council", in_force_on=TODAY, actor=HOUSE, at=at
    )
    with (
        pytest.raises(DatabaseError, match="An adopted policy is never"),
        transaction.atomic(),
    ):
        verb(model.objects.all())


def test_database_refuses_a_clause_more(cast, at):
    version = adopted()
    with pytest.raises(DatabaseError, match="never changed"):
        Clause.objects.create(
            version=version, code="G-9", order=99, text="x", runs=[], change="none"
        )


def test_clauses_are_corrected_while_a_draft(cast, at):
    version = draft()
    before = version.text_digest
    keys = {piece.code: piece.key for piece in queries.pieces_of(version)}
    fixed = drafts.remap(
        version_id=version.id, corrections={keys["G-2"]: "G-9"}, actor=HOUSE, at=at
    )
    assert [c.code for c in fixed.clauses.all()][-3:] == ["G-1", "G-9", "G-3"]
    assert fixed.text_digest != before
    for wrong in ({"99": "G-1"}, {keys["G-1"]: "g1"}, dict.fromkeys(keys.values(), "")):
        with pytest.raises(InvalidInput):
            drafts.remap(version_id=version.id, corrections=wrong, actor=HOUSE, at=at)


def test_change_is_judged_by_a_person(cast, at):
    version = draft()
    ida = cast.acting(cast.ida)
    clause = drafts.confirm_change(
        version_id=version.id, code="S-3", change=Change.EDITORIAL, actor=ida, at=at
    )
    assert (clause.change, clause.change_confirmed_by) == ("editorial", cast.ida)
    with pytest.raises(VersionNotFound):
        drafts.confirm_change(
            version_id=version.id, code="G-12", change=Change.SCOPE, actor=ida, at=at
        )


@pytest.mark.clause("G-1")
def test_related_policies_pass_on_to_the_next_version(cast, at):
    related = [drafts.Related("E-mail policy", "https://city.example/email")]
    first = draft(related=related)
    adoption.adopt(
        version_id=first.id, adopting_body="Council", in_force_on=TODAY, actor=HOUSE, at=at
    )
    second = draft(SECOND)
    assert [r.url for r in second.related.all()] == ["https://city.example/email"]
    drafts.set_related(version_id=second.id, related=[], actor=HOUSE, at=at)
    assert second.related.count() == 0
    for bad in ([*related, *related], [drafts.Related("x", "javascript:alert(1)")]):
        with pytest.raises(InvalidInput):
            drafts.set_related(version_id=second.id, related=bad, actor=HOUSE, at=at)


@pytest.mark.clause("P-1")
def test_clause_ids_follow_their_text_to_another_number(cast, at):
    first, second = adopted(), draft(SECOND)
    assert {c.code: c.number for c in second.clauses.all() if c.number} == {
        "G-1": "1",
        "G-2": "3",
        "G-3": "4",
    }
    assert [p.text for p in queries.proposal_of(second).unmapped] == [
        "Personal devices never hold the only copy of a record."
    ]
    changes = {c.code: c for c in queries.compared(first, second) if c.changed}
    assert list(changes) == ["S-1", "G-3"]
    assert [(run.kind.value, run.text) for run in changes["G-3"].runs] == [
        ("kept", "Devices must have a passcode"),
        ("inserted", " of eight digits"),
        ("kept", "."),
    ]


def test_machine_ends_where_it_should():
    assert VERSION.terminal == {VersionState.SUPERSEDED, VersionState.WITHDRAWN}
    assert VERSION.reachable() == set(VersionState)


@given(st.lists(st.sampled_from(["adopt", "withdraw", "supersede"]), max_size=6))
def test_a_draft_is_left_once(verbs):
    state, left = VersionState.DRAFT, 0
    for verb in verbs:
        try:
            after = VERSION.target(verb, state)
        except Conflict:
            continue
        left += state == VersionState.DRAFT
        assert after != VersionState.DRAFT
        state = VersionState(after)
    assert left <= 1


def test_judgements_outlive_a_correction_of_other_clauses(cast, at):
    version = draft()
    facts = {"version_id": version.id, "actor": cast.acting(cast.ida), "at": at}
    drafts.confirm_change(code="G-3", change=Change.SCOPE, **facts)
    keys = {piece.code: piece.key for piece in queries.pieces_of(version)}
    drafts.remap(corrections={keys["G-2"]: "G-9"}, **facts)
    clause = version.clauses.get(code="G-3")
    assert (clause.change, clause.change_confirmed_by) == ("scope", cast.ida)


def test_what_is_not_there_is_not_found(cast, at):

    nowhere = {"version_id": new_id(), "actor": HOUSE, "at": at}
    with pytest.raises(VersionNotFound):
        drafts.withdraw(**nowhere)
    with pytest.raises(VersionNotFound):
        adoption.adopt(adopting_body="Council", in_force_on=TODAY, **nowhere)
    assert not queries.versions_visible_to(NOBODY).exists()
    assert queries.in_force_until(draft()) is None
    assert queries.version_before(PolicyVersion.objects.get()) is None


def test_text_without_any_clause_is_no_policy(cast):
    with pytest.raises(InvalidInput, match="No paragraph"):
        draft("1. An item in no section at all.")
    assert PolicyVersion.objects.count() == 0


def test_related_policies_are_bounded(cast, at):
    many = [drafts.Related(f"Policy {n}", f"https://city.example/{n}") for n in range(21)]
    with pytest.raises(InvalidInput, match="20 related policies at most"):
        draft(related=many)
    assert PolicyVersion.objects.count() == 0


def test_document_without_a_title_is_named_after_its_file(cast):
    text = "General Policy\n\n1. A first item of the policy.\n"
    assert draft("1. Before everything.\n\n" + text).title == "policy.md"


def test_a_word_document_becomes_a_version(cast):

    content = word.docx(
        word.paragraph(word.text("Phone "), word.inserted("Policy"), style="Title"),
        word.paragraph(word.text("Enforcement"), style="Heading1"),
        word.paragraph(
            word.text("It "), word.deleted("may"), word.inserted("must"), word.text(" be so.")
        ),
    )
    version = drafts.import_draft(content=content, name="a.docx", actor=HOUSE, at=AT)
    assert (version.source_kind, version.title, version.insertions_marked) == (
        "word",
        "Phone Policy",
        True,
    )
    assert version.source.media_type.endswith("wordprocessingml.document")
    assert version.clauses.get(code="E-1").text == "It must be so."


def test_the_clock_turns_versions_over(cast, monkeypatch):

    first = adopted()
    adopted(SECOND, in_force_on=TODAY + timedelta(days=1))
    monkeypatch.setattr(tasks, "now", lambda: AT + timedelta(days=2))
    tasks.turn_versions(0)
    first.refresh_from_db()
    assert first.state == VersionState.SUPERSEDED
