"""The benchmark of pages asks for every page; how fast they are, no test says."""

import pytest

from benchmarks import city, pages

pytestmark = pytest.mark.django_db


def test_every_page_without_an_argument_is_asked_for():
    city.populate(2)
    found = pages.measure(pages.administrator())
    shown = {page.address for page in found}
    assert {"/", "/devices/", "/findings/", "/reports/compliance/"} <= shown
    assert found == sorted(found, key=lambda page: -page.milliseconds)
    assert all(page.statements > 0 for page in found if page.address == "/devices/")
    told = pages.table(found, shown=3).splitlines()
    assert len(told) == 7
    assert told[-1].endswith(f"of {len(found)} pages within 100 ms.")
