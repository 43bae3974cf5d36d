"""The benchmark of usage does what it says; how fast, no test says."""

import pytest

from benchmarks import usage
from quartermaster.usage.models import DetailFile, LineUsage

pytestmark = pytest.mark.django_db


def test_months_end_with_october_and_follow_one_another():
    found = usage.months(12)
    assert [str(day) for day in (*found[0], *found[-1])] == [
        "2025-11-01",
        "2025-11-30",
        "2026-10-01",
        "2026-10-31",
    ]


def test_every_row_is_taken_in_and_both_answer_alike(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path / "data"
    monkeypatch.setattr(usage, "ASKED", 2)
    monkeypatch.setattr(usage, "LINES", 40)
    # in this process: a test starts no other
    monkeypatch.setattr(usage, "apart", lambda act, *arguments: (1.0, 1.0, 1024))
    told = list(usage.measure(2000, 2, 1, with_spark=False))
    assert told[2].startswith("| September 2026 | 1,000 |")
    assert told[4].startswith("| all | 2,000 |")
    assert sum(DetailFile.objects.values_list("rows", flat=True)) == 2000
    assert not any(DetailFile.objects.values_list("refused", flat=True))
    assert LineUsage.objects.exists()
    questions = [line.split(" | ")[0] for line in told[-3:]]
    assert questions == [
        "| twelve months by department, out of the detail",
        "| sums of every line and cycle",
        "| one line's history, each of 2",
    ]
