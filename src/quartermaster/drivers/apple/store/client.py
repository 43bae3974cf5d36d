"""A client of the App and Book Management API, version 2."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from quartermaster.drivers.apple.store import reading
from quartermaster.mdm.licensing import (
    Described,
    Given,
    Limits,
    Location,
    Person,
    Product,
    Progress,
    ServiceTrouble,
)

SECONDS = 30
LARGEST = 16 * 1024 * 1024
MOST_PAGES = 2000
MOST_RESTARTS = 3
MANY_AT_ONCE = 50
TELLS = ("ASSET_MANAGEMENT", "ASSET_COUNT", "USER_MANAGEMENT", "USER_ASSOCIATED")
PATHS = {
    "clientConfig": "client/config",
    "getAssets": "assets",
    "getAssignments": "assignments",
    "associateAssets": "assets/associate",
    "disassociateAssets": "assets/disassociate",
    "createUsers": "users/create",
    "updateUsers": "users/update",
    "retireUsers": "users/retire",
    "eventStatus": "status",
}


@contextmanager
def opened(secret: bytes) -> Iterator["Client"]:
    """A conversation with the service, with the token of one location."""
    with httpx.Client(timeout=SECONDS, follow_redirects=False) as http:
        yield Client(http, secret.decode("ascii"))


class Client:
    """`mdm.licensing.LicenceService` for Apple's service."""

    def __init__(self, http: httpx.Client, token: str) -> None:
        self._http = http
        self._token = token
        self._base = settings.APPS_AND_BOOKS_URL.rstrip("/")
        self._urls: Mapping[str, str] = {}

    def location(self) -> Location:
        return reading.location(self._call("GET", "clientConfig"))

    def claim(self, server_id: str, server_name: str, address: str, token: str) -> Location:
        body: dict[str, Any] = {
            "mdmInfo": {"id": server_id, "name": server_name[:100], "metadata": "quartermaster"}
        }
        if address:
            body |= {
                "notificationUrl": address,
                "notificationAuthToken": token,
                "notificationTypes": list(TELLS),
            }
        return reading.location(self._call("POST", "clientConfig", body=body))

    def limits(self) -> Limits:
        """Apple changes limits and addresses without notice, so both are read anew each time."""
        said = self._ask("GET", f"{self._base}/service/config")
        urls = said.get("urls")
        if isinstance(urls, dict):
            self._urls = {key: url for key, url in urls.items() if self._is_trusted(url)}
        return reading.limits(said)

    def products(self) -> Sequence[Product]:
        return self._all("getAssets", reading.products)

    def given(self) -> Sequence[Given]:
        return self._all("getAssignments", reading.given)

    def give(self, items: Sequence[Given]) -> str:
        return self._manage("associateAssets", items)

    def take_back(self, items: Sequence[Given]) -> str:
        return self._manage("disassociateAssets", items)

    def make_known(self, people: Sequence[Person]) -> str:
        return self._people("createUsers", people)

    def change(self, people: Sequence[Person]) -> str:
        return self._people("updateUsers", people)

    def forget(self, people: Sequence[Person]) -> str:
        users = [{"clientUserId": item.reference} for item in people]
        return reading.event(self._call("POST", "retireUsers", body={"users": users}))

    def progress(self, event_id: str) -> Progress:
        return reading.progress(self._call("GET", "eventStatus", {"eventId": event_id}))

    def describe(self, store_ids: Sequence[str], country: str) -> Sequence[Described]:
        """Names and versions, from the store's own look-up; without it there are numbers only."""
        address = self._urls.get("contentMetadataLookup")
        if not address:
            return ()
        found: list[Described] = []
        for start in range(0, len(store_ids), MANY_AT_ONCE):
            asked = {
                "version": "2",
                "p": "mdm-lockup",
                "caller": "MDM",
                "platform": "enterprisestore",
                "cc": (country or "us").lower(),
                "l": "en",
                "id": ",".join(store_ids[start : start + MANY_AT_ONCE]),
            }
            found += reading.described(self._ask("GET", address, asked, cookie=True))
        return found

    def _manage(self, name: str, items: Sequence[Given]) -> str:
        body: dict[str, Any] = {
            "assets": [{"adamId": items[0].store_id, "pricingParam": items[0].pricing}]
        }
        if serials := [item.serial for item in items if item.serial]:
            body["serialNumbers"] = serials
        if references := [item.reference for item in items if item.reference]:
            body["clientUserIds"] = references
        return reading.event(self._call("POST", name, body=body))

    def _people(self, name: str, people: Sequence[Person]) -> str:
        users = [
            {"clientUserId": item.reference, "managedAppleId": item.account} for item in people
        ]
        return reading.event(self._call("POST", name, body={"users": users}))

    def _all(self, name: str, read: Any) -> list[Any]:
        """Every page, of one and the same version of the data."""
        for _ in range(MOST_RESTARTS):
            pages = self._pages(name)
            if pages is not None:
                return [item for page in pages for item in read(page)]
        raise ServiceTrouble("Apple's list keeps changing while it is read.", retry_after=300)

    def _pages(self, name: str) -> list[dict[str, Any]] | None:
        """The pages; None: the data changed between two of them."""
        pages: list[dict[str, Any]] = []
        index: int | None = 0
        while index is not None:
            if len(pages) >= MOST_PAGES:
                raise ServiceTrouble("Apple's list is longer than is read here.", retry_after=3600)
            page = self._call("GET", name, {"pageIndex": str(index)} if index else {})
            if pages and page.get("versionId") != pages[0].get("versionId"):
                return None
            pages.append(page)
            following = page.get("nextPageIndex")
            if isinstance(following, int) and following <= index:
                raise ServiceTrouble("Apple's list turns in a circle.", retry_after=3600)
            index = following if isinstance(following, int) else None
        return pages

    def _call(
        self,
        method: str,
        name: str,
        asked: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        address = self._urls.get(name) or f"{self._base}/{PATHS[name]}"
        return self._ask(method, address, asked, body)

    def _ask(
        self,
        method: str,
        address: str,
        asked: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        cookie: bool = False,
    ) -> dict[str, Any]:
        headers = {"Cookie": f"itvt={self._token}"} if cookie else {}
        headers |= {} if cookie else {"Authorization": f"Bearer {self._token}"}
        try:
            with self._http.stream(
                method, address, params=asked, json=body, headers=headers
            ) as answer:
                content = _bounded(answer)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise ServiceTrouble("Apple's service cannot be reached.", retry_after=60) from problem
        try:
            said = json.loads(content) if content else {}
        except (ValueError, RecursionError):
            said = {}
        if not isinstance(said, dict):
            said = {}
        if answer.is_success:
            return said
        raise reading.trouble(answer.status_code, said, answer.headers.get("Retry-After", ""))

    def _is_trusted(self, url: object) -> bool:
        """Whether an address may be sent the token: Apple's own, or the one that was set."""
        if not isinstance(url, str):
            return False
        try:
            parts, base = urlsplit(url), urlsplit(self._base)
            host = parts.hostname or ""
        except ValueError:
            return False
        if (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
            return True
        return parts.scheme == "https" and (host == "apple.com" or host.endswith(".apple.com"))


def _bounded(answer: httpx.Response) -> bytes:
    content = b""
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > LARGEST:
            raise ServiceTrouble("Apple's answer is larger than is taken here.", retry_after=3600)
    return content
