"""From a record that is announced and not saved to a finding, and to its cure (C-2, C-1)."""

from datetime import date, timedelta

import pytest

from quartermaster.compliance import actions, queries
from quartermaster.compliance.models import Finding
from quartermaster.compliance.subjects import Reader
from quartermaster.kernel.permits import system
from quartermaster.records.rules.capture import Residue
from tests.factories import mdm
from tests.factories.custody import keep
from tests.factories.destruction import devices
from tests.factories.records import announced, held, saved

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]
HOUSE = system("test")
DAY = timedelta(days=1)


@pytest.fixture
def phone(cast, at):
    (device,) = devices(cast, 1)
    mdm.enrolled(device, at)
    return device


def seen(phone, at):
    (one,) = [item for item in queries.results_for(phone, at) if item.check == "record_transfer"]
    (many,) = [
        item for item in Reader(at).results([phone])[phone.id] if item.check == "record_transfer"
    ]
    assert one == many
    return one.state.value


@pytest.mark.clause("C-1")
def test_too_long_on_the_device_is_a_finding_and_saving_cures_it(cast, phone, at):
    row = announced(cast, at, device_id=phone.id)
    later = at + 8 * DAY
    assert (seen(phone, at), seen(phone, later)) == ("pending", "fail")
    actions.evaluate_device(device=phone, actor=HOUSE, at=later)
    finding = Finding.objects.get(check_name="record_transfer")
    assert (finding.clause, finding.holder) == ("C-2", cast.ana)
    saved(cast.acting(cast.ana), later, announcement_id=row.id)
    actions.evaluate_device(device=phone, actor=HOUSE, at=later)
    finding.refresh_from_db()
    assert finding.state == "cured"


def test_what_was_to_be_deleted_there_counts_from_the_day_after(cast, phone, at):
    ana = cast.acting(cast.ana)
    saved(ana, at, device_id=phone.id, residue=Residue.STAYS, residue_by=date(2026, 11, 25))
    assert [seen(phone, at + days * DAY) for days in (0, 1, 2)] == ["pending", "pending", "fail"]


@pytest.mark.clause("G-2")
def test_under_a_hold_what_stays_is_no_failure(cast, phone, at):
    ana = cast.acting(cast.ana)
    saved(ana, at, device_id=phone.id, residue=Residue.STAYS, residue_by=date(2026, 11, 25))
    held(cast, at)
    assert seen(phone, at + 9 * DAY) == "pass"


def test_what_another_or_an_earlier_holder_announced_is_not_held_against_this_one(cast, phone, at):
    announced(cast, at, device_id=phone.id)
    announced(cast, at)
    phone.holder = cast.rex
    phone.save()
    keep(phone)
    assert seen(phone, at + 9 * DAY) == "pass"
