"""Retention over the API: read by who may see it, nothing for others."""

import pytest

from tests.cast import AT
from tests.factories.records import custodian, saved
from tests.factories.retention import YEARS, executed, retained

READ = "retention:read"
pytestmark = pytest.mark.clause("C-2")


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def test_the_custodian_reads_schedule_things_and_batches(cast, at, call):
    record = saved(cast.acting(cast.ana), at)
    batch = executed(cast, AT + YEARS)
    paul = custodian(cast)
    schedule = call(paul, "retention-schedule", READ).json()
    assert (schedule["number"], len(schedule["series"])) == (1, 15)
    (thing,) = call(paul, "retained?standing=destroyed", READ).json()["items"]
    assert (thing["label"], thing["series"]) == (record.number, "messages-routine")
    assert call(paul, "retained?series=evidence", READ).json()["items"] == []
    assert call(paul, "retained?due_until=2030-01-01", READ).json()["items"] == []
    (row,) = call(paul, "disposal-batches?state=certified", READ).json()["items"]
    assert (row["number"], len(row["certificate_digest"])) == (batch.number, 64)
    (entry,) = call(paul, f"disposal-batches/{batch.id}/entries", READ).json()["items"]
    assert (entry["digest"], entry["retained_id"]) == (record.digest, str(retained(record).id))


def test_nobody_else_reads_anything(cast, at, call):
    saved(cast.acting(cast.ana), at)
    batch = executed(cast, AT + YEARS)
    for who in (cast.ana, cast.ida, cast.rex, cast.cole, cast.sue):
        assert call(who, "retention-schedule", READ).status_code == 404
        assert call(who, "retained", READ).json()["items"] == []
        assert call(who, "disposal-batches", READ).json()["items"] == []
        assert call(who, f"disposal-batches/{batch.id}/entries", READ).status_code == 404
