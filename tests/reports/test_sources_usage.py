"""What proves that usage is summed up, sent and reviewed, as far as one may see."""

from datetime import date

import pytest

from quartermaster.kernel.permits import system
from quartermaster.reports.evidence import Evidence, count
from quartermaster.usage.actions.reviewing import open_reviews
from tests.factories import usage as make

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-9")
def test_an_overdue_review_is_an_open_finding_against_itmd(cast, at):
    make.line_usage(at, holder=cast.ana)
    make.review(at, due_on=date(2026, 11, 20))
    make.posted(cast, at)
    open_reviews(actor=system("test"), at=at)
    assert count("usage.summaries", cast.acting(cast.ida), at) == Evidence(
        (
            ("months of lines summed up", 1),
            ("summaries delivered", 0),
            ("reviews signed", 0),
            ("reviews overdue", 1),
        ),
        open_findings=1,
    )
    rex = count("usage.summaries", cast.acting(cast.rex), at)
    assert rex is not None
    assert [figure for _, figure in rex.counts] == [0, 0, 0, 0]
