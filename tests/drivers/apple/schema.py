"""A validator of commands and profiles against Apple's own machine-readable schema.

Unknown keys, wrong types, missing keys, values out of range, and whatever the system version, the
supervision or the kind of enrolment does not have: each is a finding.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from quartermaster.simulators.apple.answers import profile_in

_TYPES: Mapping[str, tuple[type, ...]] = {
    "<string>": (str,),
    "<integer>": (int,),
    "<real>": (float, int),
    "<boolean>": (bool,),
    "<date>": (datetime,),
    "<data>": (bytes,),
    "<array>": (list, tuple),
    "<dictionary>": (dict,),
}


@dataclass(frozen=True)
class Target:
    """The device that something is sent to."""

    system: str = "iOS"
    version: str = "18.1"
    supervised: bool = False
    user_enrolment: bool = False


def schema_folder() -> Path | None:
    """Apple's schema beside the repository, or where the environment says."""
    named = os.environ.get("QUARTERMASTER_APPLE_SCHEMA")
    if named:
        return Path(named)
    for folder in Path(__file__).resolve().parents:
        found = folder / "shared" / "data" / "apple-device-management"
        if found.is_dir():
            return found
    return None


needs_schema = pytest.mark.skipif(
    schema_folder() is None,
    reason="Apple's device-management schema is not beside the repository; "
    "set QUARTERMASTER_APPLE_SCHEMA to its folder",
)


@cache
def _load(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader=yaml.CSafeLoader)


@cache
def _by(kind: str, folder: str) -> Mapping[str, Path]:
    root = schema_folder()
    assert root is not None
    pattern = re.compile(rf"^  {kind}: (\S+)$", re.MULTILINE)
    found = {}
    for path in sorted((root / "mdm" / folder).glob("*.yaml")):
        hit = pattern.search(path.read_text())
        if hit:
            found.setdefault(hit.group(1), path)
    return found


