"""The rules of the service for apps and books: what is refused, and with which number."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quartermaster.simulators.apple.state import App

MESSAGES: Mapping[int, tuple[int, str]] = {
    9601: (401, "Login required."),
    9602: (400, "Invalid argument."),
    9603: (500, "Internal error."),
    9609: (400, "Unable to find the registered user."),
    9621: (401, "The token has expired."),
    9625: (401, "The server has revoked the sToken."),
    9634: (410, "This service is no longer available."),
    9646: (429, "There are too many requests for the current organization."),
    9650: (400, "The provided page index must be greater than 0."),
    9700: (400, "This request exceeds the maximum assets limit."),
    9701: (400, "This request exceeds the maximum clientUserIds limit."),
    9702: (400, "This request exceeds the maximum serialNumbers limit."),
    9703: (400, "This request contains duplicate assets."),
    9704: (400, "This request contains duplicate clientUserIds."),
    9705: (400, "This request contains duplicate serialNumbers."),
    9707: (400, "The asset in the request isn't device-assignable."),
    9708: (400, "Unable to find eventId."),
    9709: (400, "There aren't enough assets available to complete this association."),
    9710: (400, "Both the notification URL and the authentication token are necessary."),
    9712: (400, "The provided notification URL must be a valid URL and use HTTPS."),
    9714: (400, "The number of users exceeds the maximum."),
    9715: (400, "This request contains duplicate users."),
    9716: (400, "A registered user already exists with the specified clientUserId."),
    9718: (400, "This request doesn't contain an asset."),
    9719: (400, "Either clientUserIds or serialNumbers are required arguments."),
    9720: (400, "Users are a required argument."),
    9722: (401, "This request contains an invalid authorization header."),
    9723: (400, "You must provide a name, ID, and metadata."),
    9726: (405, "This request contains an unsupported HTTP method."),
    9727: (415, "This request contains an unsupported Content-Type."),
    9728: (400, "The provided notification URL is unreachable."),
    9729: (503, "The service is temporarily unavailable."),
}


@dataclass
class Product:
    """What the organisation owns of one product, and what the store knows of it."""

    app: App
    total: int
    device_assignable: bool = True
    revocable: bool = True
    platforms: tuple[str, ...] = ("iOS",)
    external_id: int = 1


Item = tuple[tuple[str, str], str, str]  # asset, serial number, reference of a person


class Refusal(Exception):  # noqa: N818 (an answer)
    """An error of Apple's, by its number."""

    def __init__(self, number: int, retry_after: int = 0) -> None:
        super().__init__(MESSAGES[number][1])
        self.number, self.retry_after = number, retry_after

    @property
    def status(self) -> int:
        return MESSAGES[self.number][0]

    def said(self) -> dict[str, Any]:
        return {"errorNumber": self.number, "errorMessage": str(self)}


@dataclass
class Event:
    """Something that was asked for, and what became of it."""

    kind: str
    items: list[Item] = field(default_factory=list)
    people: list[dict[str, str]] = field(default_factory=list)
    over: bool = False
    silent_about_whom: bool = False
    done: list[Item] = field(default_factory=list)
    failures: dict[int, list[tuple[str, str]]] = field(default_factory=dict)

    def fail(self, number: int, serial: str, reference: str) -> None:
        self.failures.setdefault(number, []).append((serial, reference))

    def status(self) -> dict[str, Any]:
        requested = len(self.items) or len(self.people)
        failed = sum(map(len, self.failures.values()))
        said: dict[str, Any] = {
            "eventType": self.kind,
            "eventStatus": "PENDING",
            "numRequested": requested,
            "numCompleted": requested - failed if self.over else 0,
        }
        if self.over:
            said["eventStatus"] = "FAILED" if self.failures else "COMPLETE"
            said["failures"] = [self._failure(*item) for item in self.failures.items()]
        return said

    def _failure(self, number: int, whom: list[tuple[str, str]]) -> dict[str, Any]:
        said = Refusal(number).said()
        if not self.silent_about_whom:
            serials = [serial for serial, _ in whom if serial]
            references = [reference for _, reference in whom if reference]
            said["errorInfo"] = {
                **({"serialNumbers": serials} if serials else {}),
                **({"clientUserIds": references} if references else {}),
            }
        return said


def check_batch(
    body: dict[str, Any], products: Mapping[tuple[str, str], Any], limits: Mapping[str, int]
) -> list[Item]:
    """What a request asks for, within Apple's limits."""
    assets = [(a["adamId"], a.get("pricingParam", "STDQ")) for a in body.get("assets", [])]
    serials, references = body.get("serialNumbers", []), body.get("clientUserIds", [])
    _require(bool(assets), 9718)
    _require(bool(serials or references), 9719)
    for values, most, too_many, twice in (
        (assets, "maxAssets", 9700, 9703),
        (references, "maxClientUserIds", 9701, 9704),
        (serials, "maxSerialNumbers", 9702, 9705),
    ):
        _require(len(values) <= limits[most], too_many)
        _require(len(values) == len(set(values)), twice)
    for asset in assets:
        _require(_has(products, asset), 9602)
        _require(not serials or products[asset].device_assignable, 9707)
    whom = [(serial, "") for serial in serials] + [("", reference) for reference in references]
    return [(asset, *who) for asset in assets for who in whom]


def _has(products: Container[tuple[str, str]], asset: tuple[str, str]) -> bool:
    return asset in products


def check_people(body: dict[str, Any], most: int) -> list[dict[str, str]]:
    people: list[dict[str, str]] = body.get("users", [])
    references = [person["clientUserId"] for person in people]
    _require(bool(people), 9720)
    _require(len(people) <= most, 9714)
    _require(len(references) == len(set(references)), 9715)
    return people


def _require(good: bool, number: int) -> None:  # noqa: FBT001 (a condition)
    if not good:
        raise Refusal(number)


def has_account(person: Mapping[str, str], known: Container[str] | None) -> bool:
    """Whether the organisation has the account that a person is to be known by (None: any)."""
    account = person.get("managedAppleId", "")
    return not account or known is None or account in known


def moment(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S+0000")
