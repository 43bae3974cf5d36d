"""Orders over ThingSpace: each is taken under a request's key, and its word comes later."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from quartermaster.drivers.carriers.thingspace.client import Client
from quartermaster.inventory.carriers import (
    Abilities,
    Access,
    Condition,
    Declined,
    Field,
    Reading,
    Standing,
    Stranger,
    Subscriber,
    Unavailable,
    Used,
    Verb,
    Wish,
    Word,
)

A_DAY = 5  # service provisioning actions of a line that most accounts may have in a day
MOST_PAGES = 60
USER = "quartermaster"
_STATES = {
    "active": Condition.ACTIVE,
    "suspend": Condition.SUSPENDED,
    "suspended": Condition.SUSPENDED,
    "deactive": Condition.ENDED,
    "deactivated": Condition.ENDED,
}
_WANTED = {
    Verb.SUSPEND: Condition.SUSPENDED,
    Verb.RESTORE: Condition.ACTIVE,
    Verb.CANCEL: Condition.ENDED,
}
_PATHS = {
    Verb.SUSPEND: ("POST", "/devices/actions/suspend"),
    Verb.RESTORE: ("POST", "/devices/actions/restore"),
    Verb.CANCEL: ("POST", "/devices/actions/deactivate"),
    Verb.CHANGE_PLAN: ("PUT", "/devices/actions/plan"),
    Verb.SWAP_SIM: ("PUT", "/devices/4G/actions/deviceId"),
}
_STANDING = {
    "success": Standing.DONE,
    "pending": Standing.TAKEN,
    "failure": Standing.REFUSED,
    "failed": Standing.REFUSED,
}


class ThingSpace:
    """An open access to one billing account."""

    def __init__(self, access: Access) -> None:
        self._client = Client(access)
        self._account = access.value("account")

    def order(self, wish: Wish) -> Word:
        """Ask for the change, unless the line is so already: asking twice changes it once."""
        if self._is_so(wish):
            return Word(Standing.DONE, said="It was so already.")
        method, path = _PATHS[wish.verb]
        reply = self._client.call(method, path, self._body(wish))
        reference = reply.text("requestId")
        if not reference:
            raise Unavailable("ThingSpace took it without saying under which key.")
        return Word(Standing.TAKEN, reference)

    def answer(self, wish: Wish, reference: str) -> Word:
        """The status of the request; of what has none there, whether the line is as asked for."""
        if wish.verb not in _WANTED:
            done = self._is_so(wish)
            return Word(Standing.DONE if done else Standing.TAKEN, reference)
        path = f"/accounts/{self._account}/requests/{reference}/status"
        status = self._client.call("GET", path).text("status")
        return Word(_STANDING.get(status.casefold(), Standing.TAKEN), reference)

    def read(self, line: Subscriber) -> Reading:
        """The state of the device that the line is there."""
        reply = self._client.call("POST", "/devices/actions/list", {"deviceId": _id(line)})
        device = _first(reply.data.get("devices"))
        if device is None:
            raise Declined("ThingSpace does not know this line.")
        carrier = _first(device.get("carrierInformations")) or {}
        state = str(carrier.get("state", ""))
        return Reading(
            condition=_STATES.get(state.casefold(), Condition.OTHER),
            said=state,
            iccid=_named(device.get("deviceIds"), "iccid"),
            plan=str(carrier.get("servicePlan", "")),
        )

    def used(self, line: Subscriber, from_on: date, until_on: date) -> Used:
        """The sums of the days from one to the day before another."""
        data = messages = 0
        earliest = f"{from_on.isoformat()}T00:00:00Z"
        latest = f"{(until_on - timedelta(days=1)).isoformat()}T23:59:59Z"
        for _ in range(MOST_PAGES):
            asked = {"deviceId": _id(line), "earliest": earliest, "latest": latest}
            found = self._client.call("POST", "/devices/usage/actions/list", asked).data
            rows = [row for row in found.get("usageHistory") or () if isinstance(row, Mapping)]
            data += sum(_count(row, "bytesUsed") for row in rows)
            messages += sum(_count(row, "smsUsed") for row in rows)
            if found.get("hasMoreData") is not True or not rows:
                return Used(kilobytes=data // 1024, messages=messages)
            earliest = _after(rows[-1])
        raise Unavailable("ThingSpace counts this period without an end.")

    def _is_so(self, wish: Wish) -> bool:
        if wish.verb is Verb.SWAP_SIM:  # by its number: the SIM is what changes
            return self.read(Subscriber(wish.line.number)).iccid == wish.iccid
        reading = self.read(wish.line)
        if wish.verb is Verb.CHANGE_PLAN:
            return reading.plan == wish.plan
        return reading.condition is _WANTED[wish.verb]

    def _body(self, wish: Wish) -> dict[str, Any]:
        if wish.verb is Verb.SWAP_SIM:
            return {
                "deviceIds": [_id(wish.line)],
                "deviceIdsTo": [{"id": wish.iccid, "kind": "iccid"}],
                "change4gOption": "ChangeICCID",
            }
        body: dict[str, Any] = {
            "accountName": self._account,
            "devices": [{"deviceIds": [_id(wish.line)]}],
        }
        if wish.verb is Verb.CANCEL:
            body |= {"reasonCode": "FF", "etfWaiver": False}
        if wish.verb is Verb.CHANGE_PLAN:
            body["servicePlan"] = wish.plan
        return body


class ThingSpaceAdapter:
    """Verizon ThingSpace, for the lines of machine accounts."""

    name: ClassVar[str] = "thingspace"
    title: ClassVar[str] = "ThingSpace (Verizon)"
    abilities: ClassVar[Abilities] = Abilities(
        verbs=frozenset(_PATHS),
        later=True,
        calls_back=True,
        reads=True,
        counts=True,
        a_day=A_DAY,
    )
    fields: ClassVar[Sequence[Field]] = (
        Field("account", "Billing account", hint="With its leading zeros: 0212345678-00001."),
        Field("key", "Key of the application"),
        Field("secret", "Secret of the application", secret=True),
        Field("username", "User of the account"),
        Field("password", "Password of that user", secret=True),
        Field(
            "callback_password",
            "Password that callbacks carry",
            secret=True,
            hint=f"As registered for the service CarrierService, with the user name “{USER}”.",
        ),
    )
    address: ClassVar[str] = "https://thingspace.verizon.com/api"

    def open(self, access: Access) -> ThingSpace:
        return ThingSpace(access)

    def heard(self, access: Access, body: bytes) -> Sequence[Word]:
        """Read a message of the service CarrierService: one for each request."""
        message = _message(body)
        told = (str(message.get("username", "")), str(message.get("password", "")))
        known = (USER, access.value("callback_password"))
        same = [
            hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(told, known, strict=True)
        ]
        if not known[1] or not all(same):
            raise Stranger("This does not come from ThingSpace.")
        standing = _STANDING.get(str(message.get("status", "")).casefold())
        reference = message.get("requestId")
        if standing in {None, Standing.TAKEN} or not isinstance(reference, str):
            return ()
        assert standing is not None  # asked just above
        response = message.get("deviceResponse")
        back = _resumes(response if isinstance(response, Mapping) else {})
        return (Word(standing, reference, _fault(message), back),)


def _message(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _resumes(response: Mapping[str, Any]) -> date | None:
    """The day on which a suspended line comes back by itself, where it is said."""
    suspended = response.get("suspendResponse")
    said = suspended.get("expectedResumeDate") if isinstance(suspended, Mapping) else None
    try:
        return datetime.fromisoformat(said).date() if isinstance(said, str) else None
    except ValueError:
        return None


def _fault(message: Mapping[str, Any]) -> str:
    fault = message.get("faultResponse")
    if not isinstance(fault, Mapping):
        return ""
    return str(fault.get("faultstring") or fault.get("faultcode") or "")[:200]


def _id(line: Subscriber) -> dict[str, str]:
    """By its SIM where that is known, else by its number without the country."""
    if line.iccid:
        return {"id": line.iccid, "kind": "iccid"}
    return {"id": line.number.removeprefix("+1"), "kind": "mdn"}


def _named(ids: object, kind: str) -> str:
    for item in ids if isinstance(ids, list) else ():
        if isinstance(item, Mapping) and str(item.get("kind", "")).casefold() == kind:
            return str(item.get("id", ""))
    return ""


def _first(items: object) -> Mapping[str, Any] | None:
    first = items[0] if isinstance(items, list) and items else None
    return first if isinstance(first, Mapping) else None


def _count(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) and value >= 0 else 0


def _after(row: Mapping[str, Any]) -> str:
    """The second after the last one that was counted."""
    try:
        last = datetime.fromisoformat(str(row.get("timestamp", "")))
    except ValueError as problem:
        raise Unavailable("ThingSpace's answer could not be read.") from problem
    return (last + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
