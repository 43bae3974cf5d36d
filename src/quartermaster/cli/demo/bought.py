"""The demo's list of what the City bought: Apple's assignment service, simulated on this machine.

The house reads it as it would read Apple's, over the loopback; nothing of it leaves the machine.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from quartermaster.mdm.credentials import active_credential, open_secret
from quartermaster.mdm.models import AutomatedProfile, ListedDevice
from quartermaster.simulators.apple.services.dep import Dep

URL = "QUARTERMASTER_ADE_SERVER_URL"
DRIVER, KIND = "apple", "ade"


def prepare() -> None:
    """Tell our processes where the demo's service is; not where there is a token of another's."""
    if URL in os.environ or not (_is_ours() or active_credential(DRIVER, KIND) is None):
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ[URL] = settings.ADE_SERVER_URL = f"http://127.0.0.1:{port}"


def is_arranged() -> bool:
    """Whether the service that the house asks is the one on this machine."""
    return urlsplit(settings.ADE_SERVER_URL).hostname == "127.0.0.1"


@contextmanager
def selling() -> Iterator[Dep]:
    """The service as it is before the house has ever asked it."""
    with Dep(organisation=settings.CITY, port=_port()) as dep:
        yield dep
        _mark().write_text(dep.token.consumer_key, encoding="ascii")


@contextmanager
def running() -> Iterator[Dep | None]:
    """The service with what it had sold and was told before; None where `prepare` arranged none."""
    if not (is_arranged() and _is_ours()):
        yield None
        return
    credential = active_credential(DRIVER, KIND)
    assert credential is not None  # it is ours
    token = open_secret(credential)
    with Dep.holding(token, organisation=settings.CITY, port=_port()) as dep:
        _remember(dep)
        yield dep


def _remember(dep: Dep) -> None:
    for profile in AutomatedProfile.objects.filter(replaced_at=None):
        dep.profiles[profile.external_id] = profile.content
    for row in ListedDevice.objects.filter(removed_at=None):
        told = {"description": row.description, "color": row.colour, "model": row.model}
        if row.profile_id:
            told |= {"profile_status": "assigned", "profile_uuid": row.profile_id}
        dep.buy(row.serial, family=row.family, **told)


def _port() -> int:
    return urlsplit(settings.ADE_SERVER_URL).port or 0


def _is_ours() -> bool:
    present = active_credential(DRIVER, KIND)
    mark = _mark()
    return present is not None and mark.exists() and present.identity == mark.read_text("ascii")


def _mark() -> Path:
    folder = Path(settings.DATA).resolve() / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / "server-token"
