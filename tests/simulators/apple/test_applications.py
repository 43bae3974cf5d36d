"""Simulated devices and applications: licences, holders who are asked, and leaving."""

import hashlib

import pytest

from quartermaster.drivers.apple.wire import commands, manifest
from quartermaster.simulators.apple import App, iphone, mac
from quartermaster.simulators.apple.answers import answer
from quartermaster.simulators.apple.services.apps_and_books import Shop
from tests.simulators.apple.test_answers import CITY, USER, enrolled

NOTES = App("com.shop.notes", "Notes", "3.1")
INSTALL = commands.install_from_store(42)
ADDRESS = "https://d.example/manifest"


@pytest.fixture
def shop():
    opened = Shop()
    opened.buy(42, NOTES, 1, external_id=7)
    return opened


def said(state):
    listed = answer(state, commands.managed_application_list())["ManagedApplicationList"]
    return {name: item["Status"] for name, item in listed.items()}


def test_without_a_licence_nothing_is_installed(shop):
    state = enrolled(iphone(serial="C02", supervised=True), CITY)
    state.shop = shop
    assert answer(state, INSTALL)["ErrorChain"][0]["ErrorCode"] == 12064
    shop.assignments.add((("42", "STDQ"), "ANOTHER", ""))
    assert answer(state, INSTALL)["Status"] == "Error"
    shop.assignments.add((("42", "STDQ"), "C02", ""))
    assert answer(state, INSTALL)["State"] == "Installing"
    assert said(state) == {"com.shop.notes": "Managed"}
    assert state.apps[0].external_version == 7


@pytest.mark.clause("G-1")
def test_a_user_enrolment_uses_the_licence_of_its_account_alone(shop):
    state = enrolled(iphone(serial="C02"), USER)
    state.shop, state.account = shop, "ana@city.example"
    shop.assignments.add((("42", "STDQ"), "C02", ""))
    assert answer(state, INSTALL)["Status"] == "Error"
    shop.people["r-1"] = {"account": "ana@city.example", "status": "Associated"}
    shop.assignments.add((("42", "STDQ"), "", "r-1"))
    assert answer(state, INSTALL)["Status"] == "Acknowledged"


@pytest.mark.parametrize("agrees", [True, False])
def test_a_device_that_is_not_supervised_asks_its_holder(shop, agrees):
    state = enrolled(iphone(serial="C02"), CITY)
    state.shop, state.asks_holder = shop, True
    shop.assignments.add((("42", "STDQ"), "C02", ""))
    assert answer(state, INSTALL)["State"] == "Prompting"
    assert (said(state), state.apps) == ({"com.shop.notes": "Prompting"}, [])
    if agrees:
        state.holder_agrees()
        assert said(state) == {"com.shop.notes": "Managed"}
    else:
        state.holder_refuses()
        assert said(state) == {"com.shop.notes": "UserRejected"}
        assert said(state) == {}  # it says so once


@pytest.mark.clause("G-10")
def test_managed_applications_leave_with_the_management():
    state = enrolled(iphone(supervised=True), CITY)
    state.store = {1: App("com.a", "A"), 2: App("com.b", "B")}
    state.apps.append(App("com.own", "Own"))
    answer(state, commands.install_from_store(1, licensed=False))
    kept = commands.Terms(flags=commands.Management(4))
    answer(state, commands.install_from_store(2, licensed=False, terms=kept))
    state.leave_management()
    assert [(app.identifier, app.managed) for app in state.apps] == [
        ("com.own", False),
        ("com.b", False),
    ]


def served(content, **more):
    given = {
        "bundle": "com.city.inspect",
        "version": "2.0",
        "title": "Inspections",
        "address": "https://d.example/package",
        "chunk_size": 4,
        "hashes": [
            hashlib.sha256(content[start : start + 4]).hexdigest()
            for start in range(0, len(content), 4)
        ],
    }
    files = {ADDRESS: manifest.render(**{**given, **more}), "https://d.example/package": content}
    return files.__getitem__


def test_a_package_is_installed_if_its_hashes_are_right():
    state = enrolled(iphone(supervised=True), CITY)
    state.fetch = served(b"0123456789")
    assert answer(state, commands.install_from_manifest(ADDRESS))["State"] == "Installing"
    assert [(app.identifier, app.version) for app in state.apps] == [("com.city.inspect", "2.0")]


@pytest.mark.parametrize(
    ("fetch", "code"),
    [
        (served(b"0123456789", hashes=["00" * 32]), 12028),
        (lambda _address: b"no property list", 12027),
        ({}.__getitem__, 12027),
    ],
)
def test_a_package_that_is_not_right_is_refused(fetch, code):
    state = enrolled(mac(), CITY)
    state.fetch = fetch
    said = answer(state, commands.install_package(ADDRESS))
    assert (said["ErrorChain"][0]["ErrorCode"], state.apps) == (code, [])


def test_a_macs_package_is_managed_if_it_is_asked_for():
    state = enrolled(mac(), CITY)
    state.fetch = served(b"01")
    answer(state, commands.install_package(ADDRESS))
    assert said(state) == {}
    answer(state, commands.install_package(ADDRESS, terms=commands.Terms()))
    assert said(state) == {"com.city.inspect": "Managed"}
