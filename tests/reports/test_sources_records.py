"""What the evidence of holds counts, and for whom."""

import pytest

from quartermaster.records.actions.holds import acknowledge_notice
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.records import held, keeper, paul

assert sources  # registered by the import


@pytest.mark.clause("G-2")
def test_holds_are_counted_for_those_who_may_know_of_them(cast, at):
    hold = held(cast, at, cast.ana, cast.rex)
    held(cast, at)
    row = keeper(hold, cast.ana)
    acknowledge_notice(keeper_id=row.id, version=1, actor=cast.acting(cast.ana), at=at)
    assert count("records.holds", paul(cast), at) == Evidence(
        (("holds in force", 2), ("people under one", 2), ("notices not acknowledged", 2))
    )
    assert count("records.holds", cast.acting(cast.ida), at) == Evidence(
        (("holds in force", 0), ("people under one", 0), ("notices not acknowledged", 0))
    )
