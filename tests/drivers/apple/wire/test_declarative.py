"""Declarations, tokens, endpoints and status: canonical, bounded, and never confused by garbage."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire.declarative import endpoint, status
from quartermaster.drivers.apple.wire.declarative.declarations import (
    Declaration,
    Section,
    items,
    read_set,
    render_set,
    set_token,
    tokens,
)
from quartermaster.drivers.apple.wire.declarative.documents import canonical, loads
from quartermaster.drivers.apple.wire.declarative.endpoint import Asked, Endpoint
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, WireError
from tests.drivers.apple.declarative_schema import items_findings, report_findings
from tests.drivers.apple.schema import Target, needs_schema

AT = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
PASSCODE = Declaration(
    "com.apple.configuration.passcode.settings", "org.quartermaster.passcode", {"MinimumLength": 6}
)
ALWAYS = Declaration(
    "com.apple.activation.simple",
    "org.quartermaster.always",
    {"StandardConfigurations": [PASSCODE.identifier]},
)
ORGANISATION = Declaration(
    "com.apple.management.organization-info", "org.quartermaster.city", {"Name": "Model City"}
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON))
def test_canonical_json_reads_back_and_does_not_depend_on_order(value):
    body = canonical(value)
    assert loads(body, limit=10_000_000) == value
    assert canonical(dict(reversed(value.items()))) == body


def test_a_token_follows_from_the_content_alone():
    same = Declaration(PASSCODE.kind, PASSCODE.identifier, {"MinimumLength": 6})
    longer = Declaration(PASSCODE.kind, PASSCODE.identifier, {"MinimumLength": 8})
    assert same.token == PASSCODE.token
    assert longer.token != PASSCODE.token
    assert len(PASSCODE.token) == 64
    assert set_token([PASSCODE, ALWAYS]) == set_token([ALWAYS, PASSCODE])
    assert set_token([PASSCODE]) != set_token([longer]) != set_token([])


def test_tokens_say_when_they_were_made():
    assert json.loads(tokens("abc", AT)) == {
        "SyncTokens": {"DeclarationsToken": "abc", "Timestamp": "2026-11-25T14:00:00Z"}
    }


@needs_schema
def test_items_are_listed_by_their_kind():
    made = json.loads(items([PASSCODE, ALWAYS, ORGANISATION]))
    assert items_findings(made, Target()) == []
    assert made == {
        "Declarations": {
            "Activations": [{"Identifier": ALWAYS.identifier, "ServerToken": ALWAYS.token}],
            "Assets": [],
            "Configurations": [{"Identifier": PASSCODE.identifier, "ServerToken": PASSCODE.token}],
            "Management": [
                {"Identifier": ORGANISATION.identifier, "ServerToken": ORGANISATION.token}
            ],
        },
        "DeclarationsToken": set_token([PASSCODE, ALWAYS, ORGANISATION]),
    }


def test_a_kept_set_is_read_back():
    assert read_set(render_set([PASSCODE, ALWAYS])) == (PASSCODE, ALWAYS)
    for spoiled in (b"", b'[{"Type": "x"}]', b"[1]"):
        with pytest.raises(Malformed):
            read_set(spoiled)


@pytest.mark.parametrize("word", ["tokens", "declaration-items", "status"])
def test_the_three_plain_endpoints(word):
    assert endpoint.parse(word) == Endpoint(Asked(word))


@pytest.mark.parametrize("section", list(Section))
def test_a_declaration_is_named_by_kind_and_identifier(section):
    found = endpoint.parse(f"declaration/{section}/org.quartermaster.passcode")
    assert found == Endpoint(Asked.DECLARATION, section, "org.quartermaster.passcode")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "token",
        "/tokens",
        "tokens/",
        "status/../tokens",
        "declaration",
        "declaration/",
        "declaration/configuration",
        "declaration/configuration/",
        "declaration/configuration/../../etc/passwd",
        "declaration/configuration/..",
        "declaration/configuration/a/b",
        "declaration/configuration/a..b",
        "declaration/configuration/%2e%2e",
        "declaration/other/a",
        "declaration/configuration/" + "a" * 65,
        "declaration/configuration/a\x00",
        "declaration/configuration/a\n",
    ],
)
def test_what_is_no_endpoint_is_refused(bad):
    with pytest.raises(Malformed):
        endpoint.parse(bad)


@given(st.text())
def test_an_endpoint_is_read_or_refused(text):
    try:
        found = endpoint.parse(text)
    except Malformed:
        return
    assert "/" not in found.identifier


def report(items=None, **more):
    return json.dumps({"StatusItems": items or {}, "Errors": [], **more}).encode()


@needs_schema
def test_a_report_tells_items_errors_and_declarations():
    row = {
        "identifier": "org.quartermaster.passcode",
        "server-token": "t1",
        "active": False,
        "valid": "invalid",
        "reasons": [{"code": "Error.ConfigurationCannotBeApplied", "description": "no"}],
    }
    told = {
        "passcode": {"is-present": True},
        "management": {
            "declarations": {
                "activations": [],
                "assets": [],
                "configurations": [row, {"identifier": 3}],
                "management": [],
            }
        },
    }
    failed = {"StatusItem": "mdm.app", "Reasons": [{"Code": "Error.NotAvailable"}]}
    body = report(told, Errors=[failed], FullReport=True)
    assert report_findings(json.loads(body), Target()) == []
    found = status.parse(body)
    assert found.full
    assert found.item("passcode.is-present") is True
    assert found.item("passcode.is-compliant") is status.ABSENT
    assert found.errors == (status.ItemError("mdm.app", (status.Reason("Error.NotAvailable"),)),)
    assert status.declaration_states(found) == (
        status.DeclarationState(
            Section.CONFIGURATION,
            "org.quartermaster.passcode",
            "t1",
            active=False,
            valid="invalid",
            reasons=(status.Reason("Error.ConfigurationCannotBeApplied", "no"),),
        ),
    )
    assert status.capabilities(found) is None


def test_what_a_client_can_is_one_set_of_names():
    told = {
        "management": {
            "client-capabilities": {
                "supported-versions": ["1.0.0"],
                "supported-features": {},
                "supported-payloads": {
                    "declarations": {"configurations": ["a", 1], "assets": ["b"]},
                    "status-items": ["c"],
                },
            }
        }
    }
    found = status.capabilities(status.parse(report(told)))
    assert found == status.Capabilities(frozenset({"a", "b"}), frozenset({"c"}))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", Malformed),
        (b"[]", Malformed),
        (b"{}", Malformed),
        (b'{"StatusItems": []}', Malformed),
        (b'{"StatusItems": {"a": NaN}}', Malformed),
        (b'{"StatusItems": {"a": ' + b"9" * 5000 + b"}}", Malformed),
        (b"\xff\xfe", Malformed),
        (b'{"StatusItems": {}, "x": ' + b"[" * 100 + b"]" * 100 + b"}", TooLarge),
        (b'{"StatusItems": {}, "x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", TooLarge),
        (b'{"StatusItems": {}, "x": [' + b"1," * 60_000 + b"1]}", TooLarge),
        (b'{"StatusItems": {"a": "' + b"x" * (10 * 1024 * 1024) + b'"}}', TooLarge),
    ],
    ids=lambda item: str(item)[:30],
)
def test_a_report_beyond_its_bounds_is_refused(body, error):
    with pytest.raises(error):
        status.parse(body)


def test_what_a_database_cannot_keep_is_taken_out_of_words():
    row = {"identifier": "a\x00b", "server-token": "\ud800", "active": True, "valid": "valid"}
    body = report({"management": {"declarations": {"assets": [row]}}})
    (state,) = status.declaration_states(status.parse(body))
    assert (state.identifier, state.token) == ("ab", "?")


@given(st.binary() | st.builds(lambda v: json.dumps(v).encode(), JSON))
def test_garbage_is_refused_and_never_crashes(body):
    try:
        found = status.parse(body)
    except WireError:
        return
    status.declaration_states(found)
    status.capabilities(found)


@given(JSON)
def test_strange_status_items_are_left_out(value):
    odd = {"management": {"declarations": value, "client-capabilities": value}}
    found = status.parse(report(odd, Errors=[value, {"StatusItem": value, "Reasons": value}]))
    status.declaration_states(found)
    status.capabilities(found)
    assert all(isinstance(item.item, str) for item in found.errors)
