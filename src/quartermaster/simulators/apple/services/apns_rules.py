"""What Apple's push service takes and what it refuses, with Apple's reasons."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

LARGEST_PAYLOAD = 4096
PREFIX = "/3/device/"
TOPICS = "com.apple.mgmt."
PRIORITIES = frozenset({"1", "5", "10"})


@dataclass(frozen=True)
class Refusal:
    """An answer that is not 200."""

    status: int
    reason: str
    since: datetime | None = None
    retry_after: str = ""

    @property
    def body(self) -> bytes:
        said: dict[str, object] = {"reason": self.reason}
        if self.since is not None:
            said["timestamp"] = int(self.since.timestamp() * 1000)
        return json.dumps(said).encode()


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def token(self) -> bytes:
        """The token in the path; empty where there is none that can be read."""
        try:
            return bytes.fromhex(self.path.removeprefix(PREFIX))
        except ValueError:
            return b""

    @property
    def magic(self) -> str:
        """The PushMagic in the body; empty where there is none."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return ""
        return str(said.get("mdm", "")) if isinstance(said, dict) else ""


Tokens = Mapping[bytes, tuple[str, Callable[[], object] | None]]


def checked(
    asked: Request, topic: str, tokens: Tokens, gone: Mapping[bytes, datetime]
) -> Refusal | None:
    """Why a request is refused to a client whose certificate has this topic; None if it is not."""
    return (
        _address(asked)
        or _headers(asked.headers, topic)
        or _payload(asked.body)
        or _token(asked, topic, tokens, gone)
    )


def _address(asked: Request) -> Refusal | None:
    if asked.method != "POST":
        return Refusal(405, "MethodNotAllowed")
    if not asked.path.startswith(PREFIX):
        return Refusal(404, "BadPath")
    if asked.path == PREFIX:
        return Refusal(400, "MissingDeviceToken")
    return None


def _headers(headers: Mapping[str, str], topic: str) -> Refusal | None:
    asked = headers.get("apns-topic", "")
    found = [
        (asked == "", "MissingTopic"),
        (not asked.startswith(TOPICS), "BadTopic"),
        (asked != topic, "TopicDisallowed"),
        (headers.get("apns-push-type", "mdm") != "mdm", "InvalidPushType"),
        (headers.get("apns-priority", "10") not in PRIORITIES, "BadPriority"),
        (not headers.get("apns-expiration", "0").isdigit(), "BadExpirationDate"),
    ]
    return next((Refusal(400, reason) for wrong, reason in found if wrong), None)


def _payload(body: bytes) -> Refusal | None:
    if not body:
        return Refusal(400, "PayloadEmpty")
    if len(body) > LARGEST_PAYLOAD:
        return Refusal(413, "PayloadTooLarge")
    return None


def _token(
    asked: Request, topic: str, tokens: Tokens, gone: Mapping[bytes, datetime]
) -> Refusal | None:
    since = gone.get(asked.token)
    if since is not None:
        return Refusal(410, "Unregistered", since)
    known = tokens.get(asked.token)
    if known is None:
        return Refusal(400, "BadDeviceToken")
    return None if known[0] == topic else Refusal(400, "DeviceTokenNotForTopic")
