"""What the doctor and the metrics say of credentials and of waking."""

from datetime import timedelta

import pytest

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.credentials import note_trouble
from quartermaster.mdm.models import Wake
from quartermaster.reports import health
from quartermaster.reports.metrics import exposition
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.factories.waking import listener

pytestmark = pytest.mark.django_db
TOPIC = new_topic()
PORTAL = Portal()


def brought(days=365):
    bundle = PORTAL.bundle(TOPIC, lifetime=timedelta(days=days))
    return actions.import_credential(
        driver="apple", kind="push", content=bundle.pem(), actor=system("test"), at=now()
    )


def said(check):
    found = {item.check: item for item in health.examine(now())}[check]
    return found.verdict, found.sentence


@pytest.mark.clause("G-10")
@pytest.mark.parametrize(
    ("days", "verdict"), [(365, "good"), (59, "warning"), (29, "warning"), (6, "bad")]
)
def test_the_doctor_speaks_of_a_credential_that_runs_out(days, verdict):
    brought(days)
    found, sentence = said("service credentials")
    assert found == verdict
    if verdict != "good":
        assert sentence == f"Push certificate: it runs out in {days - 1} days."


def test_the_doctor_speaks_of_trouble():
    row = brought()
    note_trouble(credential_id=row.id, trouble="Refused.", failures=1, paused_until=None)
    assert said("service credentials") == ("bad", "Push certificate: Refused.")


def test_an_installation_without_credentials_is_well():
    assert said("service credentials")[0] == "good"
    assert said("waking") == ("good", "Nobody waits to be woken; 0 cannot be.")


def test_the_doctor_speaks_of_devices_that_wait_to_be_woken():
    phone, _ = listener(TOPIC)
    Wake.objects.create(enrolment=phone, asked_at=now(), due_at=now() - timedelta(minutes=6))
    verdict, sentence = said("waking")
    assert (verdict, "there is no certificate for it" in sentence) == ("warning", True)
    brought()
    assert said("waking") == ("warning", "1 devices wait for more than five minutes to be woken.")


def test_metrics_say_when_credentials_end_and_who_waits():
    row = brought()
    phones = [listener(TOPIC)[0] for _ in range(3)]
    Wake.objects.create(enrolment=phones[0], asked_at=now(), due_at=now())
    Wake.objects.create(
        enrolment=phones[1], asked_at=now(), outcome="gone", cannot_since=now(), due_at=now()
    )
    Wake.objects.create(enrolment=phones[2], asked_at=now())
    lines = exposition().decode().splitlines()
    ends = [line for line in lines if line.startswith("quartermaster_credential_expires")]
    assert len(ends) == 1
    assert 'credential="apple push"' in ends[0]
    assert float(ends[0].rpartition(" ")[2]) == row.expires_at.timestamp()
    assert 'quartermaster_credential_in_trouble{credential="apple push"} 0.0' in lines
    assert "quartermaster_wakes_due 1.0" in lines
    assert "quartermaster_cannot_be_woken 1.0" in lines
