"""Devices of the city that wait for a client to play them."""

from collections.abc import Callable

import pytest

from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from tests.factories.custody import written


@pytest.fixture
def invited(cast) -> Callable[..., tuple[Device, str]]:
    """Makes a device that Ana holds; the device, and the path of its enrolment profile."""

    def make(tag: str, **more: object) -> tuple[Device, str]:
        device = written(
            Device,
            **{
                "asset_tag": tag,
                "device_class": "smartphone",
                "platform": "ios",
                "department": cast.water,
                "holder": cast.ana,
                "status": "assigned",
                **more,
            },
        )
        token = actions.invite(device=device, actor=system("test"), at=now()).token
        return device, f"/enrol/{token}"

    return make
