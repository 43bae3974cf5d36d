"""A simulated device's declarative side: judged as a device would, told as Apple describes it."""

import contextlib
import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import profile
from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.drivers.apple.wire.declarative.declarations import (
    Declaration,
    items,
    set_token,
    tokens,
)
from quartermaster.simulators.apple import App, ipad, iphone, mac
from quartermaster.simulators.apple.declaring import DeclarationClient
from quartermaster.simulators.apple.declaring.predicates import BadPredicate, holds
from quartermaster.simulators.apple.declaring.telling import target_of
from quartermaster.simulators.apple.state import Update
from tests.drivers.apple.declarative_schema import report_findings, value_findings
from tests.drivers.apple.schema import Target, needs_schema

NOW = datetime(2026, 11, 25, 12, 0)
PROFILE = profile.render(
    profile.configuration("org.declared", "x", "City", [profile.restrictions({"allowX": False})])
)


class Server:
    """What is declared now, and the reports that came."""

    def __init__(self, *declared):
        self.declared = list(declared)
        self.reports = []
        self.status = 200

    def ask(self, endpoint, data):
        if endpoint == "status":
            if self.status == 200:
                self.reports.append(json.loads(data))
            return self.status, b""
        if endpoint == "tokens":
            return 200, tokens(set_token(self.declared), NOW)
        if endpoint == "declaration-items":
            return 200, items(self.declared)
        for item in self.declared:
            if endpoint == f"declaration/{item.section}/{item.identifier}":
                return 200, item.render()
        return 404, b""

    @staticmethod
    def fetch(address):
        if "missing" in address:
            raise OSError("not there")
        return PROFILE


def declared(kind, name, **payload):
    return Declaration(kind, name, payload)


def always(*names, **more):
    return declared(kinds.ACTIVATION, "always", StandardConfigurations=list(names), **more)


def subscribe(*names):
    return declared(kinds.SUBSCRIPTIONS, "status", StatusItems=[{"Name": name} for name in names])


def synchronised(state, *items):
    server = Server(*items)
    client = DeclarationClient(state, server.ask, server.fetch)
    client.synchronise()
    return server, client


def standing(report):
    told = report["StatusItems"]["management"]["declarations"]
    return {
        row["identifier"]: (
            row["active"],
            row["valid"],
            [r["code"] for r in row.get("reasons", [])],
        )
        for rows in told.values()
        for row in rows
    }


def flat(items, prefix=""):
    """The items of a report by their dotted names, as far as Apple has such an item."""
    found = {}
    for key, value in items.items():
        name = f"{prefix}{key}"
        if name in kinds.ITEMS:
            found[name] = value
        else:
            found |= flat(value, f"{name}.")
    return found


def test_a_passcode_policy_applies_while_it_is_active():
    state = iphone(passcode="1111")
    policy = declared(kinds.PASSCODE, "passcode", MinimumLength=6, RequireComplexPasscode=True)
    server, client = synchronised(
        state, policy, subscribe("passcode.is-compliant"), always("passcode", "status")
    )
    assert not state.passcode_complies
    assert server.reports[0]["StatusItems"]["passcode"] == {"is-compliant": False}
    state.passcode = "739154"
    client.report()
    assert server.reports[1]["StatusItems"] == {"passcode": {"is-compliant": True}}
    client.report()
    assert len(server.reports) == 2  # nothing changed, nothing told
    server.declared = []
    client.synchronise()
    state.passcode = ""
    assert state.passcode_complies
    assert standing(server.reports[2]) == {}


def test_an_update_by_a_date_comes_by_itself():
    state = iphone(updates=[Update("18.2", "22C1", "K1")])
    ask = declared(
        kinds.UPDATE_BY,
        "update",
        TargetOSVersion="18.2",
        TargetLocalDateTime="2026-12-01T20:00:00",
    )
    names = ("softwareupdate.pending-version", "device.operating-system.version")
    server, client = synchronised(state, ask, subscribe(*names), always("update", "status"))
    pending = server.reports[0]["StatusItems"]["softwareupdate"]["pending-version"]
    assert pending == {"os-version": "18.2", "build-version": "22C1"}
    state.reach(NOW)
    assert state.os_version == "18.1"
    state.reach(NOW.replace(month=12, day=1, hour=20))
    client.report()
    told = flat(server.reports[1]["StatusItems"])
    assert told["device.operating-system.version"] == state.os_version == "18.2"


def test_an_update_that_apple_does_not_offer_fails_with_a_reason():
    state = iphone()
    ask = declared(
        kinds.UPDATE_BY, "u", TargetOSVersion="17.0", TargetLocalDateTime="2026-11-01T20:00:00"
    )
    server, client = synchronised(
        state, ask, subscribe("softwareupdate.failure-reason"), always("u", "status")
    )
    state.reach(NOW)
    client.report()
    failure = server.reports[1]["StatusItems"]["softwareupdate"]["failure-reason"]
    assert failure == {"count": 1, "reason": "No update to 17.0 was found."}


