"""The client against the simulated service: trust, bounds, and a service that plays tricks."""

import pytest

from quartermaster.drivers.apple.store import client, reading
from quartermaster.mdm.licensing import Given, Person, Rejected, ServiceTrouble, Why
from quartermaster.simulators.apple import App
from quartermaster.simulators.apple.services.apps_and_books import apps_and_books
from quartermaster.simulators.apple.services.apps_rules import Refusal


@pytest.fixture
def shop(settings):
    with apps_and_books() as opened:
        settings.APPS_AND_BOOKS_URL = opened.address
        opened.buy(42, App("com.shop.notes", "Notes"), 3)
        yield opened


@pytest.fixture
def service(shop):
    with client.opened(shop.token) as made:
        yield made


def test_the_token_is_sent_to_trusted_addresses_alone(service, shop):
    trusted = service._is_trusted
    assert trusted("https://vpp.itunes.apple.com/mdm/v2/assets")
    assert trusted(f"{shop.address}/assets")
    for url in (
        "https://vpp.itunes.apple.com.evil.example/x",
        "https://evilapple.com/x",
        "http://vpp.itunes.apple.com/x",
        "https://evil.example/apple.com",
        "ftp://apple.com/",
        "",
        None,
        7,
    ):
        assert not trusted(url), url


def test_an_address_elsewhere_is_not_followed(service, shop, monkeypatch):
    said = shop.service()
    said["urls"]["getAssets"] = "https://evil.example/assets"
    monkeypatch.setattr(shop, "service", lambda: said)
    service.limits()
    assert [product.store_id for product in service.products()] == ["42"]


def test_an_answer_without_end_is_cut_off(service, monkeypatch):
    monkeypatch.setattr(client, "LARGEST", 100)
    with pytest.raises(ServiceTrouble, match="larger than is taken"):
        service.products()


def test_a_list_that_turns_in_a_circle_is_left(service, shop, monkeypatch):
    page = shop._page({}, "assets", [])
    monkeypatch.setattr(shop, "_page", lambda *_: {**page, "nextPageIndex": 0})
    with pytest.raises(ServiceTrouble, match="circle"):
        service.products()


def test_a_list_without_end_is_left(service, shop, monkeypatch):
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    shop.page_size = 1
    for number in range(10):
        shop.buy(100 + number, App(f"com.a{number}", "A"), 1)
    with pytest.raises(ServiceTrouble, match="longer than is read"):
        service.products()


@pytest.mark.parametrize(
    ("number", "lasting"),
    [(9601, True), (9621, True), (9625, True), (9634, True), (9646, False), (9603, False)],
)
def test_what_lasts_and_what_passes(service, shop, number, lasting):
    shop.refusals.append(Refusal(number))
    with pytest.raises(ServiceTrouble) as told:
        service.location()
    assert told.value.lasting is lasting


def test_the_simulated_service_keeps_apples_rules(service, shop):
    asked = Given("42", "STDQ", "SERIAL")
    shop.limits["maxSerialNumbers"] = 1
    for items, number in (
        ([asked, Given("42", "STDQ", "OTHER")], 9702),
        ([Given("43", "STDQ", "SERIAL")], 9602),
        ([Given("42", "STDQ")], 9719),
    ):
        with pytest.raises(ServiceTrouble, match=str(number)):
            service.give(items)
    with pytest.raises(ServiceTrouble, match="9708"):
        service.progress("unheard")
    shop.products[("42", "STDQ")].device_assignable = False
    with pytest.raises(ServiceTrouble, match="9707"):
        service.give([asked])


def test_nobody_there_is_a_trouble_that_passes(settings):
    settings.APPS_AND_BOOKS_URL = "http://127.0.0.1:9/mdm/v2"
    with client.opened(b"token") as made, pytest.raises(ServiceTrouble) as told:
        made.location()
    assert (told.value.lasting, told.value.retry_after) == (False, 60)


@pytest.mark.parametrize(
    ("number", "rejected"), [(9602, True), (9707, True), (9708, True), (9601, False), (9646, False)]
)
def test_what_is_wrong_with_one_request_is_told_apart(service, shop, number, rejected):
    shop.refusals.append(Refusal(number))
    with pytest.raises(ServiceTrouble) as told:
        service.location()
    assert isinstance(told.value, Rejected) is rejected


@pytest.mark.parametrize("url", ["https://[", "https://apple.com:99999999/x", "https://[::1/apple"])
def test_an_address_that_is_none_is_a_trouble_and_no_crash(service, shop, monkeypatch, url):
    said = shop.service()
    said["urls"]["getAssets"] = url
    monkeypatch.setattr(shop, "service", lambda: said)
    service.limits()
    if service._is_trusted(url):
        with pytest.raises(ServiceTrouble, match="cannot be reached"):
            service.products()
    else:
        assert [product.store_id for product in service.products()] == ["42"]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("90", 90),
        ("²", 0),
        ("٣", 0),
        ("-5", 0),
        ("1e9", 0),
        ("Wed, 25 Nov 2026 15:00:00 GMT", 0),
        ("9" * 30, 86_400),
        ("", 0),
    ],
)
def test_how_long_to_wait_is_read_within_bounds(said, seconds):
    assert reading.trouble(503, {}, said).retry_after == seconds


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("said", [{}, {"errorNumber": "x", "errorMessage": [1]}])
def test_every_status_is_a_sentence(status, said):
    told = reading.trouble(status, said, "")
    assert (str(status) in told.message, told.status) == (True, 502)


def test_people_are_forgotten_by_their_reference_alone(service, shop):
    shop.people["p-1"] = {"account": "ana@city.example", "status": "Associated"}
    shop.assignments.add((("42", "STDQ"), "", "p-1"))
    name = service.forget([Person("p-1", "ana@city.example")])
    assert service.progress(name).failures == ()
    assert (shop.people, shop.assignments) == ({}, set())
    again = service.progress(service.forget([Person("p-1", "")]))
    assert [failure.why for failure in again.failures] == [Why.NO_USER]
