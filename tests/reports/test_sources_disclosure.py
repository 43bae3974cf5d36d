"""What the evidence of open-records requests counts, and for whom."""

from datetime import timedelta

import pytest

from quartermaster.disclosure import actions
from quartermaster.reports.evidence import count
from quartermaster.reports.trace import sources
from tests.factories.disclosure import acknowledged, released
from tests.factories.records import paul

assert sources  # registered by the import


@pytest.mark.clause("G-2")
def test_requests_are_counted_for_the_custodian(cast, at):
    released(cast, at)
    request = acknowledged(cast, at)
    actions.ask_people(
        request_id=request.id, people=[cast.ana.id], what="All", actor=paul(cast), at=at
    )
    for when, late in ((at, 0), (at + timedelta(days=60), 1)):
        found = dict(count("disclosure.requests", paul(cast), when).counts)
        assert found == {
            "requests answered": 1,
            "open": 1,
            "late": late,
            "people who have not answered": 1,
        }
    assert set(dict(count("disclosure.requests", cast.acting(cast.ida), at).counts).values()) == {0}
