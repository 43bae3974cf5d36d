"""What Apple's service says, read within bounds, and what its error numbers mean."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.mdm.licensing import (
    Described,
    Failure,
    Given,
    Limits,
    Location,
    Notice,
    Person,
    Product,
    Progress,
    Rejected,
    ServiceTrouble,
    Tells,
    Unreachable,
    Why,
)

HOUR, DAY = 3600, 86_400
EXPIRED, INVALID, REVOKED, NO_HEADER = 9621, 9622, 9625, 9722
LOGIN, BUSY, GONE, SERVICE_DOWN = 9601, 9646, 9634, 9729
NO_USER, SHORTAGE, USER_EXISTS = 9609, 9709, 9716
UNREACHABLE = frozenset({9710, 9711, 9712, 9728})
BAD_TOKEN = frozenset({LOGIN, EXPIRED, INVALID, REVOKED, NO_HEADER})
_SENTENCES: Mapping[int, str] = {
    LOGIN: "Apple does not know the token; bring a new one.",
    EXPIRED: "The token has run out; download a new one in Apple Business Manager.",
    INVALID: "Apple does not take the token; bring a new one.",
    REVOKED: "The token was revoked; download a new one in Apple Business Manager.",
    NO_HEADER: "Apple does not take the token; bring a new one.",
    NO_USER: "Apple does not know this person.",
    GONE: "Apple has closed this service.",
    SHORTAGE: "There are not enough licences.",
    USER_EXISTS: "Apple knows this person already.",
}
_WHY = {SHORTAGE: Why.SHORTAGE, NO_USER: Why.NO_USER, USER_EXISTS: Why.USER_EXISTS}
_PLATFORMS = {"iOS": ("ios", "ipados"), "macOS": ("macos",)}
LONGEST_RETRY = DAY
LARGEST_COUNT = 2**31 - 1


def trouble(status: int, said: Mapping[str, Any], retry_after: str) -> ServiceTrouble:
    """What a refusal means, in a sentence, and when to ask again."""
    number = _number(said, "errorNumber")
    words = _SENTENCES.get(number) or f"Apple's service answered {status}: {_words(said, number)}"
    asked = int(retry_after) if retry_after.isdecimal() and retry_after.isascii() else 0
    wait = min(asked, LONGEST_RETRY)
    if number in UNREACHABLE:
        return Unreachable("Apple cannot reach this server to notify it.")
    if number in BAD_TOKEN or status == 401:  # noqa: PLR2004
        return ServiceTrouble(words, retry_after=wait or HOUR, lasting=True)
    if status == 429 or status >= 500 or number == BUSY:  # noqa: PLR2004
        return ServiceTrouble(words, retry_after=wait)
    if 400 <= status < 500 and number != GONE and status != 404:  # noqa: PLR2004
        return Rejected(words, retry_after=wait or HOUR)
    return ServiceTrouble(words, retry_after=wait or HOUR, lasting=number == GONE)


def _words(said: Mapping[str, Any], number: int) -> str:
    return f"{_text(said, 'errorMessage')[:300] or 'no reason'} ({number})"


def location(said: Mapping[str, Any]) -> Location:
    server = said.get("mdmInfo")
    info: Mapping[str, Any] = server if isinstance(server, dict) else {}
    return Location(
        uid=_text(said, "uId")[:64],
        name=_text(said, "locationName")[:200],
        country=_text(said, "countryISO2ACode")[:2],
        server_id=_text(info, "id")[:100],
        server_name=_text(info, "name")[:100],
        expires_at=moment(said.get("tokenExpirationDate")),
    )


def limits(said: Mapping[str, Any]) -> Limits:
    found = said.get("limits")
    known: Mapping[str, Any] = found if isinstance(found, dict) else {}
    plain = Limits()
    return Limits(
        _at_least_one(known, "maxSerialNumbers", plain.serials),
        _at_least_one(known, "maxClientUserIds", plain.references),
        _at_least_one(known, "maxUsers", plain.users),
    )


def products(page: Mapping[str, Any]) -> Iterator[Product]:
    for item in _dictionaries(page, "assets"):
        store_id = _text(item, "adamId")
        if store_id.isdecimal() and len(store_id) <= 20:  # noqa: PLR2004
            named = item.get("supportedPlatforms")
            yield Product(
                store_id=store_id,
                pricing=_text(item, "pricingParam")[:10] or "STDQ",
                kind=_text(item, "productType")[:20],
                total=_count(item, "totalCount"),
                assigned=_count(item, "assignedCount"),
                available=_count(item, "availableCount"),
                device_assignable=item.get("deviceAssignable") is True,
                revocable=item.get("revocable") is True,
                platforms=tuple(
                    platform
                    for name in (named if isinstance(named, list) else ())
                    for platform in _PLATFORMS.get(str(name), ())
                ),
            )


def given(page: Mapping[str, Any]) -> Iterator[Given]:
    for item in _dictionaries(page, "assignments"):
        made = Given(
            _text(item, "adamId")[:20],
            _text(item, "pricingParam")[:10] or "STDQ",
            _text(item, "serialNumber")[:40],
            _text(item, "clientUserId")[:64],
        )
        if made.store_id and (made.serial or made.reference):
            yield made


def event(said: Mapping[str, Any]) -> str:
    found = _text(said, "eventId")[:64]
    if not found:
        raise ServiceTrouble("Apple's service gave no name for what it does.", retry_after=300)
    return found


def progress(said: Mapping[str, Any]) -> Progress:
    over = _text(said, "eventStatus") in {"COMPLETE", "FAILED"}
    return Progress(over, tuple(map(failure, _dictionaries(said, "failures"))) if over else ())


def failure(said: Mapping[str, Any]) -> Failure:
    number = _number(said, "errorNumber")
    why = _WHY.get(number, Why.OTHER)
    info = said.get("errorInfo")
    named: Mapping[str, Any] = info if isinstance(info, dict) else {}
    words = _SENTENCES.get(number) or f"Apple: {_words(said, number)}"
    return Failure(why, words, _texts(named, "serialNumbers"), _texts(named, "clientUserIds"))


def described(said: Mapping[str, Any]) -> Iterator[Described]:
    results = said.get("results")
    for store_id, item in results.items() if isinstance(results, dict) else ():
        if not isinstance(item, dict) or not str(store_id).isdecimal():
            continue
        offers = _dictionaries(item, "offers")
        version = offers[0].get("version") if offers else None
        shown: Mapping[str, Any] = version if isinstance(version, dict) else {}
        external = shown.get("externalId")
        yield Described(
            str(store_id)[:20],
            _text(item, "name")[:200],
            _text(item, "bundleId")[:155],
            _text(shown, "display")[:60],
            external if isinstance(external, int) and 0 <= external < 2**63 else None,
        )


_TELLS = {
    "ASSOCIATE": Tells.GIVEN,
    "DISASSOCIATE": Tells.TAKEN_BACK,
    "REVOKE": Tells.TAKEN_BACK,
}


def notice(body: bytes) -> Notice:
    """One notification; `Malformed` for what is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed("The notification is no JSON.") from problem
    if not isinstance(said, dict) or not _text(said, "notificationId"):
        raise Malformed("The notification has no name.")
    found = said.get("notification")
    told: Mapping[str, Any] = found if isinstance(found, dict) else {}
    kind = _text(said, "notificationType")
    name, uid = _text(said, "notificationId")[:64], _text(said, "uId")[:64]
    if kind == "ASSET_MANAGEMENT":
        tells = _TELLS.get(_text(told, "type"), Tells.NOTHING)
        return Notice(name, uid, tells, licences=tuple(given(told)), failure=_failed(told))
    if kind == "ASSET_COUNT":
        product = _text(told, "adamId")[:20], _text(told, "pricingParam")[:10] or "STDQ"
        return Notice(name, uid, Tells.COUNT, product=product, delta=_delta(told))
    if kind in {"USER_MANAGEMENT", "USER_ASSOCIATED"}:
        people = tuple(_people(told))
        return Notice(name, uid, Tells.PEOPLE, people=people, failure=_failed(told))
    return Notice(name, uid, Tells.NOTHING)


