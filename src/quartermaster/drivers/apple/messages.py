"""A message to the holder on the screen of a City device, as a profile that comes and goes."""

import hashlib
from collections.abc import Iterator

from django.conf import settings

from quartermaster.drivers.apple.hardware import is_mac
from quartermaster.drivers.apple.wire import profile
from quartermaster.mdm.driver import Context, Payload

KEY = "org.quartermaster.message"
TITLE = "City: a message for you"
LONGEST = 200


def payloads(context: Context) -> Iterator[Payload]:
    """The message where this device can show one: a Mac, or a supervised phone or tablet (C-1)."""
    able = is_mac(context) or context.supervised
    if not context.message or not able or context.personal or context.user_enrolment:
        return
    native = _native(context.message[:LONGEST], mac=is_mac(context))
    body = profile.render(profile.configuration(KEY, TITLE, settings.CITY, [native]))
    yield Payload(KEY, TITLE, (), body, hashlib.sha256(body).hexdigest())


def _native(text: str, *, mac: bool) -> profile.Payload:
    if mac:
        return profile.Payload("com.apple.loginwindow", "text", {"LoginwindowText": text}, TITLE)
    said = {"LockScreenFootnote": text}
    return profile.Payload("com.apple.shareddeviceconfiguration", "text", said, TITLE)
