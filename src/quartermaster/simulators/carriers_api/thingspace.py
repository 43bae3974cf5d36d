"""ThingSpace Connectivity Management: two tokens, requests with a key, words that come later.

A request is pending until `complete` is called; then its message goes to the registered listener.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from quartermaster.simulators.carriers_api.serving import Answer, Asked

API = "/m2m/v1"
FAILED_LOG_INS = 5
SERVICE = "UnifiedWebService"
VERBS = {
    "/devices/actions/suspend": ("active", "suspend"),
    "/devices/actions/restore": ("suspend", "active"),
    "/devices/actions/deactivate": ("", "deactive"),
}
RESPONSES = {"suspend": "suspendResponse", "active": "restoreResponse"}


@dataclass
class Line:
    """One line of service of the account."""

    mdn: str
    iccid: str
    state: str = "active"
    plan: str = "87660x48526x75802x75803"
    days: list[tuple[str, int, int]] = field(default_factory=list)  # day, bytes, messages
    actions: int = 0


@dataclass
class Request:
    """What was taken, and what it leads to. ``forbidden``: why it will fail."""

    line: Line
    change: dict[str, str]
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = "Pending"
    forbidden: str = ""


@dataclass
class ThingSpaceApi:
    """One billing account, with its application and its user."""

    account: str = "0212345678-00001"
    key: str = "app-key"
    secret: str = "app-secret"  # noqa: S105 (of the simulation)
    username: str = "CITYUSER"
    password: str = "pass-word-1"  # noqa: S105 (of the simulation)
    lines: list[Line] = field(default_factory=list)
    plans: set[str] = field(default_factory=lambda: {"87660x48526x75802x75803", "5GB_SHARE"})
    a_day: int = 5
    resumes: str = "2027-02-20T00:00:00Z"
    page: int = 100
    requests: dict[str, Request] = field(default_factory=dict)
    listener: dict[str, str] = field(default_factory=dict)
    failed_log_ins: int = 0
    bearer: str = ""
    session: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[Answer] = field(default_factory=list)

    def put(self, mdn: str, iccid: str, **more: Any) -> Line:
        self.lines.append(Line(mdn, iccid, **more))
        return self.lines[-1]

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/ts/v1/oauth2/token":
            return self._token(asked)
        if asked.headers.get("Authorization") != f"Bearer {self.bearer}" or not self.bearer:
            said = {"code": "900901", "message": "Invalid Credentials"}
            return Answer(401, {"fault": said})
        path = asked.path.removeprefix(API)
        if path == "/session/login":
            return self._log_in(asked.body)
        if asked.headers.get("VZ-M2M-Token") != self.session or not self.session:
            return _error("REQUEST_FAILED.SessionToken.Expired", "The session has expired.")
        return self._route(asked.method, path, asked.body)

    def _token(self, asked: Asked) -> Answer:
        if asked.login != (self.key, self.secret):
            return Answer(401, {"error": "invalid_client"})
        if asked.body.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        self.bearer = uuid.uuid4().hex
        told = {"access_token": self.bearer, "token_type": "Bearer", "expires_in": 3600}
        return Answer(200, told)

    def _log_in(self, body: Mapping[str, Any]) -> Answer:
        if self.failed_log_ins >= FAILED_LOG_INS:
            return _error("REQUEST_FAILED.Account.Locked", "The user is locked.")
        if (body.get("username"), body.get("password")) != (self.username, self.password):
            self.failed_log_ins += 1
            return _error("INPUT_INVALID.Password.Invalid", "Invalid password.")
        self.failed_log_ins, self.session = 0, str(uuid.uuid4())
        return Answer(200, {"sessionToken": self.session})

    def _route(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        verbs = {
            ("POST", "/devices/actions/list"): self._list,
            ("PUT", "/devices/actions/plan"): self._change_plan,
            ("PUT", "/devices/4G/actions/deviceId"): self._change_sim,
            ("POST", "/devices/usage/actions/list"): self._usage,
            ("POST", f"/callbacks/{self.account}"): self._register,
        }
        if verb := verbs.get((method, path)):
            return verb(body)
        if method == "POST" and path in VERBS:
            return self._provision(path, body)
        key, _, rest = path.removeprefix(f"/accounts/{self.account}/requests/").partition("/")
        if method == "GET" and rest == "status" and key in self.requests:
            return Answer(200, {"requestId": key, "status": self.requests[key].status})
        return _error("REQUEST_FAILED.NotFound", "There is no such resource.")

    def _list(self, body: Mapping[str, Any]) -> Answer:
        found = self._line(body.get("deviceId"))
        return Answer(200, {"hasMoreData": False, "devices": [_shown(found)] if found else []})

    def _register(self, body: Mapping[str, Any]) -> Answer:
        self.listener = {key: str(value) for key, value in body.items()}
        return Answer(200, {"accountName": self.account, "serviceName": body.get("name")})

    def _provision(self, path: str, body: Mapping[str, Any]) -> Answer:
        line = self._one(body)
        if body.get("accountName") != self.account:
            return _error("REQUEST_FAILED.AccountNotFound", "The account was not found.")
        if line is None:
            return _error("INPUT_INVALID.Devices.NotFound", "The device was not found.")
        if path.endswith("deactivate") and body.get("reasonCode") != "FF":
            return _error("INPUT_INVALID.ReasonCode.Invalid", "The reason code is invalid.")
        source, target = VERBS[path]
        request = self._take(line, {"state": target})
        if source and line.state != source:
            request.forbidden = f"The device is not in the state {source}."
        return Answer(200, {"requestId": request.key})

    def _change_plan(self, body: Mapping[str, Any]) -> Answer:
        line, plan = self._one(body), body.get("servicePlan")
        if line is None or plan not in self.plans:
            return _error("INPUT_INVALID.ServicePlan.Invalid", "The service plan is invalid.")
        return Answer(200, {"requestId": self._take(line, {"plan": str(plan)}).key})

    def _change_sim(self, body: Mapping[str, Any]) -> Answer:
        ids, fresh = body.get("deviceIds") or [{}], body.get("deviceIdsTo") or [{}]
        line = self._line(ids[0])
        if line is None or body.get("change4gOption") != "ChangeICCID":
            return _error("INPUT_INVALID.DeviceIds.Invalid", "The device was not found.")
        return Answer(200, {"requestId": self._take(line, {"iccid": fresh[0]["id"]}).key})

    def _take(self, line: Line, change: dict[str, str]) -> Request:
        request = Request(line, change)
        line.actions += 1
        if line.actions > self.a_day:
            request.forbidden = "Too many provisioning actions for this line today."
        self.requests[request.key] = request
        return request

    def _usage(self, body: Mapping[str, Any]) -> Answer:
        line = self._line(body.get("deviceId"))
        if line is None:
            return _error("INPUT_INVALID.DeviceId.NotFound", "The device was not found.")
        first, last = str(body.get("earliest")), str(body.get("latest"))
        rows = [row for row in line.days if first <= f"{row[0]}T12:00:00Z" <= last]
        shown = [
            {"bytesUsed": data, "smsUsed": sms, "timestamp": f"{day}T12:00:00Z", "source": "Raw"}
            for day, data, sms in rows[: self.page]
        ]
        return Answer(200, {"hasMoreData": len(rows) > self.page, "usageHistory": shown})

    def _one(self, body: Mapping[str, Any]) -> Line | None:
        devices = body.get("devices") or [{}]
        ids = devices[0].get("deviceIds") or [{}]
        return self._line(ids[0])

    def _line(self, wanted: Any) -> Line | None:
        kind, value = (wanted or {}).get("kind"), (wanted or {}).get("id")
        return next((one for one in self.lines if value == getattr(one, str(kind), None)), None)

    def complete(self, *, call: bool = True) -> list[int]:
        """Finish what is pending; what the listener answered to each message."""
        answers = []
        for request in list(self.requests.values()):
            if request.status != "Pending":
                continue
            request.status = "Failure" if request.forbidden else "Success"
            if not request.forbidden:
                for name, value in request.change.items():
                    setattr(request.line, name, value)
            if call and self.listener:
                answers.append(self.tell(self.message(request)))
        return answers

    def message(self, request: Request) -> dict[str, Any]:
        """The message of the service CarrierService about a request."""
        told: dict[str, Any] = {
            "username": self.listener.get("username", ""),
            "password": self.listener.get("password", ""),
            "requestId": request.key,
            "deviceIds": [{"id": request.line.iccid, "kind": "iccid"}],
            "status": "Failed" if request.forbidden else "Success",
        }
        if request.forbidden:
            fault = {"faultcode": "REQUEST_FAILED", "faultstring": request.forbidden}
            return {**told, "faultResponse": fault}
        state = request.change.get("state", "")
        response: dict[str, Any] = {}
        if state == "suspend":
            response = {"expectedResumeDate": self.resumes}
        return {**told, "deviceResponse": {RESPONSES.get(state, "carrierResponse"): response}}

    def tell(self, message: Mapping[str, Any]) -> int:
        with httpx.Client(timeout=10) as http:
            return http.post(self.listener["url"], json=message).status_code


def throttled(after: int = 60) -> Answer:
    """What comes back where the application asks too often."""
    fault = {"code": "900802", "message": "Message throttled out"}
    return Answer(429, {"fault": fault}, {"Retry-After": str(after)})


def _shown(line: Line) -> dict[str, Any]:
    return {
        "accountName": "0212345678-00001",
        "carrierInformations": [
            {"carrierName": "Verizon Wireless", "servicePlan": line.plan, "state": line.state}
        ],
        "deviceIds": [{"id": line.mdn, "kind": "mdn"}, {"id": line.iccid, "kind": "iccid"}],
    }


def _error(code: str, message: str) -> Answer:
    return Answer(400, {"errorCode": f"{SERVICE}.{code}", "errorMessage": message})
