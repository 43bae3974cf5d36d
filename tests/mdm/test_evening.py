"""What the maker's list says of an evening is of that day in the city."""

from datetime import date

import pytest

from quartermaster.mdm.actions import automated
from tests.cast import EVENING
from tests.factories.automated import ListedDeviceFactory


@pytest.mark.django_db
def test_a_device_bought_in_the_evening_is_acquired_on_that_day(cast):
    device = automated.take_in(
        listed=ListedDeviceFactory(assigned_at=EVENING),
        department_id=cast.itmd.id,
        actor=cast.acting(cast.ida),
        at=EVENING,
    )
    assert device.acquired_on == date(2026, 11, 24)
