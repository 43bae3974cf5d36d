"""What ITMD itself did not do in time stands on every report."""

import io
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from quartermaster.kernel.permits import system
from quartermaster.reports import month
from quartermaster.reports.own import against_itmd
from quartermaster.usage.actions.reviewing import open_reviews, sign_review
from quartermaster.usage.rules.reviews import Looked
from tests.factories import usage as make

pytestmark = pytest.mark.django_db
HOUSE = system("test")
SAID = "ITMD has not reviewed the usage of October 2026, which was due by November 20, 2026."


@pytest.fixture
def overdue(at):
    review = make.review(at, due_on=date(2026, 11, 20))
    open_reviews(actor=HOUSE, at=at)
    return review


@pytest.mark.clause("G-9")
def test_an_overdue_review_is_a_finding_until_it_is_signed(cast, at, overdue):
    assert against_itmd() == [SAID]
    sign_review(
        review_id=overdue.id,
        looked_at=[item.value for item in Looked],
        note="",
        actor=cast.acting(cast.ida),
        at=at + timedelta(hours=1),
    )
    assert against_itmd() == []


def test_what_is_not_due_yet_is_none(at):
    make.review(at, due_on=date(2026, 12, 1))
    open_reviews(actor=HOUSE, at=at)
    assert against_itmd() == []


@pytest.mark.clause("G-9")
def test_it_is_in_the_month_s_paper(cast, at, overdue):
    found = month.figures(HOUSE, None, month=None, at=at)
    assert found["own"] == [SAID]
    pages = PdfReader(io.BytesIO(month.paper(found, at=at))).pages
    assert "Findings against ITMD itself" in " ".join(page.extract_text() for page in pages)


def test_months_kept_before_are_printed_without_it(cast, at):
    found = month.figures(HOUSE, None, month=None, at=at)
    found.pop("own")
    assert month.paper(found, at=at).startswith(b"%PDF")
