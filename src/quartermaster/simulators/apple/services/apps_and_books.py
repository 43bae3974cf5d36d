"""Apple's service for apps and books, version 2, as far as a server and a device see it.

Over real HTTP on this machine, with Apple's error numbers and limits. Associations happen in the
service's own time: at once with ``prompt``, else when `complete` is called.
"""

import base64
import json
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import ThreadingHTTPServer
from typing import Any

import httpx

from quartermaster.simulators.apple.services.apps_rules import (
    Event,
    Product,
    Refusal,
    check_batch,
    check_people,
    has_account,
    moment,
)
from quartermaster.simulators.apple.state import App
from quartermaster.simulators.clock import now

MOST_IN_A_NOTICE = 100
LIFE = timedelta(days=365)
ALL_KINDS = ("ASSET_MANAGEMENT", "ASSET_COUNT", "USER_MANAGEMENT", "USER_ASSOCIATED")
Asset = tuple[str, str]  # number in the store, quality


@dataclass
class Shop:
    """One location of an organisation. Change what you like between two requests."""

    organisation: str = "Model City"
    uid: str = "2049025000431439"
    expires_at: datetime = field(default_factory=lambda: now() + LIFE)
    products: dict[Asset, Product] = field(default_factory=dict)
    assignments: set[tuple[Asset, str, str]] = field(default_factory=set)
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    accounts: set[str] | None = None  # of the organisation; None: whatever is asked for
    events: dict[str, Event] = field(default_factory=dict)
    server: dict[str, str] | None = None
    subscription: tuple[str, str] | None = None
    kinds: tuple[str, ...] = ()
    prompt: bool = True
    page_size: int = 100
    limits: dict[str, int] = field(default_factory=dict)
    revoked: bool = False
    refusals: list[Refusal] = field(default_factory=list)
    churn: int = 0
    notices: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    repeat_notices: int = 1
    address: str = ""

    def __post_init__(self) -> None:
        self.version = str(uuid.uuid4())
        self._lock = threading.RLock()
        said = {
            "token": base64.b64encode(uuid.uuid4().bytes * 4).decode(),
            "expDate": moment(self.expires_at),
            "orgName": self.organisation,
        }
        self.token = base64.b64encode(json.dumps(said).encode())

    # what a content manager does in the portal

    def buy(self, number: int, app: App, count: int, **more: Any) -> None:
        """Buy licences; a second time adds to them."""
        asset = (str(number), "STDQ")
        with self._lock:
            known = self.products.get(asset)
            if known is None:
                self.products[asset] = Product(app, count, **more)
            else:
                known.total += count
            self._changed()
        self._notify(
            "ASSET_COUNT",
            {"adamId": asset[0], "pricingParam": asset[1], "countDelta": count},
        )

    # what a device asks

    def app_for(self, number: int, serial: str, account: str, *, licensed: bool) -> App | None:
        """The application, if the device or its account may have it; None without a licence."""
        asset = (str(number), "STDQ")
        product = self.products.get(asset)
        if product is None:
            return None
        if not licensed:
            return product.app
        reference = next(
            (key for key, person in self.people.items() if person.get("account") == account), ""
        )
        holders = {(serial, ""), ("", reference)} - {("", "")}
        held = any((asset, *holder) in self.assignments for holder in holders)
        return product.app if held else None

    def external_id(self, identifier: str) -> int:
        return next(
            (p.external_id for p in self.products.values() if p.app.identifier == identifier), 0
        )

    # what the server asks

    def answer(self, method: str, path: str, asked: dict[str, str], body: Any) -> dict[str, Any]:
        """One request that carries the right token."""
        with self._lock:
            said: dict[str, Any] = self._answers()[f"{method} {path}"](asked, body)
            return said

    def _answers(self) -> dict[str, Any]:
        return {
            "GET /client/config": lambda _asked, _body: self._client(),
            "POST /client/config": lambda _asked, body: self._claim(body),
            "GET /assets": lambda asked, _body: self._page(asked, "assets", self._assets()),
            "GET /assignments": lambda asked, _body: self._page(
                asked, "assignments", self._assigned()
            ),
            "POST /assets/associate": lambda _asked, body: self._manage("ASSOCIATE", body),
            "POST /assets/disassociate": lambda _asked, body: self._manage("DISASSOCIATE", body),
            "POST /users/create": lambda _asked, body: self._people("CREATE", body),
            "POST /users/update": lambda _asked, body: self._people("UPDATE", body),
            "POST /users/retire": lambda _asked, body: self._people("RETIRE", body),
            "GET /status": lambda asked, _body: self._status(asked),
        }

    def service(self) -> dict[str, Any]:
        return {
            "limits": {
                "maxAssets": 25,
                "maxUsers": 100,
                "maxClientUserIds": 1000,
                "maxSerialNumbers": 1000,
                **self.limits,
            },
            "notificationTypes": list(ALL_KINDS),
            "urls": {
                "getAssets": f"{self.address}/assets",
                "contentMetadataLookup": f"{self.address}/lookup",
            },
        }

    def look_up(self, numbers: str) -> dict[str, Any]:
        """The store's own words about products."""
        found = {}
        for number in numbers.split(","):
            product = self.products.get((number, "STDQ"))
            if product is not None:
                version = {"display": product.app.version, "externalId": product.external_id}
                found[number] = {
                    "name": product.app.name,
                    "bundleId": product.app.identifier,
                    "offers": [{"version": version}],
                }
        return {"results": found}

    def _common(self) -> dict[str, Any]:
        return {"tokenExpirationDate": moment(self.expires_at), "uId": self.uid}

    def _client(self) -> dict[str, Any]:
        said = {**self._common(), "locationName": "City Hall", "countryISO2ACode": "US"}
        if self.server:
            said["mdmInfo"] = self.server
        if self.subscription:
            said |= {
                "notificationUrl": self.subscription[0],
                "subscribedNotificationTypes": list(self.kinds),
            }
        return said

    def _claim(self, body: dict[str, Any]) -> dict[str, Any]:
        server = body.get("mdmInfo") or {}
        if not all(server.get(key) for key in ("id", "name", "metadata")):
            raise Refusal(9723)
        address, token = body.get("notificationUrl"), body.get("notificationAuthToken")
        if bool(address) is not bool(token):
            raise Refusal(9710)
        if address and token:
            loopback = address.startswith("http://127.0.0.1:")
            if not address.startswith("https://") and not loopback:
                raise Refusal(9712)
            if not self._deliver(address, token, self._notice("TEST_NOTIFICATION", {})):
                raise Refusal(9728)
            self.subscription = (address, token)
            self.kinds = tuple(body.get("notificationTypes", ()))
        self.server = dict(server)
        return self._client()

    def _assets(self) -> list[dict[str, Any]]:
        used = Counter(asset for asset, _, _ in self.assignments)
        return [
            {
                "adamId": asset[0],
                "pricingParam": asset[1],
                "productType": "App",
                "assignedCount": used[asset],
                "availableCount": product.total - used[asset],
                "totalCount": product.total,
                "retiredCount": 0,
                "deviceAssignable": product.device_assignable,
                "revocable": product.revocable,
                "supportedPlatforms": list(product.platforms),
            }
            for asset, product in sorted(self.products.items())
        ]

    def _assigned(self) -> list[dict[str, Any]]:
        return [self._assignment(*item) for item in sorted(self.assignments)]

    @staticmethod
    def _assignment(asset: Asset, serial: str, reference: str) -> dict[str, Any]:
        whose = {"serialNumber": serial} if serial else {"clientUserId": reference}
        return {"adamId": asset[0], "pricingParam": asset[1], **whose}

    def _page(self, asked: dict[str, str], name: str, rows: list[Any]) -> dict[str, Any]:
        index = int(asked.get("pageIndex", "0"))
        pages = max(-(-len(rows) // self.page_size), 1)
        if not 0 <= index < pages:
            raise Refusal(9650)
        if self.churn and index:
            self.churn -= 1
            self._changed()
        said = {
            **self._common(),
            name: rows[index * self.page_size : (index + 1) * self.page_size],
            "currentPageIndex": index,
            "size": len(rows),
            "totalPages": pages,
            "versionId": self.version,
        }
        if index + 1 < pages:
            said["nextPageIndex"] = index + 1
        return said

    def _changed(self) -> None:
        self.version = str(uuid.uuid4())

    def _manage(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        items = check_batch(body, self.products, self.service()["limits"])
        return self._event(Event(kind, items))

    def _people(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        people = check_people(body, self.service()["limits"]["maxUsers"])
        return self._event(Event(kind, people=people))

    def _event(self, event: Event) -> dict[str, Any]:
        name = str(uuid.uuid4())
        self.events[name] = event
        if self.prompt:
            self._do(name)
        return {**self._common(), "eventId": name}

    def _status(self, asked: dict[str, str]) -> dict[str, Any]:
        event = self.events.get(asked.get("eventId", ""))
        if event is None:
            raise Refusal(9708)
        return {**self._common(), **event.status()}

    # what the service does in its own time

    def complete(self) -> None:
        """Do everything that was asked for."""
        with self._lock:
            for name, event in self.events.items():
                if not event.over:
                    self._do(name)

    def _do(self, name: str) -> None:
        event = self.events[name]
        if event.people:
            self._do_people(name, event)
            return
        short = []
        for asset, serial, reference in event.items:
            item = (asset, serial, reference)
            used = sum(1 for other in self.assignments if other[0] == asset)
            if event.kind == "DISASSOCIATE":
                self.assignments.discard(item)
            elif reference and reference not in self.people:
                event.fail(9609, serial, reference)
                continue
            elif item not in self.assignments and used >= self.products[asset].total:
                event.fail(9709, serial, reference)
                short.append(item)
                continue
            else:
                self.assignments.add(item)
            event.done.append(item)
        event.over = True
        self._changed()
        self._tell(name, event.done, event.kind, None)
        if short:
            self._tell(name, short, event.kind, 9709)

    def _tell(self, name: str, items: list[Any], kind: str, number: int | None) -> None:
        for start in range(0, len(items), MOST_IN_A_NOTICE):
            some = items[start : start + MOST_IN_A_NOTICE]
            said: dict[str, Any] = {
                "assignments": [self._assignment(*item) for item in some],
                "eventId": name,
                "result": "FAILURE" if number else "SUCCESS",
                "type": kind,
            }
            if number:
                said["error"] = Refusal(number).said()
            self._notify("ASSET_MANAGEMENT", said)

    def _do_people(self, name: str, event: Event) -> None:
        done = []
        for person in event.people:
            reference = person["clientUserId"]
            known = reference in self.people
            if event.kind == "CREATE" and known:
                event.fail(9716, "", reference)
            elif event.kind != "CREATE" and not known:
                event.fail(9609, "", reference)
            elif event.kind == "RETIRE":
                self._retire(reference)
                done.append({"clientUserId": reference, "status": "Retired"})
            elif not has_account(person, self.accounts):
                event.fail(9602, "", reference)
            else:
                account = person.get("managedAppleId", "")
                status = "Associated" if account else "Registered"
                self.people[reference] = {"account": account, "status": status}
                done.append({"clientUserId": reference, "status": status})
        event.over = True
        if done:
            self._notify(
                "USER_MANAGEMENT",
                {"eventId": name, "result": "SUCCESS", "type": event.kind, "users": done},
            )

    def _retire(self, reference: str) -> None:
        """Whatever the person had is the organisation's again; they may be registered anew."""
        del self.people[reference]
        self.assignments = {item for item in self.assignments if item[2] != reference}
        self._changed()

    def _notify(self, kind: str, said: dict[str, Any]) -> None:
        if self.subscription is None or kind not in self.kinds:
            return
        notice = self._notice(kind, said)
        self.notices.append(notice)
        # after the answer, as Apple does: a notification never overtakes the reply it belongs to
        for _ in range(self.repeat_notices):
            self._later.append((*self.subscription, notice))

    _later: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def deliver_notices(self) -> int:
        """Send the notifications that wait; how many were taken."""
        waiting, self._later = self._later, []
        return sum(self._deliver(*item) for item in waiting)

    def _notice(self, kind: str, said: dict[str, Any]) -> dict[str, Any]:
        return {
            "notification": said,
            "notificationId": str(uuid.uuid4()),
            "notificationType": kind,
            "uId": self.uid,
        }

    @staticmethod
    def _deliver(address: str, token: str, notice: dict[str, Any]) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return httpx.post(address, json=notice, headers=headers, timeout=5).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def apps_and_books(shop: Shop | None = None) -> Iterator[Shop]:
    """The service, open on a port of this machine; ``shop.address`` is its beginning."""
    from quartermaster.simulators.apple.services.apps_http import handler_of  # they know another

    opened = shop or Shop()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(opened))
    opened.address = f"http://127.0.0.1:{server.server_address[1]}/mdm/v2"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield opened
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
