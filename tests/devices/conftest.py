"""The door over the test database, and devices that may come in."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from tests.devices.phone import Phone

HOUSE = system("test")


@pytest.fixture
def assigned(cast) -> Callable[..., Device]:
    """Makes a City iPhone that Ana holds."""

    def make(tag: str = "PH-1", **more: object) -> Device:
        return Device.objects.create(
            **{
                "asset_tag": tag,
                "device_class": "smartphone",
                "platform": "ios",
                "department": cast.water,
                "holder": cast.ana,
                "status": "assigned",
                **more,
            }
        )

    return make


@pytest.fixture
def token_for() -> Callable[[Device], str]:
    def invite(device: Device) -> str:
        return actions.invite(device=device, actor=HOUSE, at=now()).token

    return invite


@pytest.fixture
def at_the_door(settings):
    """Runs a story ``async (new_phone) -> result`` against a door of its own."""
    from quartermaster.config.asgi import _pool
    from quartermaster.devices.app import DevicesDoor
    from quartermaster.mdm.driver import drivers

    def run(story):
        async def play():
            door = DevicesDoor([r for item in drivers() for r in item.routes()], _pool)
            transport = httpx.ASGITransport(app=door)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                result = await story(lambda udid, **more: Phone(client, udid, **more))
            if door._pool is not None:
                await door._pool.close()
            await asyncio.get_running_loop().run_in_executor(door._threads, _hang_up)
            door._threads.shutdown()
            return result

        return asyncio.run(play())

    return run


def _hang_up() -> None:
    from django.db import connections

    connections.close_all()
