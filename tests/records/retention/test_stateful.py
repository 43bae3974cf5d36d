"""Whatever people and the clock do, in whatever order: what is held or asked for is not destroyed.

What must stay is reckoned apart from the house; what is gone must be gone everywhere.
"""

from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from quartermaster.disclosure import actions as disclosure
from quartermaster.files.queries import read_file
from quartermaster.files.stores import current
from quartermaster.kernel.errors import HouseError
from quartermaster.records import schedule
from quartermaster.records.actions import disposal, retention
from quartermaster.records.actions.archive import audit_archive
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.models import ArchiveFault, DisposalBatch, Record, Retained
from quartermaster.records.rules.retention import Period
from tests.factories.disclosure import acknowledged
from tests.factories.records import WHY, held, paul, saved
from tests.factories.retention import (
    approved,
    approver,
    ben,
    changed,
    drafted,
    in_force,
    proof,
    retained,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2"), pytest.mark.clause("G-5")]
YEAR = timedelta(days=366)
SERIES = ("messages-routine", "evidence", "voicemail-transitory", "proceedings")


class World:
    """Ana's and Sue's records; each with a word of its own that is nowhere else."""

    def __init__(self, cast, at, folder):
        self.cast, self.at, self.folder = cast, at, folder
        self.paul, self.ben = paul(cast), ben(cast)
        self.records, self.bytes, self.holds = {}, {}, {}
        self.open_requests = {}
        for person in (cast.ana, cast.sue):
            self._save(person)

    # what people and the clock do

    def _save(self, person):
        word = f"w{uuid4().hex}"
        kept = {"residue": "held"} if self._held(person) else {}
        record = saved(
            self.cast.acting(person),
            self.at,
            f"Content with {word}".encode(),
            about=f"About {word}",
            happened_on=date(2026, 11, 20),
            **kept,
        )
        self.records[record.id] = (word, person, self.at)
        self.bytes[record.id] = read_file(record.items.get().file.digest)

    def save_of_ana(self):
        self._save(self.cast.ana)

    def save_of_sue(self):
        self._save(self.cast.sue)

    def classify(self):
        for row in Retained.objects.filter(kind="record").order_by("?")[:1]:
            series = SERIES[(SERIES.index(row.series) + 1) % len(SERIES)]
            retention.classify(
                retained_id=row.id, series=series, reason=WHY, actor=self.paul, at=self.at
            )

    def say_closed(self):
        for row in Retained.objects.filter(series="evidence", happened_on=None)[:1]:
            retention.note_event(
                retained_id=row.id,
                happened_on=self.at.date(),
                reason=WHY,
                actor=self.paul,
                at=self.at,
            )

    def hold_ana(self):
        self.holds[held(self.cast, self.at, self.cast.ana).id] = self.cast.ana

    def hold_sue(self):
        self.holds[held(self.cast, self.at, self.cast.sue).id] = self.cast.sue

    def release(self):
        for key in list(self.holds)[:1]:
            release_hold(hold_id=key, reason=WHY, actor=self.paul, at=self.at)
            del self.holds[key]

    def open_request(self):
        """It reaches everything of its span until somebody closes its search."""
        request = acknowledged(self.cast, self.at, since=date(2026, 11, 1))
        self.open_requests[request.id] = self.at

    def withdraw_request(self):
        for key in list(self.open_requests)[:1]:
            disclosure.withdraw(request_id=key, reason=WHY, actor=self.paul, at=self.at)
            del self.open_requests[key]

    def wait_years(self):
        self.at += 8 * YEAR

    def wait_a_week(self):
        self.at += timedelta(days=8)

    def tick(self):
        schedule.dispose(self.at)

    def approve(self):
        for batch in DisposalBatch.objects.filter(state="review"):
            approved(batch, self.cast, self.at)

    def second(self):
        for batch in DisposalBatch.objects.filter(state="approved"):
            given_proof = proof(disposal.purpose_now(batch), self.ben, self.at)
            disposal.approve_as_second(
                batch_id=batch.id, proof=given_proof, actor=self.ben, at=self.at
            )

    def stop(self):
        for batch in DisposalBatch.objects.filter(state="waiting")[:1]:
            disposal.stop_batch(batch_id=batch.id, reason=WHY, actor=self.ben, at=self.at)

    def shorten(self):
        self._change(Period(1))

    def lengthen(self):
        self._change(Period(40))

    def _change(self, period):
        draft = drafted(self.cast, self.at)
        changed(draft, self.cast, self.at, "messages-routine", period=period)
        in_force(draft, self.cast, self.at)

    # what must be so afterwards

    def _held(self, person):
        return person in self.holds.values()

    def must_stay(self):
        """What may not be destroyed by what is done next, reckoned by this world alone."""
        return {
            key
            for key, (_, person, at) in self.records.items()
            if self._held(person) or any(at <= self.at for _ in self.open_requests)
        }

    def there(self):
        rows = Record.objects.filter(id__in=self.records, destroyed_at=None)
        return set(rows.values_list("id", flat=True))

    def check(self):
        stored = set(current().digests())
        for record in Record.objects.filter(id__in=self.records).prefetch_related("items__file"):
            word, _, _ = self.records[record.id]
            item = record.items.get()
            assert (record.about == "Destroyed") == (record.destroyed_at is not None)
            if record.destroyed_at is None:
                assert item.file.digest in stored
                continue
            assert retained(record).standing == "destroyed"
            assert item.file.digest not in stored
            assert nowhere(word)
            assert not any(
                self.bytes[record.id] == one.read_bytes()
                for one in self.folder.rglob("*")
                if one.is_file()
            )


def nowhere(word):
    """Whether a word is in no column of any table of text or JSON."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type IN"
            " ('text', 'character varying', 'json', 'jsonb', 'tsvector', 'bytea')"
        )
        parts = [
            f'SELECT 1 FROM "{table}" WHERE strpos("{column}"::text, \'{word}\') > 0'
            f" OR strpos(\"{column}\"::text, '{word.encode().hex()}') > 0"
            for table, column in cursor.fetchall()
        ]
        cursor.execute(f"SELECT EXISTS ({' UNION ALL '.join(parts)})")
        return not cursor.fetchone()[0]


VERBS = [name for name in vars(World) if not name.startswith("_")]
ACTS = [name for name in VERBS if name not in {"must_stay", "there", "check"}]
ROAD = ["wait_years", "tick", "approve", "second", "wait_a_week", "tick"]


@pytest.mark.parametrize("held_first", [False, True])
@profile(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.sampled_from(ACTS) | st.sampled_from(["road"]), min_size=2, max_size=12))
def test_no_order_of_acts_destroys_what_must_stay(cast, at, tmp_path, settings, held_first, acts):
    settings.DATA = tmp_path / uuid4().hex
    approver(cast), paul(cast)
    with transaction.atomic():
        world = World(cast, at, settings.DATA)
        if held_first:
            world.hold_ana()
        for name in [step for act in acts for step in (ROAD if act == "road" else [act])]:
            must, there = world.must_stay(), world.there()
            with suppress(HouseError), transaction.atomic():
                getattr(world, name)()
            gone = there - world.there()
            assert not gone & must, name
        world.check()
        audit_archive(actor=schedule.HOUSE, at=world.at, files=100)
        assert not ArchiveFault.objects.filter(closed_at=None).exists()
        transaction.set_rollback(True)


def test_the_road_destroys_what_nothing_keeps(cast, at, tmp_path, settings):
    """Without this the test above would prove nothing."""
    settings.DATA = tmp_path
    approver(cast)
    world = World(cast, at, tmp_path)
    world.hold_ana()
    for name in ROAD:
        getattr(world, name)()
    assert [world.records[key][1] for key in world.there()] == [cast.ana]
    world.check()
