"""A validator of declarations and status items against Apple's own machine-readable schema.

Declarations state the kinds of enrolment and the channel (scope) in which they are known, beside
the version: a finding is anything that a device of this version and enrolment would refuse.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.drivers.apple.schema import Target, _load, _value, _version, schema_folder

CHANNEL = "system"


@cache
def _by(word: str, folder: str) -> Mapping[str, Path]:
    root = schema_folder()
    assert root is not None
    found = {}
    for path in sorted((root / "declarative" / folder).rglob("*.yaml")):
        name = _load(path)["payload"].get(word)
        if name:
            found.setdefault(name, path)
    return found


def kind_of(target: Target) -> str:
    if target.supervised:
        return "supervised"
    return "user" if target.user_enrolment else "device"


def declaration_findings(declaration: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with a declaration for ``target``, its envelope included."""
    kind = declaration["Type"]
    path = _by("declarationtype", "declarations").get(kind)
    if path is None:
        return [f"{kind}: no such declaration"]
    root = schema_folder()
    assert root is not None
    base = _load(root / "declarative/declarations/declarationbase.yaml")
    found = list(_keys(base["payloadkeys"], declaration, kind, target))
    found += [
        f"{kind}.{key}: longer than 64 octets"
        for key in ("Identifier", "ServerToken")
        if len(declaration[key].encode()) > 64
    ]
    document = _load(path)
    support = document["payload"]["supportedOS"].get(target.system)
    found += _supported(support, kind, target)
    found += _keys(document.get("payloadkeys") or [], declaration["Payload"], kind, target)
    return found


def item_findings(name: str, target: Target) -> list[str]:
    """What is wrong with asking ``target`` for a status item."""
    path = _by("statusitemtype", "status").get(name)
    if path is None:
        return [f"{name}: no such status item"]
    return list(_supported(_load(path)["payload"]["supportedOS"].get(target.system), name, target))


def value_findings(name: str, value: Any, target: Target) -> list[str]:
    """What is wrong with the value of a status item that ``target`` tells."""
    path = _by("statusitemtype", "status").get(name)
    if path is None:
        return [f"{name}: no such status item"]
    (item,) = _load(path)["payloadkeys"]
    return [*item_findings(name, target), *_value(item, value, name, target, {})]


def report_findings(report: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with a status report's envelope."""
    return _protocol("statusreport", report, target)


def items_findings(answer: Mapping[str, Any], target: Target) -> list[str]:
    """What is wrong with an answer to ``declaration-items``."""
    return _protocol("declarationitemsresponse", answer, target)


def _protocol(name: str, values: Mapping[str, Any], target: Target) -> list[str]:
    root = schema_folder()
    assert root is not None
    document = _load(root / "declarative/protocol" / f"{name}.yaml")
    return list(_keys(document["payloadkeys"], values, name, target))


def _keys(keys: list[Any], values: Mapping[str, Any], where: str, target: Target) -> Iterator[str]:
    """As for commands, and also what a key says of enrolments."""
    known = {item["key"]: item for item in keys}
    for key, value in values.items():
        item = known.get(key)
        if item is None:
            if "ANY" not in known:
                yield f"{where}.{key}: unknown key"
            continue
        yield from _key(item, value, f"{where}.{key}", target)
    for key, item in known.items():
        if item.get("presence") == "required" and key not in values and key != "ANY":
            yield f"{where}.{key}: missing"


def _key(item: Any, value: Any, where: str, target: Target) -> Iterator[str]:
    own = (item.get("supportedOS") or {}).get(target.system)
    if own is not None:
        yield from _supported(own, where, target, inherits=True)
    if item["type"] == "<dictionary>" and isinstance(value, Mapping) and item.get("subkeys"):
        yield from _keys(item["subkeys"], value, where, target)
        return
    yield from _value(item, value, where, target, {})


def _supported(
    support: Any, where: str, target: Target, *, inherits: bool = False
) -> Iterator[str]:
    if support is None:
        yield f"{where}: not for {target.system}"
        return
    introduced = support.get("introduced")
    if introduced == "n/a" or (introduced and _version(introduced) > _version(target.version)):
        yield f"{where}: not in {target.system} {target.version}"
    kinds = support.get("allowed-enrollments")
    if kinds is not None and kind_of(target) not in kinds:
        yield f"{where}: not for an enrolment of the kind {kind_of(target)}"
    scopes = support.get("allowed-scopes")
    if not inherits and scopes is not None and CHANNEL not in scopes:
        yield f"{where}: not on the device channel"
