"""Control Center's REST API, version 1: devices by ICCID, Basic authentication, its error codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quartermaster.simulators.carriers_api.serving import Answer, Asked

PREFIX = "/rws/api/v1/devices/"
STATUSES = frozenset(
    {"TEST_READY", "INVENTORY", "ACTIVATION_READY", "ACTIVATED", "DEACTIVATED", "RETIRED"}
)
FINAL = "RETIRED"


@dataclass
class Device:
    """One SIM. ``usage``: bytes, messages and seconds since the cycle began."""

    iccid: str
    msisdn: str = ""
    status: str = "ACTIVATED"
    rate_plan: str = "City pooled"
    usage: tuple[int, int, int] = (0, 0, 0)


@dataclass
class ControlCenterApi:
    """One customer's account. ``lag``: changes show only after so many further looks."""

    username: str = "city-api"
    key: str = "0f1e2d3c"
    devices: dict[str, Device] = field(default_factory=dict)
    rate_plans: set[str] = field(default_factory=lambda: {"City pooled", "City 5 GB"})
    lag: int = 0
    asked: list[Asked] = field(default_factory=list)
    faults: list[Answer] = field(default_factory=list)
    _late: list[tuple[int, Device, dict[str, str]]] = field(default_factory=list)

    def put(self, iccid: str, **more: Any) -> Device:
        device = self.devices[iccid] = Device(iccid, **more)
        return device

    def answer(self, asked: Asked) -> Answer:
        if asked.login != (self.username, self.key):
            return _error(401, "10000001", "Invalid credentials.")
        iccid, _, rest = asked.path.removeprefix(PREFIX).partition("/")
        if not asked.path.startswith(PREFIX) or rest not in {"", "ctdUsages"}:
            return _error(404, "20000000", "Resource not found.")
        device = self.devices.get(iccid)
        if device is None:
            return _error(404, "20000001", "Resource not found - Invalid ICCID.")
        if asked.method == "PUT":
            return self._change(device, asked.body)
        self._catch_up()
        return Answer(200, {**_shown(device), **(_usage(device) if rest else {})})

    def _change(self, device: Device, body: Mapping[str, Any]) -> Answer:
        known = {"status", "ratePlan", "overageLimitOverride", "effectiveDate"}
        if set(body) - known or not body:
            return _error(400, "10000028", "Invalid request. Unrecognized parameters.")
        status, plan = body.get("status", device.status), body.get("ratePlan", device.rate_plan)
        if status not in STATUSES:
            return _error(400, "10000004", "Invalid SIM status.")
        if plan not in self.rate_plans:
            return _error(400, "10000011", "Invalid rate plan.")
        if device.status == FINAL and status != FINAL:
            return _error(400, "10000029", "The status of a retired device does not change.")
        change = {"status": str(status), "rate_plan": str(plan)}
        self._late.append((self.lag, device, change))
        if not self.lag:
            self._catch_up()
        return Answer(200, {"iccid": device.iccid})

    def _catch_up(self) -> None:
        waiting, self._late = self._late, []
        for looks, device, change in waiting:
            if looks > 0:
                self._late.append((looks - 1, device, change))
            else:
                device.status, device.rate_plan = change["status"], change["rate_plan"]


def too_many(after: int = 30) -> Answer:
    """What comes back where the account asks too often."""
    said = {"errorMessage": "Rate limit exceeded.", "errorCode": "40000029"}
    return Answer(429, said, {"Retry-After": str(after)})


def fault() -> Answer:
    return _error(500, "30000001", "Unknown server error.")


def _shown(device: Device) -> dict[str, Any]:
    return {
        "iccid": device.iccid,
        "msisdn": device.msisdn,
        "status": device.status,
        "ratePlan": device.rate_plan,
        "communicationPlan": "Data and SMS",
    }


def _usage(device: Device) -> dict[str, Any]:
    data, messages, seconds = device.usage
    return {"ctdDataUsage": data, "ctdSMSUsage": messages, "ctdVoiceUsage": seconds}


def _error(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"errorMessage": message, "errorCode": code})
