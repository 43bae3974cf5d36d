"""In the evening a handover, a loss and a lot bear the city's day and year, not those of UTC."""

from datetime import date, timedelta

import pytest

from quartermaster.kernel.errors import InvalidInput
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.actions.disposals import open_lot
from quartermaster.lifecycle.actions.handovers.common import day_of
from tests.cast import EVENING
from tests.factories import losses
from tests.factories.inventory import DeviceFactory

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-11")
def test_a_police_report_of_tomorrow_is_refused_until_midnight(cast, at):
    phone = DeviceFactory(holder=cast.ana, status="assigned", department=cast.water)
    loss = losses.reported(phone, cast.acting(cast.ana), at, "stolen")
    report = {"loss": loss, "number": "P-1", "actor": cast.acting(cast.ida)}
    tomorrow = date(2026, 11, 25)
    with pytest.raises(InvalidInput):
        verbs.enter_police_report(reported_on=tomorrow, at=EVENING, **report)
    verbs.enter_police_report(reported_on=tomorrow, at=EVENING + timedelta(hours=5), **report)


def test_the_day_in_the_key_of_a_mail_is_the_citys():
    assert day_of(EVENING) == "2026-11-24"


@pytest.mark.clause("C-3")
def test_a_lot_of_new_years_eve_is_of_the_old_year(cast):
    late = EVENING.replace(year=2027, month=1, day=1)
    lot = open_lot(title="Phones of 2022", actor=cast.acting(cast.ida), at=late)
    assert lot.number.startswith("SL-2026-")
