"""Metrics: gauges come from the database, counters from the process."""

import pytest

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.reports.metrics import REQUESTS, exposition

pytestmark = pytest.mark.django_db


def test_gauges_are_read_when_asked(at):
    with act(system("test"), at) as doing:
        doing.record_about("test.done", "thing", "1")
    lines = exposition().decode().splitlines()
    assert "quartermaster_audit_entries 1.0" in lines
    assert "quartermaster_outbox_waiting 0.0" in lines


def test_requests_are_counted():
    REQUESTS.labels(view="test", status="200").inc()
    text = exposition().decode()
    assert 'quartermaster_requests_total{status="200",view="test"} 1.0' in text
