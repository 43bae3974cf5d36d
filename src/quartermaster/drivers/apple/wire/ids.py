"""Who speaks: the identifiers in every message, normalised once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.drivers.apple.wire.fields import optional_text

SHARED_IPAD = "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"  # the user is named by the account alone
LONGEST_USER = 200
_ALLOWED = re.compile(r"[A-Za-z0-9._:-]{1,128}")


@dataclass(frozen=True)
class Ids:
    """Device channel: ``udid``, or ``enrollment_id`` under User Enrolment; user channel: both."""

    udid: str = ""
    enrollment_id: str = ""
    user_id: str = ""
    enrollment_user_id: str = ""
    user_short_name: str = ""

    @property
    def device(self) -> str:
        """The name of the device's side of the channel."""
        return self.udid or self.enrollment_id

    @property
    def user(self) -> str:
        """The name of the user's side of the channel; empty on the device's own."""
        if self.user_id.upper() == SHARED_IPAD:
            return self.user_short_name or SHARED_IPAD
        return self.user_id or self.enrollment_user_id

    @property
    def is_user_channel(self) -> bool:
        return bool(self.user_id or self.enrollment_user_id)


def ids_of(message: Mapping[str, Any]) -> Ids:
    """The identifiers of a message; `Malformed` where it names no device."""
    found = Ids(
        udid=_id(message, "UDID"),
        enrollment_id=_id(message, "EnrollmentID"),
        user_id=_id(message, "UserID"),
        enrollment_user_id=_id(message, "EnrollmentUserID"),
        user_short_name=optional_text(message, "UserShortName"),
    )
    if not found.device:
        raise Malformed("The message names no device: neither UDID nor EnrollmentID.")
    if len(found.user) > LONGEST_USER:
        raise Malformed("“UserShortName” is too long.")
    return found


def checked_id(value: str, key: str) -> str:
    """``value`` if it can be an identifier; `Malformed`, naming the key, if it cannot."""
    if not _ALLOWED.fullmatch(value):
        raise Malformed(f"“{key}” has characters that no identifier has.")
    return value


def _id(message: Mapping[str, Any], key: str) -> str:
    value = optional_text(message, key)
    return checked_id(value, key) if value else ""