def _failed(told: Mapping[str, Any]) -> Failure | None:
    if _text(told, "result") != "FAILURE":
        return None
    error = told.get("error")
    return failure(error if isinstance(error, dict) else {})


def _people(told: Mapping[str, Any]) -> Iterator[Person]:
    for item in _dictionaries(told, "users") + _dictionaries(told, "associatedUsers"):
        status = _text(item, "status")
        yield Person(
            _text(item, "clientUserId")[:64],
            "",
            associated=status == "Associated",
            retired=status == "Retired",
        )


def moment(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    return value if isinstance(value, str) else str(value) if type(value) is int else ""


def _number(source: Mapping[str, Any], key: str) -> int:
    value = source.get(key)
    return value if type(value) is int else 0


def _count(source: Mapping[str, Any], key: str) -> int:
    return min(max(_number(source, key), 0), LARGEST_COUNT)


def _delta(source: Mapping[str, Any]) -> int:
    return min(max(_number(source, "countDelta"), -LARGEST_COUNT), LARGEST_COUNT)


def _at_least_one(source: Mapping[str, Any], key: str, plain: int) -> int:
    value = _number(source, key)
    return min(value, 100_000) if value >= 1 else plain


def _texts(source: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = source.get(key)
    return tuple(str(item)[:64] for item in value) if isinstance(value, list) else ()


def _dictionaries(source: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = source.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
