"""Versions of the schedule: drafted by one, put in force by another, and every day follows."""

from datetime import date, timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.org.errors import ProofNeeded
from quartermaster.records import retention as reads
from quartermaster.records.actions import retention
from quartermaster.records.models import RetentionSchedule
from quartermaster.records.rules.retention import Disposition, Period, Terms, Trigger
from tests.factories.records import WHY, paul, saved
from tests.factories.retention import (
    approver,
    ben,
    changed,
    drafted,
    in_force,
    proof,
    retained,
    shipped_earlier,
)
from tests.races import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]
FILES, CODE = "request.file", "open-records-requests"
NEW = Terms(
    code="drone",
    title="Video of drones",
    trigger=Trigger.FISCAL_YEAR,
    period=Period(1),
    basis="Wis. Stat. § 19.21(4)(b)",
    disposition=Disposition.DESTROY,
    sources=("photo",),
)


@pytest.fixture(autouse=True)
def people(cast):
    return paul(cast), approver(cast)


def test_reading_shows_the_shipped_schedule_and_writes_nothing(at):
    version, series = reads.shown_now()
    assert (version.number, version.state, len(series)) == (0, "in_force", 15)
    assert {row.code: row.terms for row in series} == reads.terms_now()
    assert (reads.in_force(), RetentionSchedule.objects.count()) == (None, 0)
    shipped = retention.schedule_now(at=at)
    again, rows = reads.shown_now()
    assert again == shipped
    assert [row.terms for row in rows] == [row.terms for row in series]


def test_the_shipped_schedule_is_in_force_from_the_first_act(at):
    first = retention.schedule_now(at=at)
    assert (first.number, first.state, first.series.count()) == (1, "in_force", 15)
    assert retention.schedule_now(at=at + timedelta(days=1)) == first
    assert RetentionSchedule.objects.count() == 1


def test_a_draft_changes_nothing_until_it_is_in_force_and_says_what_it_would_move(cast, at):
    record = saved(cast.acting(cast.ana), at)
    photo = saved(cast.acting(cast.ana), at, source="photo")
    draft = drafted(cast, at)
    changed(draft, cast, at, "messages-routine", period=Period(0, 0, 1))
    changed(draft, cast, at, "photographs", period=Period(10))
    assert retained(record).due_on == date(2033, 11, 24)
    later = date(2026, 12, 1)
    plan = {row.code: row for row in reads.plan_of(draft, later)}
    assert plan["messages-routine"].earlier == plan["messages-routine"].due_now == 1
    assert (plan["photographs"].later, plan["photographs"].earlier) == (1, 0)
    assert plan["documents"].things == 0
    in_force(draft, cast, at)
    assert retained(record).due_on == date(2026, 11, 25)
    assert retained(photo).due_on == date(2036, 11, 24)
    states = dict(RetentionSchedule.objects.values_list("number", "state"))
    assert states == {1: "superseded", 2: "in_force"}


def test_who_wrote_on_a_draft_does_not_put_it_in_force(cast, at):
    draft = drafted(cast, at)
    given = proof(retention.purpose_of(draft), paul(cast), at)
    with pytest.raises(Refused, match="did not write on it"):
        retention.put_in_force(schedule_id=draft.id, proof=given, actor=paul(cast), at=at)
    with pytest.raises(ProofNeeded):
        retention.put_in_force(schedule_id=draft.id, proof=None, actor=ben(cast), at=at)
    with pytest.raises(ProofNeeded):
        other = proof("something else", ben(cast), at)
        retention.put_in_force(schedule_id=draft.id, proof=other, actor=ben(cast), at=at)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_nobody_else_writes_or_sees_schedules(cast, at):
    draft = drafted(cast, at)
    for person in (cast.ana, cast.rex, cast.ida, cast.cole, cast.sue):
        actor = cast.acting(person)
        with pytest.raises(Refused):
            retention.draft_schedule(note=WHY, actor=actor, at=at)
        with pytest.raises(Refused):
            retention.write_series(schedule_id=draft.id, terms=NEW, actor=actor, at=at)
        with pytest.raises(Refused):
            retention.put_in_force(schedule_id=draft.id, proof=None, actor=actor, at=at)
        assert not reads.schedules_visible_to(actor).exists()
        assert not reads.retained_visible_to(actor).exists()
        assert not reads.series_visible_to(actor).exists()
    with pytest.raises(Refused):
        retention.write_series(schedule_id=draft.id, terms=NEW, actor=ben(cast), at=at)


def test_a_new_series_takes_its_kinds_from_the_others(cast, at):
    draft = drafted(cast, at)
    retention.write_series(schedule_id=draft.id, terms=NEW, actor=paul(cast), at=at)
    assert draft.series.get(code="photographs").sources == []
    with pytest.raises(InvalidInput, match="There is a series with this code"):
        retention.write_series(schedule_id=draft.id, terms=NEW, actor=paul(cast), at=at)
    in_force(draft, cast, at)
    record = saved(cast.acting(cast.ana), at, source="photo")
    assert (retained(record).series, retained(record).due_on) == ("drone", date(2028, 1, 1))


