"""Many rows at once: the same rows as by INSERT, all or none."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.bulk import WORTH_IT, insert_many

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 25, 12, 30, 0, 123456, tzinfo=UTC)
AWKWARD = 'tab\tline\nback\\slash "quoted" \\N ünïcode'


class Tag(StrEnum):
    ODD = "odd"


def entry(number, **more):
    return Entry(
        **{
            "seq": number,
            "at": AT,
            "tag": AWKWARD,
            "actor_label": "",
            "actor_id": None,
            "subject_kind": "x",
            "subject_id": str(number),
            "data": {"said": AWKWARD, "list": [1, None, True]},
            "previous": bytes([number]) * 32,
            "digest": b"\x00\\\n\t\xff",
            "seal": b"",
            **more,
        }
    )


def values():
    return [
        {**row, **{name: bytes(row[name]) for name in ("previous", "digest", "seal")}}
        for row in Entry.objects.order_by("seq").values()
    ]


# what stands as it is in the database, and what must be turned into what the database takes
MORE = [
    {},
    {"tag": Tag.ODD},
    {"actor_id": str(UUID(int=7))},
    {"actor_id": UUID(int=7), "seal": memoryview(b"seal")},
    {"at": AT.astimezone()},
]


@pytest.mark.parametrize("count", [0, 1, WORTH_IT, 3 * WORTH_IT])
@pytest.mark.parametrize("more", MORE, ids=lambda more: "-".join(more) or "plain")
def test_the_rows_are_those_that_insert_would_make(count, more):
    def rows():
        return [entry(number + 1, **(more if number % 2 else {})) for number in range(count)]

    with transaction.atomic():
        Entry.objects.bulk_create(rows())
        expected = values()
        transaction.set_rollback(True)
    made = insert_many(rows())
    assert values() == expected
    assert len(made) == count
    assert all(not item._state.adding for item in made)


def test_one_row_that_the_database_refuses_takes_all_with_it():
    rows = [entry(number + 1) for number in range(WORTH_IT)]
    with pytest.raises(IntegrityError, match="audit_seq_positive"):
        insert_many([*rows, entry(0)])
    assert Entry.objects.count() == 0  # and the transaction goes on


def test_the_database_counts_the_keys_that_it_counts_itself():
    made = [
        Delivery(tag="t", handler=str(number), payload={}, happened_at=AT, due_at=AT)
        for number in range(WORTH_IT)
    ]
    insert_many(made)
    keys = list(Delivery.objects.order_by("id").values_list("id", "handler"))
    assert [name for _, name in keys] == [str(number) for number in range(WORTH_IT)]
    assert len({key for key, _ in keys}) == WORTH_IT
