"""A record stays as it was saved, whoever writes to the database; two sendings make one record."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, connection, connections, transaction

from quartermaster.records.models import Record, RecordItem
from tests.factories.records import announced, received, saved, saving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5"), pytest.mark.clause("C-2")]
PATIENCE = 30


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_record SET about = 'else'",
        "UPDATE records_record SET digest = repeat('0', 64)",
        "UPDATE records_record SET saved_at = saved_at + interval '1 day'",
        "UPDATE records_record SET residue = 'stays', residue_by = now()",
        "UPDATE records_record SET due_at = now()",
        "DELETE FROM records_record",
        "UPDATE records_recorditem SET name = 'else' WHERE record_id IS NOT NULL",
        "UPDATE records_recorditem SET record_id = NULL, position = NULL",
        "DELETE FROM records_recorditem WHERE record_id IS NOT NULL",
        "UPDATE records_recorditem SET digest = repeat('0', 64) WHERE record_id IS NULL",
        "UPDATE records_announcement SET about = 'else'",
        "UPDATE records_announcement SET state = 'transferred'",
        "DELETE FROM records_announcement",
        "UPDATE files_storedfile SET size = 1",
    ],
)
def test_what_is_written_stays(cast, at, statement):
    saved(cast.acting(cast.ana), at)
    received(cast.acting(cast.ana), at)
    announced(cast, at)
    with (
        pytest.raises((IntegrityError, DataError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_file_is_not_put_into_the_record_of_another(cast, at):
    record = saved(cast.acting(cast.ana), at)
    key = received(cast.acting(cast.rex), at)
    with pytest.raises(IntegrityError, match="of its author"), transaction.atomic():
        RecordItem.objects.filter(key=key).update(record=record, position=9)


def at_once(*works):
    barrier = Barrier(len(works), timeout=PATIENCE)

    def run(work):
        try:
            barrier.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return [item.result(PATIENCE) for item in [pool.submit(run, work) for work in works]]


@pytest.mark.django_db(transaction=True)
def test_a_page_and_its_worker_send_at_once_and_one_record_is_there(cast, at):
    ana = cast.acting(cast.ana)
    item, key = uuid4(), uuid4()
    at_once(*[lambda: received(ana, at, key=item)] * 3)
    assert RecordItem.objects.count() == 1
    numbers = at_once(*[lambda: saving(ana, at, [item], key=key).number] * 3)
    assert set(numbers) == {"R-2026-000001"}
    assert Record.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_leave_no_gap_however_many_save_at_once(cast, at):
    works = []
    for person in (cast.ana, cast.rex, cast.sue, cast.cole):
        actor = cast.acting(person)
        key = received(actor, at)
        works.append(lambda actor=actor, key=key: saving(actor, at, [key]).number)
    assert sorted(at_once(*works)) == [f"R-2026-{number:06}" for number in range(1, 5)]
