"""The door over the test database, and devices that may come in."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests import loops

if TYPE_CHECKING:
    from quartermaster.inventory.models import Device


@pytest.fixture
def assigned(cast: Any) -> Callable[..., "Device"]:
    """Makes a City iPhone that Ana holds."""
    from quartermaster.inventory.models import Device  # importable once Django is set up
    from tests.factories.custody import written

    def make(tag: str = "PH-1", **more: object) -> Device:
        return written(
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

    return make


@pytest.fixture
def token_for() -> Callable[..., str]:
    """Invites a device; the token of its invitation."""
    from quartermaster.kernel.clock import now  # importable once Django is set up
    from quartermaster.kernel.permits import system
    from quartermaster.mdm import actions

    def invite(device: "Device", **more: object) -> str:
        return actions.invite(device=device, actor=system("test"), at=now(), **more).token

    return invite


@pytest.fixture
def at_the_door() -> Callable[..., Any]:
    """Runs a story ``async (new_phone) -> result`` against a door of its own."""
    from quartermaster.config.asgi import open_pool  # importable once Django is set up
    from quartermaster.devices.app import DevicesDoor
    from quartermaster.mdm.driver import drivers
    from tests.plugins.phone import Phone

    def run(story: Callable[..., Any]) -> Any:
        async def play() -> Any:
            door = DevicesDoor([r for item in drivers() for r in item.routes()], open_pool)
            transport = httpx.ASGITransport(app=door)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
                result = await story(lambda udid, **more: Phone(client, udid, **more))
            await door.close()
            await asyncio.get_running_loop().run_in_executor(door._threads, _hang_up)
            door._threads.shutdown()
            return result

        return loops.play(play())

    return run


def _hang_up() -> None:
    from django.db import connections  # importable once Django is set up

    connections.close_all()
