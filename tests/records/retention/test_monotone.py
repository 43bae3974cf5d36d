"""Retention is monotone under holds: with more of them, less goes, and never anything else."""

from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from quartermaster.records import schedule
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.models import Record
from tests.cast import AT
from tests.factories.records import WHY, held, paul, saved
from tests.factories.retention import WAIT, YEARS, approver, batches, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2"), pytest.mark.clause("G-2")]
DUE = AT + YEARS
PEOPLE = ("ana", "sue", "cole")
# on whom, whether it is opened before the batch or in its wait, and whether it is released again
HOLDS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.booleans(), st.sampled_from([False, False, True])),
    max_size=3,
)


def gone(cast, holds):
    """Whose records are destroyed under these holds; nothing of it stays."""
    with transaction.atomic():
        for before in (True, False):
            opened = [
                (held(cast, DUE, getattr(cast, who)), released)
                for who, early, released in holds
                if early is before
            ]
            for hold, released in opened:
                if released:
                    release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=DUE)
            if before:
                for batch in batches(DUE):
                    waiting(batch, cast, DUE)
        schedule.dispose(DUE + WAIT)
        rows = Record.objects.exclude(destroyed_at=None)
        found = set(rows.values_list("author_id", flat=True))
        transaction.set_rollback(True)
    return found


@profile(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(some=HOLDS, more=HOLDS)
def test_another_hold_never_lets_anything_go(cast, tmp_path, settings, some, more):
    settings.DATA = tmp_path / uuid4().hex
    approver(cast), paul(cast)
    with transaction.atomic():
        for name in PEOPLE:
            saved(cast.acting(getattr(cast, name)), AT, name.encode())
        fewer, with_more = gone(cast, some), gone(cast, some + more)
        transaction.set_rollback(True)
    held_now = {getattr(cast, who).id for who, _, released in some if not released}
    assert with_more <= fewer
    assert fewer == {getattr(cast, name).id for name in PEOPLE} - held_now
