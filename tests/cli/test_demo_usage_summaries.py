"""The demo city has its usage of the month sent to coordinators, and reviewed."""

from datetime import date

import pytest

from quartermaster.cli.demo.chapters import usage_summaries
from quartermaster.usage.models import Review, SummaryPost
from tests.factories import usage as make

pytestmark = pytest.mark.django_db


def test_one_review_is_signed_and_the_next_waits(cast, at, settings, tmp_path):
    settings.DATA = tmp_path / "data"
    type(cast.ida).objects.filter(id=cast.ida.id).update(number=usage_summaries.ADMINISTRATOR)
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        make.line_usage(at, holder=cast.ana, month=month)
    usage_summaries.tell(at)
    found = Review.objects.order_by("month").values_list("month", "state", "signed_by")
    assert list(found) == [
        (date(2026, 9, 1), "signed", cast.ida.id),
        (date(2026, 10, 1), "open", None),
    ]
    assert [post.state for post in SummaryPost.objects.all()] == ["posted"]


def test_a_city_without_bills_is_left_as_it_is(cast, at):
    usage_summaries.tell(at)
    assert not Review.objects.exists()
