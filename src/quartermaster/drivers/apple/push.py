"""Waking iPhones, iPads and Macs through Apple's push service."""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.drivers.apple.push_channel import DEADLINE, Channel, Result, Trouble, tls
from quartermaster.drivers.apple.wire import apns, pushcert
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.mdm.abilities import Sent, Sleeper, Woken
from quartermaster.mdm.credentials import open_secret
from quartermaster.mdm.models import ServiceCredential

T = TypeVar("T")
_GONE = frozenset({"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"})
_TOPIC = frozenset({"BadTopic", "TopicDisallowed"})
_WORDS = {
    "BadDeviceToken": "Apple does not know the device's push token.",
    "Unregistered": "The device does not listen any more: its management was removed or renewed.",
    "ExpiredToken": "The device's push token ran out.",
    "DeviceTokenNotForTopic": "The device listens to another topic than our certificate's.",
    "TopicDisallowed": "Apple does not let our push certificate wake devices of its topic.",
    "BadTopic": "Apple does not take the topic of our push certificate.",
    "BadCertificate": "Apple does not take our push certificate.",
    "BadCertificateEnvironment": "Our push certificate is for another environment of Apple's.",
    "TooManyRequests": "Apple was asked too often to wake this device.",
    "ServiceUnavailable": "Apple's push service is not available for the moment.",
    "Shutdown": "Apple's push service is restarting.",
    "InternalServerError": "Apple's push service has a fault of its own for the moment.",
}


def wake(
    credential: ServiceCredential, sleepers: Sequence[Sleeper], at: datetime
) -> Sequence[Woken]:
    """Wake devices over the one connection of this certificate."""
    ends = credential.expires_at
    if ends is not None and ends <= at:
        said = f"Our push certificate ran out on {localdate(ends):%B %-d, %Y}; renew it."
        return [Woken(item.key, Sent.REFUSED, said) for item in sleepers]
    answers: list[Woken] = []
    sent: list[tuple[Sleeper, apns.Notification]] = []
    for item in sleepers:
        try:
            magic = item.magic.decode(errors="replace")
            sent.append((item, apns.Notification(item.token, magic, item.topic)))
        except WireError as problem:
            answers.append(
                Woken(item.key, Sent.GONE, f"The device's push address is none: {problem}")
            )
    if sent:
        results = _LINES.send(credential, [notification for _, notification in sent], at)
        answers += [_woken(item, result) for (item, _), result in zip(sent, results, strict=True)]
    return answers


def hang_up() -> None:
    """Close every connection of this process."""
    _LINES.close()


def _woken(sleeper: Sleeper, result: Result) -> Woken:
    if isinstance(result, Trouble):
        return Woken(sleeper.key, Sent.REFUSED if result.refused else Sent.UNREACHED, result.said)
    if result.status == HTTPStatus.OK:
        return Woken(sleeper.key, Sent.DELIVERED)
    reason = result.reason or f"status {result.status}"
    said = _WORDS.get(result.reason, f"Apple's push service answered: {reason}.")
    return Woken(sleeper.key, _sort(result), said, result.gone_since, result.pause)


def _sort(answer: apns.Answer) -> Sent:
    if answer.status == HTTPStatus.GONE or answer.reason in _GONE:
        return Sent.GONE
    if answer.status == HTTPStatus.FORBIDDEN or answer.reason in _TOPIC:
        return Sent.REFUSED
    busy = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    if busy or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Sent.BUSY
    return Sent.FAILED


class _Lines:
    """The connections of this process, one a certificate, on a loop of their own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open: dict[tuple[UUID, str, Path | None], Channel] = {}

    def send(
        self, credential: ServiceCredential, sent: Sequence[apns.Notification], at: datetime
    ) -> list[Result]:
        with self._lock:
            loop = self._started()
            channel = self._channel(credential)
        return _wait(loop, channel.send(sent, at), DEADLINE + 10)

    def close(self) -> None:
        with self._lock:
            channels, self._open = list(self._open.values()), {}
            loop, self._loop = self._loop, None
        if loop is not None:
            for channel in channels:
                _wait(loop, channel.close(), 10)
            loop.call_soon_threadsafe(loop.stop)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=_run, args=[self._loop], name="push", daemon=True).start()
        return self._loop

    def _channel(self, credential: ServiceCredential) -> Channel:
        """The connection of this certificate; those of earlier ones are closed."""
        url, trust = settings.APPLE_PUSH_URL, settings.APPLE_PUSH_TRUST
        name = (credential.id, url, trust)
        if name not in self._open:
            loop = self._started()
            for old in [self._open.pop(key) for key in list(self._open)]:
                asyncio.run_coroutine_threadsafe(old.close(), loop)
            identity = pushcert.bundle(open_secret(credential))
            self._open[name] = Channel(url, tls(identity, trust))
        return self._open[name]


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _wait(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T], seconds: float) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result(seconds)


_LINES = _Lines()
