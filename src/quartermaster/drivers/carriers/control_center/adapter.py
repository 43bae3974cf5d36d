"""Orders over the REST API, version 1: a SIM is a device, known by its ICCID.

Changes take effect with the answer. A deactivated SIM can be activated again; a retired one not.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.timezone import localdate

from quartermaster.drivers.carriers.http import Reply, ask
from quartermaster.inventory.carriers import (
    Abilities,
    Access,
    Condition,
    Declined,
    Field,
    Locked,
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
from quartermaster.kernel.clock import now

_STATUS = {Verb.SUSPEND: "DEACTIVATED", Verb.RESTORE: "ACTIVATED", Verb.CANCEL: "RETIRED"}
_CONDITIONS = {
    "ACTIVATED": Condition.ACTIVE,
    "TEST_READY": Condition.ACTIVE,
    "DEACTIVATED": Condition.SUSPENDED,
    "RETIRED": Condition.ENDED,
    "PURGED": Condition.ENDED,
}
# what a person has to mend at the access, not at the line
_LOCKED = frozenset({"10000001", "10000030"})
_SERVER = frozenset({"30000001", "30000002"})
_WORDS = {
    "20000001": "It does not know this ICCID.",
    "10000028": "It does not understand a value of this request.",
}
BYTES = 1024


class ControlCenter:
    """An open access: the name of an API user with its key, at every request."""

    def __init__(self, access: Access) -> None:
        self._base = f"{access.address}/rws/api/v1/devices"
        self._login = (access.value("username"), access.value("api_key"))

    def order(self, wish: Wish) -> Word:
        """Change status or rate plan, unless it is so already, and see whether it is so now."""
        if _is_so(wish, self._device(wish.line)):
            return Word(Standing.DONE, said="It was so already.")
        if wish.verb is Verb.CHANGE_PLAN:
            change = {"ratePlan": wish.plan}
        else:
            change = {"status": _STATUS[wish.verb]}
        self._ask("PUT", _iccid(wish.line), body=change)
        if not _is_so(wish, self._device(wish.line)):
            return Word(Standing.TAKEN)
        return Word(Standing.DONE)

    def answer(self, wish: Wish, reference: str) -> Word:
        """Whether the device is as it was asked for."""
        done = _is_so(wish, self._device(wish.line))
        return Word(Standing.DONE if done else Standing.TAKEN, reference)

    def read(self, line: Subscriber) -> Reading:
        """The status of the device."""
        device = self._device(line)
        status = device.text("status")
        return Reading(
            condition=_CONDITIONS.get(status, Condition.OTHER),
            said=status,
            iccid=device.text("iccid"),
            plan=device.text("ratePlan"),
        )

    def used(self, line: Subscriber, from_on: date, until_on: date) -> Used:  # noqa: ARG002
        """What was used in the running cycle; the API counts no other span."""
        if until_on <= localdate(now()):
            raise Declined("Control Center counts the running cycle; earlier ones are in files.")
        found = self._ask("GET", f"{_iccid(line)}/ctdUsages").data
        data = _count(found, "ctdDataUsage")
        return Used(
            kilobytes=None if data is None else data // BYTES,
            messages=_count(found, "ctdSMSUsage"),
            seconds=_count(found, "ctdVoiceUsage"),
        )

    def _device(self, line: Subscriber) -> Reply:
        return self._ask("GET", _iccid(line))

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        reply = ask(method, f"{self._base}/{path}", body=body, login=self._login)
        if reply.good:
            return reply
        code, said = reply.text("errorCode"), reply.text("errorMessage")[:200]
        if reply.status == 401 or code in _LOCKED:  # noqa: PLR2004 (not authorised)
            raise Locked(f"Control Center does not let us in: {said or code}")
        if code in _SERVER:
            raise Unavailable(f"Control Center has a fault of its own: {said}")
        plain = _WORDS.get(code, said or f"error {code or reply.status}")
        raise Declined(f"Control Center declined. {plain}", reason=code)


class ControlCenterAdapter:
    """Cisco IoT Control Center, formerly Jasper."""

    name: ClassVar[str] = "control-center"
    title: ClassVar[str] = "Control Center (Cisco IoT)"
    abilities: ClassVar[Abilities] = Abilities(
        verbs=frozenset({*_STATUS, Verb.CHANGE_PLAN}), reads=True, counts=True
    )
    fields: ClassVar[Sequence[Field]] = (
        Field("username", "User of the API"),
        Field("api_key", "API key", secret=True),
    )
    address: ClassVar[str] = "https://restapi1.jasper.com"

    def open(self, access: Access) -> ControlCenter:
        return ControlCenter(access)

    def heard(self, access: Access, body: bytes) -> Sequence[Word]:  # noqa: ARG002
        raise Stranger("Control Center is asked, and does not call.")


def _iccid(line: Subscriber) -> str:
    if not line.iccid.isdigit():
        raise Declined("Control Center knows a line by its SIM, and none is on record.")
    return line.iccid


def _is_so(wish: Wish, device: Reply) -> bool:
    if wish.verb is Verb.CHANGE_PLAN:
        return device.text("ratePlan") == wish.plan
    return device.text("status") == _STATUS[wish.verb]


def _count(found: Mapping[str, Any], name: str) -> int | None:
    value = found.get(name)
    return value if isinstance(value, int) and value >= 0 else None
