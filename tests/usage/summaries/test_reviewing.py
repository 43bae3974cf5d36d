"""ITMD reviews each month and signs; what is late is a finding against ITMD itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.usage.actions.reviewing import open_reviews, sign_review
from quartermaster.usage.models import Review
from quartermaster.usage.queries.posts import reviews_visible_to
from quartermaster.usage.rules.reviews import POST, REVIEW, Looked
from tests.factories import usage as make

pytestmark = pytest.mark.django_db
HOUSE = system("test")
EIGHTH = datetime(2026, 11, 8, 15, tzinfo=UTC)
ALL = [item.value for item in Looked]


def sign(review, person, cast, at, looked_at=ALL, note=""):
    return sign_review(
        review_id=review.id, looked_at=looked_at, note=note, actor=cast.acting(person), at=at
    )


@pytest.mark.clause("G-9")
def test_a_month_is_opened_once_with_a_day_in_working_days(cast):
    assert open_reviews(actor=HOUSE, at=EIGHTH) == 0  # nothing was ever taken in
    make.line_usage(EIGHTH, holder=cast.ana)
    assert open_reviews(actor=HOUSE, at=EIGHTH - timedelta(days=1)) == 0
    assert open_reviews(actor=HOUSE, at=EIGHTH) == 1
    assert open_reviews(actor=HOUSE, at=EIGHTH) == 0
    review = Review.objects.get()
    assert (review.month, review.due_on) == (date(2026, 10, 1), date(2026, 11, 20))
    assert [m.recipient for m in Message.objects.all()] == [cast.ida.email]


@pytest.mark.clause("G-9")
def test_what_is_late_is_found_told_and_stays_on_record(cast, at):
    review = make.review(at, due_on=date(2026, 11, 23))
    assert open_reviews(actor=HOUSE, at=at) == 1
    assert open_reviews(actor=HOUSE, at=at) == 0
    review.refresh_from_db()
    assert review.overdue_at == at
    assert Entry.objects.filter(tag="usage.review.overdue").count() == 1
    assert Message.objects.get().subject == "Overdue: review the usage of October 2026"
    signed = sign(review, cast.ida, cast, at)
    assert signed.overdue_at == at
    assert Entry.objects.get(tag="usage.review.signed").data["late"] is True


@pytest.mark.clause("G-9")
def test_a_person_signs_what_they_looked_at(cast, at):
    make.line_usage(at, holder=cast.ana)
    review = make.review(at)
    with pytest.raises(InvalidInput, match="Not looked at yet: roaming"):
        sign(review, cast.ida, cast, at, looked_at=[x for x in ALL if x != "abroad"])
    signed = sign(review, cast.ida, cast, at, note="All as usual.")
    assert (signed.state, signed.signed_by, signed.signed_at) == ("signed", cast.ida, at)
    assert signed.figures["lines"] == 1
    assert signed.figures["cost_cents"] == 4500
    assert len(signed.looked) == len(ALL)
    with pytest.raises(Conflict):
        sign(review, cast.ida, cast, at)


def test_something_must_be_said_of_what_stands_out(cast, at):
    for place in range(9):
        make.line_usage(at, number=f"+1414555020{place}")
    make.line_usage(at, holder=cast.ana, kilobytes=90 * 1024**2)
    review = make.review(at)
    with pytest.raises(InvalidInput, match="stands out"):
        sign(review, cast.ida, cast, at, note="ok")
    assert sign(review, cast.ida, cast, at, note="Ana films the mains.").state == "signed"


def test_nobody_else_signs_or_sees_reviews(cast, at):
    review = make.review(at)
    for person in (cast.cole, cast.sue, cast.ana, cast.rex):
        with pytest.raises(Refused):
            sign(review, person, cast, at)
        assert not reviews_visible_to(cast.acting(person)).exists()
    with pytest.raises(Refused, match="person"):
        sign_review(review_id=review.id, looked_at=ALL, note="", actor=HOUSE, at=at)


def test_the_database_asks_for_a_person_and_one_review_a_month(cast, at):
    review = make.review(at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(id=review.id).update(state="signed", signed_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.review(at)


@pytest.mark.parametrize("machine", [REVIEW, POST])
def test_each_state_can_be_reached_and_ends(machine):
    assert machine.reachable() == frozenset(machine.states)
    assert machine.terminal


def test_compliance_is_told_in_the_same_transaction(cast, at):
    make.review(at)
    open_reviews(actor=HOUSE, at=at)
    assert set(Delivery.objects.values_list("tag", flat=True)) <= {"usage.review.overdue"}
