"""What an answer tells in confidence: taken out of it before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from quartermaster.mdm.models import SecretKind
from quartermaster.mdm.poll import Located

BYPASS_CODE = "ActivationLockBypassCode"
LONGEST_CODE = 200
LARGEST_ENVELOPE = 16 * 1024
# where a disk's recovery key is, sealed for us: in the answers to SecurityInfo and to its rotation
DISK_KEYS = (
    ("SecurityInfo", "FDE_PersonalRecoveryKeyCMS"),
    ("RotateResult", "EncryptedNewRecoveryKey"),
)
PLACE = frozenset(
    {
        "Altitude",
        "Course",
        "HorizontalAccuracy",
        "Latitude",
        "Longitude",
        "Speed",
        "Timestamp",
        "VerticalAccuracy",
    }
)
FARTHEST_NORTH, FARTHEST_EAST, LARGEST_ACCURACY = 90.0, 180.0, 20_000_000.0


@dataclass
class Confidences:
    """``rest`` is what may be kept of the answer; None where nothing was taken out of it."""

    rest: dict[str, Any] | None = None
    secrets: dict[str, bytes] = field(default_factory=dict)
    sealed: dict[str, bytes] = field(default_factory=dict)
    located: Located | None = None


def taken_out(payload: Mapping[str, Any]) -> Confidences:
    """The confidences in an answer, and the answer without them."""
    found = Confidences()
    rest = dict(payload)
    if BYPASS_CODE in rest:
        code = rest.pop(BYPASS_CODE)
        if isinstance(code, str) and code:
            found.secrets[SecretKind.BYPASS_CODE.value] = code[:LONGEST_CODE].encode()
    for outer, inner in DISK_KEYS:
        told = rest.get(outer)
        if isinstance(told, dict) and inner in told:
            envelope = told[inner]
            rest[outer] = {key: value for key, value in told.items() if key != inner}
            if isinstance(envelope, bytes) and len(envelope) <= LARGEST_ENVELOPE:
                found.sealed[SecretKind.DISK_KEY.value] = envelope
    if {"Latitude", "Longitude"} & set(rest):
        found.located = _located(rest)
        rest = {key: value for key, value in rest.items() if key not in PLACE}
    if rest != dict(payload):
        found.rest = rest
    return found


def _located(answer: Mapping[str, Any]) -> Located | None:
    """The place, if it is one on this earth."""
    latitude, longitude = _number(answer, "Latitude"), _number(answer, "Longitude")
    accuracy = _number(answer, "HorizontalAccuracy")
    if latitude is None or longitude is None or accuracy is None:
        return None
    if not (abs(latitude) <= FARTHEST_NORTH and abs(longitude) <= FARTHEST_EAST):
        return None  # put so that what is no number at all is refused, too
    if not 0 <= accuracy <= LARGEST_ACCURACY:  # negative: the device does not know
        return None
    return Located(latitude, longitude, accuracy, _instant(answer.get("Timestamp")))


def _number(answer: Mapping[str, Any], key: str) -> float | None:
    value = answer.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _instant(value: Any) -> datetime | None:
    """A time as devices write it: an RFC 3339 text, or a date of the property list."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
