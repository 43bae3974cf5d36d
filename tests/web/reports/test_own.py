"""Findings against ITMD itself, on the pages of reports."""

from datetime import date

import pytest
from django.urls import reverse

from quartermaster.kernel.permits import system
from quartermaster.usage.actions.reviewing import open_reviews
from tests.factories import usage as make

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-9")
def test_a_coordinator_reads_what_itmd_did_not_do(logged_in, cast, at):
    page = reverse("reports:compliance")
    assert "against ITMD" not in logged_in(cast.cole).get(page).content.decode()
    make.review(at, due_on=date(2026, 11, 20))
    open_reviews(actor=system("test"), at=at)
    text = logged_in(cast.cole).get(page).content.decode()
    assert "Findings against ITMD itself" in text
    assert "the usage of October 2026, which was due by November 20, 2026" in text
