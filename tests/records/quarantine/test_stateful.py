"""Whatever people, the custodian and the clock do, in whatever order: nothing held is discarded.

What must stay is reckoned apart from the house; what is gone must be gone from the store.
"""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from quartermaster.files.models import StoredFile
from quartermaster.files.stores import current
from quartermaster.kernel.errors import HouseError
from quartermaster.records import schedule
from quartermaster.records.actions import capture, quarantine
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.models import RecordItem, RefusedFile
from quartermaster.records.quarantine import waiting
from tests.factories.quarantine import PROGRAM, told
from tests.factories.records import WHY, held, paul
from tests.records.quarantine.test_deciding import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-2"), pytest.mark.clause("G-5")]


class World:
    """Ana and Rex send hostile files, of which there are three."""

    def __init__(self, cast, at):
        self.cast, self.at, self.paul, self.holds = cast, at, paul(cast), {}

    def _send(self, person, number):
        told(self.cast.acting(person), self.at, PROGRAM + bytes([number]))

    def ana_sends(self):
        self._send(self.cast.ana, 1)

    def ana_sends_another(self):
        self._send(self.cast.ana, 2)

    def rex_sends(self):
        self._send(self.cast.rex, 1)

    def hold_ana(self):
        self.holds[held(self.cast, self.at, self.cast.ana).id] = self.cast.ana

    def release_the_hold(self):
        for key in list(self.holds)[:1]:
            release_hold(hold_id=key, reason=WHY, actor=self.paul, at=self.at)
            del self.holds[key]

    def wait_a_month(self):
        self.at += timedelta(days=31)

    def tick(self):
        schedule.take_steps(self.at)

    def discard(self):
        for one in waiting().order_by("digest")[:1]:
            quarantine.discard(refused_id=one.id, reason=WHY, actor=self.paul, at=self.at)

    def save(self):
        for one in waiting().order_by("-digest")[:1]:
            quarantine.release(refused_id=one.id, of=SAID, actor=self.paul, at=self.at)

    def must_stay(self):
        """The files that nothing may discard now."""
        return set(waiting().filter(author__in=self.holds.values()).values_list("id", flat=True))

    def check(self):
        """Exactly what waits, and what became a record, is in the store and can be read."""
        rows = [*waiting().select_related("file"), *RecordItem.objects.select_related("file")]
        stored = set(current().digests())
        assert {one.file.digest for one in rows} == stored
        pairs = list(waiting().values_list("author", "digest"))
        assert len(pairs) == len(set(pairs))
        for one in waiting():
            _, pieces = quarantine.read_refused(refused_id=one.id, actor=self.paul, at=self.at)
            assert b"".join(pieces).startswith(PROGRAM)
        for item in RecordItem.objects.exclude(record=None):
            _, pieces = capture.read_item(item_id=item.id, actor=self.paul, at=self.at)
            assert b"".join(pieces).startswith(PROGRAM)
        for one in RefusedFile.objects.exclude(state="waiting"):
            assert (one.sealed_key, one.file) == (None, None)
            assert (one.state == "released") == (one.record is not None)


ACTS = [
    name for name in vars(World) if not name.startswith("_") and name not in {"must_stay", "check"}
]


@profile(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=16))
def test_no_order_of_acts_discards_what_is_held_or_leaves_what_is_gone(
    cast, at, tmp_path, settings, acts
):
    settings.DATA = tmp_path / uuid4().hex
    settings.DATA.mkdir()
    with transaction.atomic():
        world = World(cast, at)
        for name in acts:
            must = world.must_stay()
            with suppress(HouseError), transaction.atomic():
                getattr(world, name)()
            gone = RefusedFile.objects.filter(id__in=must, state="discarded")
            assert not gone.exists(), name
        for row in StoredFile.objects.filter(destroyed_at__isnull=False):
            current().delete(row.digest)  # what is done after the commit, which does not come here
        world.check()
        transaction.set_rollback(True)


def test_the_road_discards_what_nothing_keeps(cast, at):
    """Without this the test above would prove nothing."""
    world = World(cast, at)
    road = ["ana_sends", "rex_sends", "hold_ana", *["wait_a_month"] * 3, "tick"]
    for name in road:
        getattr(world, name)()
    assert [one.author for one in waiting()] == [cast.ana]
    world.release_the_hold()
    world.tick()
    assert not waiting().exists()