def command_findings(command: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with a ``Command`` dictionary for ``target``."""
    kind = command["RequestType"]
    path = _by("requesttype", "commands").get(kind)
    if path is None:
        return [f"{kind}: no such command"]
    document = _load(path)
    rest = {key: value for key, value in command.items() if key != "RequestType"}
    return list(_document(document, rest, kind, target))


def command_support(kind: str) -> Mapping[str, Any]:
    """What Apple says of each system's support of a command."""
    return dict(_load(_by("requesttype", "commands")[kind])["payload"]["supportedOS"])


def profile_findings(profile: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with a profile and each of its payloads for ``target``."""
    root = schema_folder()
    assert root is not None
    found = list(_document(_load(root / "mdm/profiles/TopLevel.yaml"), profile, "profile", target))
    common = _load(root / "mdm/profiles/CommonPayloadKeys.yaml")["payloadkeys"]
    names = {item["key"] for item in common}
    for payload in profile["PayloadContent"]:
        kind = payload["PayloadType"]
        path = root / "mdm" / "profiles" / f"{kind}.yaml"
        if not path.exists():
            found.append(f"{kind}: no such payload")
            continue
        own = {key: value for key, value in payload.items() if key not in names}
        shared = {key: value for key, value in payload.items() if key in names}
        found += _keys(common, shared, kind, target, {})
        found += _document(_load(path), own, kind, target)
    return found


def answer_findings(kind: str, answer: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with a device's answer to a command, its status and ids aside."""
    document = _load(_by("requesttype", "commands")[kind])
    own = {key: value for key, value in answer.items() if key not in {"Status", "ErrorChain"}}
    support = document["payload"]["supportedOS"].get(target.system) or {}
    return list(_keys(document.get("responsekeys") or [], own, f"{kind} answer", target, support))


def sent_findings(command: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with a command as a device gets it, and with a profile that it brings."""
    found = command_findings(command, target)
    if command["RequestType"] == "InstallProfile" and not found:
        found += profile_findings(profile_in(command["Payload"]), target)
    return found


def _document(
    document: Any, values: Mapping[str, Any], where: str, target: Target
) -> Iterator[str]:
    support = document["payload"].get("supportedOS", {}).get(target.system)
    if support is None:
        yield f"{where}: not for {target.system}"
        return
    yield from _support(support, where, target)
    yield from _keys(document.get("payloadkeys") or [], values, where, target, support)


def _keys(
    keys: list[Any],
    values: Mapping[str, Any],
    where: str,
    target: Target,
    inherited: Mapping[str, Any],
) -> Iterator[str]:
    known = {item["key"]: item for item in keys}
    anything = next((item for key, item in known.items() if key.startswith("ANY")), None)
    for key, value in values.items():
        if key in known:
            yield from _value(known[key], value, f"{where}.{key}", target, inherited)
        elif anything is None:
            yield f"{where}.{key}: unknown key"
        else:
            yield from _value(anything, value, f"{where}.{key}", target, inherited)
    for key, item in known.items():
        wanted = item.get("presence") == "required" and not _is_strange(item, target)
        if wanted and key not in values and item is not anything:
            yield f"{where}.{key}: missing"


def _is_strange(item: Any, target: Target) -> bool:
    """Whether this system never has the key, or not yet."""
    introduced = (item.get("supportedOS", {}).get(target.system) or {}).get("introduced")
    if introduced is None:
        return False
    return introduced == "n/a" or _version(introduced) > _version(target.version)


def _value(
    item: Any, value: Any, where: str, target: Target, inherited: Mapping[str, Any]
) -> Iterator[str]:
    support = {**inherited, **(item.get("supportedOS", {}).get(target.system) or {})}
    yield from _support(support, where, target)
    expected = _TYPES.get(item["type"])
    if expected is None:
        return  # <any>
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
        yield f"{where}: {type(value).__name__} instead of {item['type']}"
        return
    yield from _bounds(item, value, where)
    subkeys = item.get("subkeys") or []
    if item["type"] == "<dictionary>" and subkeys:
        yield from _keys(subkeys, value, where, target, support)
    elif item["type"] == "<array>" and subkeys:
        for number, member in enumerate(value):
            fitting = _fitting(subkeys, member)
            yield from _member(fitting, member, f"{where}[{number}]", target, support)


def _fitting(alternatives: list[Any], member: Any) -> Any:
    """Of several kinds of member the one that its own ``Item`` names."""
    named = member.get("Item") if isinstance(member, dict) else None
    for item in alternatives if named else ():
        for key in item.get("subkeys") or []:
            if key["key"] == "Item" and named in (key.get("rangelist") or []):
                return item
    return alternatives[0]


def _member(
    item: Any, value: Any, where: str, target: Target, inherited: Mapping[str, Any]
) -> Iterator[str]:
    """A member of an array; a scalar one may be confined to the keys below it."""
    choices = {choice["key"]: choice for choice in item.get("subkeys") or []}
    if item["type"] == "<string>" and choices:
        if value not in choices:
            yield f"{where}: {value} is no choice"
            return
        own = choices[value].get("supportedOS", {}).get(target.system) or {}
        yield from _support({**inherited, **own}, f"{where} {value}", target)
        return
    yield from _value(item, value, where, target, inherited)


def _bounds(item: Any, value: Any, where: str) -> Iterator[str]:
    allowed = item.get("rangelist")
    if allowed and value not in allowed:
        yield f"{where}: {value} is not in {allowed}"
    span = item.get("range")
    if span and not span.get("min", value) <= value <= span.get("max", value):
        yield f"{where}: {value} is not within {span}"


def _support(support: Mapping[str, Any], where: str, target: Target) -> Iterator[str]:
    introduced, removed = support.get("introduced"), support.get("removed")
    if introduced == "n/a" or (introduced and _version(introduced) > _version(target.version)):
        yield f"{where}: not in {target.system} {target.version}"
    if removed and _version(removed) <= _version(target.version):
        yield f"{where}: removed from {target.system} {removed}"
    if support.get("supervised") and not target.supervised:
        yield f"{where}: supervised devices only"
    mode = (support.get("userenrollment") or {}).get("mode")
    if target.user_enrolment and mode in {"forbidden", "ignored"}:
        yield f"{where}: {mode} under User Enrolment"
    if mode == "required" and not target.user_enrolment:
        yield f"{where}: User Enrolment only"


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in str(text).split("."))
