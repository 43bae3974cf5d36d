"""The menu's entries: each has an icon that is really in the sprite."""

import re

import pytest

from quartermaster.web import menu
from quartermaster.web.assets import HERE
from quartermaster.web.menu import SECTIONS, all_items
from tests.factories.records import custodian


def drawn():
    found = next((HERE / "vendor").rglob("sprite.svg"))
    return set(re.findall(r'id="([a-z_0-9]+)"', found.read_text()))


@pytest.mark.parametrize("item", all_items(), ids=lambda item: item.url_name)
def test_every_entry_has_its_place_and_an_icon_that_is_drawn(item):
    assert item.section in SECTIONS
    assert item.icon in drawn()


def folded(page):
    """The sections of the menu, each with whether it is open."""
    found = re.findall(r'<details class="house-nav__section" data-section="([^"]+)"( open)?>', page)
    return {name: bool(unfolded) for name, unfolded in found}


def test_a_long_menu_is_folded_but_for_where_the_page_stands(cast, logged_in):
    page = logged_in(cast.ida).get("/findings/").content.decode()
    sections = folded(page)
    assert [name for name, unfolded in sections.items() if unfolded] == ["Compliance"]
    assert list(sections) == [title for title in SECTIONS if title in sections]
    assert len(sections) > 5
    inside = page.split('data-section="Compliance"')[1].split("</details>")[0]
    assert '<a href="/findings/" aria-current="page">' in inside


@pytest.mark.parametrize("address", ["/records/retention/", "/records/schedule/"])
def test_a_page_beside_it_stands_under_its_entry(cast, logged_in, address):
    page = logged_in(custodian(cast)).get(address).content.decode()
    assert '<a href="/records/retention/" aria-current="page">' in page


def test_a_menu_that_is_short_enough_is_seen_whole(cast, logged_in, monkeypatch):
    page = logged_in(cast.ana).get("/my-compliance/").content.decode()
    entries = page.split('id="menu"')[1].split("</nav>")[0].count("<li>")
    monkeypatch.setattr(menu, "FEW", entries)
    page = logged_in(cast.ana).get("/my-compliance/").content.decode()
    assert set(folded(page).values()) == {True}


def test_on_the_dashboard_a_long_menu_is_folded_and_the_first_entries_are_seen(cast, logged_in):
    page = logged_in(cast.ida).get("/").content.decode()
    assert set(folded(page).values()) == {False}
    first = page.split('id="menu"')[1].split("<details")[0]
    assert 'aria-current="page"' in first
