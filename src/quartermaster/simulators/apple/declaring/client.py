"""The declarative client of a simulated device: synchronises when told, and reports by itself."""

import json
from collections.abc import Callable
from typing import Any

from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.simulators.apple.declaring.judging import Verdict, judge
from quartermaster.simulators.apple.declaring.telling import CAPABILITIES, STANDING, value_of
from quartermaster.simulators.apple.state import State

OK, NOT_FOUND = 200, 404
SECTIONS = {
    "Activations": "activation",
    "Assets": "asset",
    "Configurations": "configuration",
    "Management": "management",
}
_LISTS = {
    "activation": "activations",
    "asset": "assets",
    "configuration": "configurations",
    "management": "management",
}
Ask = Callable[[str, bytes | None], tuple[int, bytes]]
Fetch = Callable[[str], bytes]


class DeclarationClient:
    """Knows what was declared, and what was told of it. ``ask`` speaks to the check-in door."""

    def __init__(self, state: State, ask: Ask, fetch: Fetch) -> None:
        self.state = state
        self.token = ""
        self.declared: dict[str, dict[str, Any]] = {}
        self.verdicts: list[Verdict] = []
        self.refused: list[int] = []
        self._ask = ask
        self._fetch = fetch
        self._told: dict[str, Any] = {}

    def synchronise(self) -> None:
        """Fetch what changed, apply it, and tell how it stands."""
        tokens = self._json("tokens")
        if tokens is None:
            return
        token = tokens["SyncTokens"]["DeclarationsToken"]
        if token != self.token:
            self._fetch_changed()
            self.token = token
        self.report()

    def report(self, *, full: bool = False) -> None:
        """Tell what changed since the last report; everything, once a day or so."""
        if not self.token:
            return
        self.verdicts = judge(self.state, self.declared, self._fetch)
        now, errors = self._items()
        told = now if full else {key: now[key] for key in now if self._told.get(key) != now[key]}
        if not told and not errors:
            return
        items: dict[str, Any] = {}
        for name, value in told.items():
            _nest(items, name, value if full else self._changes(name, value))
        report: dict[str, Any] = {"StatusItems": items, "Errors": errors}
        if full:
            report["FullReport"] = True
        status, _ = self._ask("status", json.dumps(report).encode())
        if status == OK:
            self._told = now
        else:
            self.refused.append(status)  # it is told again with the next report

    def forget(self) -> None:
        """The enrolment is over."""
        self.token, self.declared, self.verdicts, self._told = "", {}, [], {}

    def _fetch_changed(self) -> None:
        listed = self._json("declaration-items")
        if listed is None:
            return
        kept: dict[str, dict[str, Any]] = {}
        for word, section in SECTIONS.items():
            for item in listed["Declarations"][word]:
                known = self.declared.get(item["Identifier"])
                if known is None or known["ServerToken"] != item["ServerToken"]:
                    known = self._json(f"declaration/{section}/{item['Identifier']}")
                if known is not None:
                    kept[item["Identifier"]] = known
        self.declared = kept

    def _json(self, endpoint: str) -> dict[str, Any] | None:
        status, body = self._ask(endpoint, None)
        return dict(json.loads(body)) if status == OK else None

    def _items(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What is subscribed and can be told, and an error for each item that cannot."""
        subscribed = {
            item["Name"]
            for declared in self.state.configurations.values()
            if declared["Type"] == kinds.SUBSCRIPTIONS
            for item in declared["Payload"]["StatusItems"]
        }
        found: dict[str, Any] = {}
        errors = []
        for name in sorted({*subscribed, CAPABILITIES} - {STANDING}):
            value = value_of(self.state, name)
            if value is None:
                reason = {"Code": "Error.UnsupportedStatusItem", "Description": "Not supported."}
                errors.append({"StatusItem": name, "Reasons": [reason]})
            else:
                found[name] = value
        found[STANDING] = self._standing()
        return found, errors

    def _standing(self) -> dict[str, list[dict[str, Any]]]:
        told: dict[str, list[dict[str, Any]]] = {name: [] for name in _LISTS.values()}
        for verdict in self.verdicts:
            section = verdict.declaration["Type"].split(".")[2]
            told[_LISTS[section]].append(verdict.told())
        return told

    def _changes(self, name: str, value: Any) -> Any:
        """Of a list of things with identifiers, the part that changed."""
        before = self._told.get(name)
        if not isinstance(value, list) or not isinstance(before, list):
            return value
        known = {item["identifier"]: item for item in before}
        changed = [item for item in value if known.get(item["identifier"]) != item]
        gone = known.keys() - {item["identifier"] for item in value}
        return [*changed, *({"identifier": key, "_removed": True} for key in sorted(gone))]


def _nest(items: dict[str, Any], name: str, value: Any) -> None:
    *parents, last = name.split(".")
    for word in parents:
        items = items.setdefault(word, {})
    items[last] = value
