"""What the evidence of holds and records counts, and for whom."""

import pytest

from quartermaster.records.actions.holds import acknowledge_notice
from quartermaster.records.schedule import audit, sign
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.records import announced, held, keeper, paul, saved

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


@pytest.mark.clause("G-5", "C-2")
def test_records_and_what_lies_on_devices_are_counted_for_whom_they_are(cast, at):
    ana = cast.acting(cast.ana)
    row = announced(cast, at)
    announced(cast, at, cast.rex)
    saved(ana, at, announcement_id=row.id)
    for actor, records, announcements in ((paul(cast), 1, 2), (ana, 1, 1)):
        assert count("records.saved", actor, at) == Evidence(
            (("records saved", records), ("still on a device as well", 0))
        )
        assert count("records.lying", actor, at) == Evidence(
            (
                ("records announced", announcements),
                ("not saved yet", announcements - 1),
                ("cannot be saved", 0),
            )
        )
    assert count("records.saved", cast.acting(cast.ida), at).counts[0] == ("records saved", 0)


@pytest.mark.clause("G-5")
def test_the_archive_is_counted_for_the_custodian(cast, at, settings, tmp_path):
    saved(cast.acting(cast.ana), at)
    settings.DATA = tmp_path
    sign(at)
    audit(at)
    counts = count("records.archive", paul(cast), at).counts
    assert counts[:2] == (("checkpoints signed", 1), ("audits", 1))
    assert count("records.archive", cast.acting(cast.ida), at).counts[0] == (
        "checkpoints signed",
        0,
    )
