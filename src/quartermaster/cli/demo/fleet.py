"""What the demo city's people carry. Invented, with identifiers that check."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from quartermaster.cli.demo.city import SEED
from quartermaster.inventory.identifiers import luhn_digit

Row = dict[str, str]
MODELS: tuple[tuple[str, str, str, str, str], ...] = (
    # manufacturer, name, identifier, class, platform
    ("Apple", "iPhone 16", "iPhone17,3", "smartphone", "ios"),
    ("Apple", "iPhone SE", "iPhone14,6", "smartphone", "ios"),
    ("Apple", "iPad (A16)", "iPad15,7", "tablet", "ipados"),
    ("Apple", "MacBook Air", "Mac16,12", "laptop", "macos"),
    ("Samsung", "Galaxy XCover7", "SM-G556B", "smartphone", "android"),
    ("Inseego", "MiFi X PRO", "M3000", "hotspot", "none"),
)
PREFIXES = {"smartphone": "PH", "tablet": "TB", "laptop": "LT", "hotspot": "HS"}
SERIAL_LETTERS = "CDFGHJKLMNPQRTVWXY0123456789"
CARRIERS = ("Verizon", "FirstNet", "T-Mobile")
HELD_BY_LOGINS = ("2005", "2003", "2004", "2006", "2001")


def devices(people: Sequence[Row], excluded: Iterable[str], today: date) -> list[Row]:
    """The devices' file: the people of the log-ins first, then about half of the staff."""
    dice = random.Random(SEED + 1)  # noqa: S311 (a repeatable demo, not a secret)
    left_out = set(excluded)
    staff = [p for p in people if p["department"] not in left_out]
    first = [p for number in HELD_BY_LOGINS for p in staff if p["number"] == number]
    others = [p for p in staff if p not in first and dice.random() < 0.5]  # noqa: PLR2004
    rows = [_device(dice, n, p, MODELS[0], today) for n, p in enumerate(first, 1)]
    for number, person in enumerate(others, len(rows) + 1):
        model = dice.choices(MODELS[:5], weights=[45, 20, 12, 10, 13])[0]
        rows.append(_device(dice, number, person, model, today))
    itmd = {"number": "", "department": "ITMD"}
    for number in range(len(rows) + 1, len(rows) + 11):
        model = MODELS[5] if number % 2 else MODELS[0]
        rows.append(_device(dice, number, itmd, model, today))
    rows.append(_personal(people))
    return rows


def _device(
    dice: random.Random, number: int, person: Row, model: tuple[str, ...], today: date
) -> Row:
    manufacturer, name, _, device_class, platform = model
    cellular = device_class != "laptop"
    return {
        "asset_tag": f"{PREFIXES[device_class]}-{number:04}",
        "model": f"{manufacturer} {name}",
        "class": device_class,
        "platform": platform,
        "ownership": "city",
        "serial": "".join(dice.choices(SERIAL_LETTERS, k=10)),
        "imei": _imei(dice) if cellular else "",
        "department": person["department"],
        "holder": person["number"],
        "acquired_on": (today - timedelta(days=dice.randint(20, 900))).isoformat(),
    }


def _personal(people: Sequence[Row]) -> Row:
    owner = next(p for p in people if p["department"] == "LIB" and not p["supervisor"])
    return {
        "asset_tag": "BYO-0001",
        "model": "Apple iPhone 16",
        "class": "smartphone",
        "platform": "ios",
        "ownership": "personal",
        "department": owner["department"],
        "holder": owner["number"],
    }


def _imei(dice: random.Random) -> str:
    body = "35" + "".join(str(dice.randint(0, 9)) for _ in range(12))
    return body + luhn_digit(body)


def lines(rows: Sequence[Row]) -> list[Row]:
    """A line for each City device with a radio, with its SIM beside it (`sims`)."""
    dice = random.Random(SEED + 2)  # noqa: S311
    cellular = [row for row in rows if row.get("imei")]
    return [
        {
            "number": f"+1414555{number:04}",
            "carrier": dice.choice(CARRIERS),
            "account": "MC-2026-01",
            "plan": "Government Unlimited" if row["class"] != "hotspot" else "Data 50 GB",
            "status": "active",
            "department": row["department"],
            "holder": row["holder"],
        }
        for number, row in enumerate(cellular, 100)
    ]


def sims(devices_rows: Sequence[Row], lines_rows: Sequence[Row]) -> list[Row]:
    """The SIM of each line, in its device."""
    cellular = [row for row in devices_rows if row.get("imei")]
    return [
        {
            "iccid": _iccid(number),
            "carrier": line["carrier"],
            "line": line["number"],
            "device": device["asset_tag"],
        }
        for number, (device, line) in enumerate(zip(cellular, lines_rows, strict=True))
    ]


def _iccid(number: int) -> str:
    body = f"8901410{number:011}"
    return body + luhn_digit(body)


def accessories() -> list[Row]:
    """Hands-free kits of people who drive."""
    kits = ("3009", "3010", "3023", "3024", "")
    return [
        {
            "asset_tag": f"HF-{number:03}",
            "kind": "hands_free",
            "name": "Bluetooth hands-free kit",
            "department": "" if holder else "ITMD",
            "holder": holder,
        }
        for number, holder in enumerate(kits, 1)
    ]
