"""Metrics: gauges come from the database, counters from the process."""

from datetime import timedelta

import pytest

from quartermaster.jobs.acts import act
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm.models import Certificate
from quartermaster.reports import health
from quartermaster.reports.house_counts import COUNTED, count_house, counted
from quartermaster.reports.metrics import REQUESTS, exposition
from quartermaster.reports.standing import FRESH
from tests.factories.compliance import FindingFactory
from tests.factories.mdm import EARLIER, CommandFactory, EnrolmentFactory, certificate
from tests.factories.notify import MessageFactory

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


def test_devices_findings_and_mail_are_gauged():
    FindingFactory()
    CommandFactory(state="failed", answered_at=EARLIER)
    MessageFactory(state="failed")
    lines = exposition().decode().splitlines()
    assert 'quartermaster_enrolments{state="enrolled"} 1.0' in lines
    assert 'quartermaster_commands{state="failed"} 1.0' in lines
    assert 'quartermaster_commands{state="queued"} 0.0' in lines
    assert 'quartermaster_findings_live{state="open"} 1.0' in lines
    assert "quartermaster_mail_failed 1.0" in lines
    assert "quartermaster_mail_waiting 0.0" in lines


def test_what_grows_with_the_fleet_is_as_the_clock_counted_it():
    at = now()
    CommandFactory(queued_at=at - timedelta(hours=25))
    lately = [figures(at), figures(at)]
    count_house(at)
    assert [figures(at), figures(at + FRESH)] == lately
    CommandFactory(state="failed", answered_at=EARLIER)
    EnrolmentFactory()
    assert figures(at) == lately[0]  # kept for a quarter of an hour
    assert figures(at + FRESH) == {
        "certificates": {},
        "commands": {"queued": 1, "failed": 1},
        "enrolments": {"enrolled": 3},
        "overdue": {"": 1},
    }


def figures(at):
    """What is counted, and is not nothing."""
    found = {figure: counted(figure, at) for figure in COUNTED}
    return {
        figure: {key: number for key, number in counts.items() if number}
        for figure, counts in found.items()
    }


def test_overdue_commands_are_gauged():
    at = now()
    CommandFactory(queued_at=at - timedelta(hours=25))
    CommandFactory(queued_at=at - timedelta(hours=23))
    CommandFactory(state="sent", queued_at=EARLIER, sent_at=at - timedelta(hours=25))
    CommandFactory(state="deferred", queued_at=EARLIER, sent_at=EARLIER, deferred_at=EARLIER)
    assert "quartermaster_commands_overdue 2.0" in exposition().decode().splitlines()


def test_the_doctor_names_mail_and_commands_that_were_given_up(at):
    assert [health.mail(at).verdict, health.devices(at).verdict] == ["good", "good"]
    MessageFactory(state="failed")
    enrolment = EnrolmentFactory()
    for _ in range(health.MANY):
        CommandFactory(enrolment=enrolment, state="expired", expires_at=at)
    assert health.mail(at).sentence.startswith("1 message was given up")
    assert health.devices(at).verdict == "warning"


def test_devices_whose_certificates_run_out_are_gauged_and_warned_of():
    ends = {"PH-1": -1, "PH-2": 10, "PH-3": 200}
    for days in ends.values():
        certificate(EnrolmentFactory(), EARLIER, expires_at=now() + timedelta(days=days))
    lines = exposition().decode().splitlines()
    assert 'quartermaster_certificates_ending{standing="lapsed"} 1.0' in lines
    assert 'quartermaster_certificates_ending{standing="running-out"} 1.0' in lines
    found = {item.check: item for item in health.examine(now())}["identities"]
    assert (found.verdict, found.sentence[:9]) == ("warning", "1 devices")
    Certificate.objects.filter(expires_at__lt=now()).update(expires_at=now() + timedelta(days=99))
    found = {item.check: item for item in health.examine(now())}["identities"]
    assert (found.verdict, "run out within a month" in found.sentence) == ("warning", True)
    Certificate.objects.update(expires_at=now() + timedelta(days=99))
    found = {item.check: item for item in health.examine(now())}["identities"]
    assert found.verdict == "good"