def test_a_declared_profile_comes_and_goes_with_its_declaration():
    state = iphone()
    legacy = declared(kinds.LEGACY, "restrictions", ProfileURL="https://city/p")
    server, client = synchronised(state, legacy, always("restrictions"))
    assert "org.declared" in state.profiles
    server.declared = [always()]
    client.synchronise()
    assert "org.declared" not in state.profiles


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        (declared(kinds.LEGACY, "d", ProfileURL="http://city/p"), "Error.ConfigurationIsInvalid"),
        (
            declared(kinds.LEGACY, "d", ProfileURL="https://city/missing"),
            "Error.ConfigurationCannotBeApplied",
        ),
        (declared(kinds.LEGACY, "d"), "Error.ConfigurationCannotBeDeserialized"),
        (declared(kinds.PASSCODE, "d", MinimumLenth=6), "Error.UnknownPayloadKeys"),
        (declared(kinds.DISK_MANAGEMENT, "d"), "Error.ConfigurationNotSupported"),
        (declared("com.apple.configuration.new", "d"), "Error.ConfigurationNotSupported"),
    ],
)
def test_what_cannot_be_taken_is_told_with_apples_code(declaration, code):
    server, _ = synchronised(iphone(), declaration, always("d"))
    assert standing(server.reports[0])["d"] == (False, "invalid", [code])


def test_what_nothing_activates_is_not_applied():
    state = iphone()
    policy = declared(kinds.PASSCODE, "passcode", MinimumLength=6)
    elsewhere = always("passcode", Predicate='@status(device.operating-system.family) == "macOS"')
    server, _ = synchronised(state, policy, elsewhere)
    assert standing(server.reports[0]) == {
        "always": (False, "valid", ["Info.Predicate"]),
        "passcode": (False, "unknown", ["Info.NotReferencedByActivation"]),
    }
    assert state.passcode_complies


@pytest.mark.parametrize(
    ("predicate", "true"),
    [
        ('@status(device.model.family) == "iPhone"', True),
        ("@property(ownership) != 'city'", False),
        ('@status(a.b) == "x" OR @property(ownership) == "city"', True),
        ('@status(a.b) == "x" || @property(ownership) == "a AND b"', False),
        ('@property(ownership) == "city" AND NOT @status(a.b) == "x"', True),
        ("TRUEPREDICATE && FALSEPREDICATE", False),
    ],
)
def test_predicates(predicate, true):
    known = {"device.model.family": "iPhone"}
    assert holds(predicate, known.get, {"ownership": "city"}) is true


@given(st.text())
def test_a_predicate_that_cannot_be_parsed_is_an_error_and_no_crash(text):
    with contextlib.suppress(BadPredicate):
        holds(text, lambda _name: None, {})


def test_an_unparsable_predicate_is_told():
    server, _ = synchronised(iphone(), always(Predicate="ANY mice ARE nice"))
    assert standing(server.reports[0])["always"] == (
        False,
        "invalid",
        ["Error.UnableToParsePredicate"],
    )


def test_of_a_list_only_what_changed_is_told_and_all_of_it_once_a_day():
    state = iphone(apps=[App("a", "A", managed=True), App("b", "B", managed=True)])
    server, client = synchronised(state, subscribe("mdm.app"), always("status"))
    state.apps = [App("b", "B", managed=True), App("c", "C", managed=True), App("own", "Own")]
    client.report()
    told = server.reports[1]["StatusItems"]["mdm"]["app"]
    assert [(row["identifier"], row.get("_removed", False)) for row in told] == [
        ("c", False),
        ("a", True),
    ]
    client.report(full=True)
    assert server.reports[2]["FullReport"] is True
    assert [row["identifier"] for row in server.reports[2]["StatusItems"]["mdm"]["app"]] == [
        "b",
        "c",
    ]


def test_a_report_that_was_not_taken_is_told_again():
    server, client = synchronised(iphone(), subscribe("passcode.is-present"), always("status"))
    client.state.passcode = "739154"
    server.status = 503
    client.report()
    server.status = 200
    client.report()
    assert server.reports[-1]["StatusItems"] == {"passcode": {"is-present": True}}
    assert client.refused == [503]


@needs_schema
@pytest.mark.parametrize(
    "state",
    [iphone(), iphone(supervised=True), ipad(passcode="1"), mac(supervised=True)],
    ids=["iphone", "supervised", "ipad", "mac"],
)
def test_everything_told_is_as_apple_describes_it(state):
    state.apps = [App("a", "A", managed=True)]
    target = target_of(state)
    names = [name for name in kinds.ITEMS if kinds.available(name, target)]
    server, _ = synchronised(state, subscribe(*names), always("status"))
    (report,) = server.reports
    system = "macOS" if state.is_mac else "iOS"
    apple = Target(system, state.os_version, state.supervised)
    assert report_findings(report, apple) == []
    told = flat(report["StatusItems"])
    assert set(told) == set(names)
    for name, value in told.items():
        assert value_findings(name, value, apple) == []


def test_what_cannot_be_told_is_an_error_of_its_own():
    server, _ = synchronised(
        iphone(), subscribe("diskmanagement.filevault.enabled"), always("status")
    )
    assert [row["StatusItem"] for row in server.reports[0]["Errors"]] == [
        "diskmanagement.filevault.enabled"
    ]
