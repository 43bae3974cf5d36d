"""The page for anybody: off unless the city says so."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests.reports.test_public import _day

URL = "/public/compliance/"


@pytest.fixture
def shown(settings):
    settings.PUBLIC_REPORT = True


def test_it_is_off_unless_the_city_says_so(cast, logged_in):
    assert Client().get(URL).status_code == 404
    assert logged_in(cast.ida).get(URL).status_code == 404


def test_anybody_reads_it(cast, shown):
    yesterday = localdate() - timedelta(days=1)
    _day(cast.water, yesterday, passing=6, failing=2)
    _day(cast.library, yesterday, passing=2)
    answer = Client().get(URL)
    page = answer.content.decode()
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "80% of the checks of 10 devices" in page
    assert ("Water Works" in page, "Public Library" in page) == (False, False)
    assert "Smaller departments, together" in page
    assert "How this is counted" in page
    assert "csrf" not in page.lower()


def test_without_figures_it_says_so(shown, db):
    page = Client().get(URL).content.decode()
    assert "no figures to show yet" in page


def test_a_page_of_somebody_known_is_not_kept_for_others(cast, shown, logged_in):
    assert "public" not in logged_in(cast.ida).get(URL).get("Cache-Control", "")
