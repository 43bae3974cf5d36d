"""The benchmark of what must not grow asks each question; how long it takes, no test says."""

import pytest

from benchmarks import bounded, city
from quartermaster.kernel.clock import now
from quartermaster.reports.house_counts import count_house

pytestmark = pytest.mark.django_db


def test_each_question_is_asked_in_each_turn(monkeypatch):
    monkeypatch.setattr(bounded, "TIMES", 1)
    monkeypatch.setattr(bounded, "TURNS", 2)
    city.populate(2)
    count_house(now())
    found = bounded.measure()
    assert [len(turns) for turns in found.values()] == [2] * len(bounded.questions())