def test_a_series_with_records_is_not_dropped(cast, at):
    record = saved(cast.acting(cast.ana), at)
    draft = drafted(cast, at)
    given = {"schedule_id": draft.id, "actor": paul(cast), "at": at}
    with pytest.raises(Conflict, match="records in this series"):
        retention.drop_series(code="messages-routine", **given)
    retention.drop_series(code="drafts-superseded", **given)
    with pytest.raises(NotFound):
        retention.drop_series(code="drafts-superseded", **given)
    retention.classify(
        retained_id=retained(record).id,
        series="drafts-superseded",
        reason=WHY,
        actor=paul(cast),
        at=at,
    )
    with pytest.raises(Conflict, match="lacks: drafts-superseded"):
        in_force(draft, cast, at)


def test_a_draft_without_a_series_for_the_rest_is_not_put_in_force(cast, at):
    draft = drafted(cast, at)
    changed(draft, cast, at, "messages-routine", sources=("message",))
    with pytest.raises(Conflict, match="No series takes"):
        in_force(draft, cast, at)


def test_there_is_one_draft_and_it_can_be_withdrawn(cast, at):
    draft = drafted(cast, at)
    with pytest.raises(Conflict, match="There is a draft already"):
        drafted(cast, at)
    retention.withdraw_schedule(schedule_id=draft.id, reason=WHY, actor=paul(cast), at=at)
    with pytest.raises(Conflict):
        in_force(draft, cast, at)
    assert drafted(cast, at).number == 3


def test_every_change_is_on_record(cast, at):
    draft = drafted(cast, at)
    changed(draft, cast, at, "documents", period=Period(8))
    in_force(draft, cast, at)
    tags = Entry.objects.filter(tag__startswith="records.schedule").order_by("seq")
    assert list(tags.values_list("tag", flat=True)) == [
        "records.schedule.shipped",
        "records.schedule.drafted",
        "records.schedule.written",
        "records.schedule.in-force",
    ]


def test_an_author_chooses_the_series_of_their_own_records_alone(cast, at):
    record = saved(cast.acting(cast.ana), at)
    given = {"retained_id": retained(record).id, "series": "evidence", "reason": WHY, "at": at}
    for person in (cast.rex, cast.sue, cast.ida, cast.cole):
        with pytest.raises(Refused):
            retention.classify(actor=cast.acting(person), **given)
    row = retention.classify(actor=cast.acting(cast.ana), **given)
    assert (row.series, row.set_by, row.due_on) == ("evidence", "author", None)
    with pytest.raises(InvalidInput, match="in this series already"):
        retention.classify(actor=cast.acting(cast.ana), **given)
    with pytest.raises(InvalidInput, match="no such series"):
        retention.classify(actor=paul(cast), **{**given, "series": "nothing"})
    with pytest.raises(InvalidInput, match="Say why"):
        retention.classify(actor=paul(cast), **{**given, "series": "documents", "reason": " "})


@pytest.mark.django_db(transaction=True)
def test_two_who_look_first_at_once_find_one_schedule(cast, at):
    found = at_once(
        lambda: retention.schedule_now(at=at).id, lambda: retention.schedule_now(at=at).id
    )
    assert len(set(found)) == 1
    assert RetentionSchedule.objects.count() == 1


def test_kinds_that_no_series_names_are_drafted_as_shipped_and_put_in_force_by_another(cast, at):
    first = shipped_earlier(at, CODE)
    unnamed = reads.unnamed_in(first.series.all())
    assert [(row.source, row.offered.code) for row in unnamed] == [(FILES, CODE)]
    assert reads.never_named(unnamed) == unnamed
    draft = retention.draft_shipped_series(actor=paul(cast), at=at)
    assert (draft.state, draft.note) == (
        "draft",
        "Series as shipped, for kinds that no series named",
    )
    assert reads.unnamed_in(draft.series.all()) == []
    own = draft.series.get(code=CODE).terms
    assert (own.period, own.trigger, own.sources) == (Period(3), Trigger.CLOSED, (FILES,))
    assert draft.series.count() == first.series.count() + 1
    with pytest.raises(Refused, match="did not write on it"):
        given = proof(retention.purpose_of(draft), paul(cast), at)
        retention.put_in_force(schedule_id=draft.id, proof=given, actor=paul(cast), at=at)
    in_force(draft, cast, at)
    assert reads.unnamed_in(reads.shown_now()[1]) == []
    with pytest.raises(Conflict, match="no series for what is missing"):
        retention.draft_shipped_series(actor=paul(cast), at=at)
    assert not RetentionSchedule.objects.filter(state="draft").exists()


def test_shipped_series_are_added_to_a_draft_whose_own_terms_stay(cast, at):
    shipped_earlier(at, CODE)
    draft = drafted(cast, at)
    mine = Terms(**{**vars(NEW), "code": CODE, "sources": ("photo",)})
    retention.write_series(schedule_id=draft.id, terms=mine, actor=paul(cast), at=at)
    given = {"draft_id": draft.id, "at": at}
    for person in (cast.rex, cast.ida, cast.ana):
        with pytest.raises(Refused):
            retention.draft_shipped_series(actor=cast.acting(person), **given)
    retention.draft_shipped_series(actor=paul(cast), **given)
    own = draft.series.get(code=CODE).terms
    assert (own.title, own.period, own.sources) == (NEW.title, NEW.period, ("photo", FILES))


def test_what_people_left_out_is_not_asked_of_them_again(cast, at):
    draft = drafted(cast, at)
    changed(draft, cast, at, CODE, sources=())
    in_force(draft, cast, at)
    unnamed = reads.unnamed_in(reads.shown_now()[1])
    assert [row.source for row in unnamed] == [FILES]
    assert reads.never_named(unnamed) == []
