"""The coordinator opens the link of the month's e-mail: their department only, plots to read."""

import re
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.usage.actions import posting
from quartermaster.usage.rules.cycles import month_earlier
from tests.e2e.conftest import NARROW, WIDE
from tests.factories import usage as make

HOUSE = system("test")
POSTED = datetime(2026, 11, 8, 15, tzinfo=UTC)
SMALLEST = 9  # pixels in height: about eight points on paper
OTHER = ("Public Library", "Rex Moreau", "+14145550199", "999.99")
OVERLAPS = """svg => {
    const boxes = [...svg.querySelectorAll("text")].map(text => text.getBoundingClientRect())
    return boxes.some((a, i) => boxes.slice(i + 1).some(b => a.left < b.right - 1
        && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1))
}"""


@pytest.fixture
def year(cast):
    """A year of a line of Ana's and one of Sue's, and of Rex's in another department."""
    month = make.OCTOBER
    for n in range(12):
        make.line_usage(POSTED, holder=cast.ana, month=month, cost_cents=4500 + 321 * n)
        make.line_usage(POSTED, holder=cast.sue, number="+14145550102", month=month)
        make.line_usage(
            POSTED, holder=cast.rex, number="+14145550199", month=month, cost_cents=99999
        )
        month = month_earlier(month)
    assert month == date(2025, 10, 1)


def legible(page):
    """Every plot lies within the page, its words large enough and none over another."""
    for plot in page.locator("svg.house-chart").all():
        box = plot.bounding_box()
        assert box["width"] >= 280
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        assert plot.get_attribute("aria-label")
        words = plot.locator("text").all()
        assert words
        assert min(word.bounding_box()["height"] for word in words) >= SMALLEST
        assert not plot.evaluate(OVERLAPS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-9")
def test_from_the_link_in_the_mail_to_the_plots_and_the_tables_behind_them(
    enter, axe, cast, year, settings, tmp_path
):
    settings.DATA = tmp_path / "data"
    posting.plan_posts(actor=HOUSE, at=POSTED)
    posting.post_due(actor=HOUSE, at=POSTED)
    letter = Message.objects.get(recipient=cast.cole.email)
    address = re.search(r"https?://[^/\s]+(/usage/summaries/\S+)", letter.text)[1]

    page = enter(cast.cole)
    page.goto(address)
    expect(
        page.get_by_role("heading", name=re.compile("October 2026, Water Works"))
    ).to_be_visible()
    assert not [word for word in OTHER if word in page.content()]
    page.goto(address.replace("first=2026-10", "first=2025-11"))
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert page.locator("svg.house-chart").count() >= 1
        legible(page)
        assert axe(page) == []
    behind = page.locator("details", has_text="as a table").first
    behind.locator("summary").click()
    table = behind.get_by_role("table")
    expect(table).to_be_visible()
    assert table.get_by_role("row").count() == 1 + 12
    expect(table).to_contain_text("$90.00")
    assert axe(page) == []
    assert not [word for word in OTHER if word in page.content()]

    page = enter(cast.rex)
    page.goto(address)
    assert "Water Works" not in page.locator("main").inner_text()
