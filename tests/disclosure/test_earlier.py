"""Files of requests of before the schedule kept any, and of before it named them."""

from datetime import date, timedelta

import pytest
from django.db import connection

from quartermaster.audit.models import Entry
from quartermaster.disclosure import actions, schedule
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Refused
from quartermaster.records.actions import retention
from quartermaster.records.models import Retained, RetentionSchedule
from tests.factories.disclosure import acknowledged, filed, released
from tests.factories.records import WHY, paul
from tests.factories.retention import approver, in_force, shipped_earlier

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5"), pytest.mark.clause("C-2")]
DAY = timedelta(days=1)
OWN, REST = "open-records-requests", "messages-routine"
TAG = "disclosure.requests.under-retention"


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path, cast):
    settings.DATA = tmp_path
    paul(cast), approver(cast)


def forget(**which):
    """As if it had never been put under retention, which the database lets nobody do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Retained.objects.filter(**which).delete()
        cursor.execute("SET session_replication_role = origin")


def as_earlier_versions_left_it():
    """No file was under retention, and what was released was kept as any document."""
    forget(kind="request")
    Retained.objects.filter(kind="record", series=OWN).update(
        series="documents", due_on=date(2034, 1, 1), happened_on=None
    )


def kept(at, **more):
    return actions.keep_earlier_requests(actor=schedule.HOUSE, at=at, **more)


def of_requests():
    rows = Retained.objects.filter(kind="request").order_by("label")
    return [(row.label, row.series, row.made_on, row.happened_on, row.due_on) for row in rows]


def test_a_request_of_before_is_put_under_retention_with_what_was_released(cast, at):
    package = released(cast, at)
    later, _code = filed(at + DAY)
    outbox.deliver_due(at + DAY)
    as_it_should_be = of_requests()
    as_earlier_versions_left_it()
    schedule.take_steps(at + 2 * DAY)
    assert of_requests() == as_it_should_be
    assert as_it_should_be == [
        (package.request.number, OWN, date(2026, 11, 24), date(2026, 11, 24), date(2029, 11, 24)),
        (later.number, OWN, date(2026, 11, 25), None, None),
    ]
    row = Retained.objects.get(kind="record", subject_id=package.record_id)
    assert (row.series, row.due_on) == (OWN, date(2029, 11, 24))
    assert Entry.objects.get(tag=TAG).data == {"begun": 2, "moved": 0}
    assert (kept(at + 3 * DAY), Entry.objects.filter(tag=TAG).count()) == (0, 1)


def test_an_open_request_of_before_has_its_day_when_it_is_closed(cast, at):
    request = acknowledged(cast, at)
    as_earlier_versions_left_it()
    assert kept(at) == 1
    actions.withdraw(request_id=request.id, reason=WHY, actor=paul(cast), at=at + DAY)
    outbox.deliver_due(at + DAY)
    assert of_requests() == [
        (request.number, OWN, date(2026, 11, 24), date(2026, 11, 25), date(2029, 11, 25))
    ]


def test_many_are_taken_in_turns_the_first_in_front(cast, at):
    numbers = [filed(at + day * DAY)[0].number for day in range(3)]
    as_earlier_versions_left_it()
    assert (kept(at, limit=2), [row[0] for row in of_requests()]) == (2, numbers[:2])
    assert (kept(at, limit=2), [row[0] for row in of_requests()]) == (1, numbers)
    assert kept(at, limit=2) == 0


def test_it_waits_until_what_was_released_is_under_retention_itself(cast, at):
    package = released(cast, at)
    forget()
    assert kept(at) == 0
    retention.keep_earlier_ones(actor=schedule.HOUSE, at=at)
    assert kept(at) == 1
    row = Retained.objects.get(kind="record", subject_id=package.record_id)
    assert (row.series, row.due_on) == (OWN, date(2029, 11, 24))


def test_files_go_from_the_series_of_the_rest_into_their_own_when_it_is_in_force(cast, at):
    shipped_earlier(at, OWN)
    package = released(cast, at)
    chosen, _code = filed(at)
    outbox.deliver_due(at)
    key = Retained.objects.get(subject_id=chosen.id).id
    retention.classify(retained_id=key, series="documents", reason=WHY, actor=paul(cast), at=at)
    assert kept(at) == 0
    assert [(row[1], row[3]) for row in of_requests()] == [(REST, None), ("documents", None)]
    in_force(retention.draft_shipped_series(actor=paul(cast), at=at), cast, at)
    assert (kept(at), kept(at)) == (1, 0)
    assert [(row[1], row[4]) for row in of_requests()] == [
        (OWN, date(2029, 11, 24)),
        ("documents", date(2034, 1, 1)),
    ]
    row = Retained.objects.get(kind="record", subject_id=package.record_id)
    assert (row.series, row.due_on) == (OWN, date(2029, 11, 24))
    assert Entry.objects.get(tag=TAG).data == {"begun": 0, "moved": 1}


def test_the_clock_alone_does_it(cast, at):
    for person in (cast.rex, cast.ida, cast.ana):
        with pytest.raises(Refused):
            actions.keep_earlier_requests(actor=cast.acting(person), at=at)


def test_where_there_is_nothing_the_schedule_is_not_shipped(at):
    assert (kept(at), RetentionSchedule.objects.count()) == (0, 0)
