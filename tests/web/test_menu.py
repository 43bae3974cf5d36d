"""The menu's entries: each has an icon that is really in the sprite."""

import re

import pytest

from quartermaster.web.assets import HERE
from quartermaster.web.menu import SECTIONS, all_items


def drawn():
    found = next((HERE / "vendor").rglob("sprite.svg"))
    return set(re.findall(r'id="([a-z_0-9]+)"', found.read_text()))


@pytest.mark.parametrize("item", all_items(), ids=lambda item: item.url_name)
def test_every_entry_has_its_place_and_an_icon_that_is_drawn(item):
    assert item.section in SECTIONS
    assert item.icon in drawn()
