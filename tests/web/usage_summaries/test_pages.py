"""Usage in sum on pages: trimmed, plotted with a table behind, exported without formulas."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from quartermaster.kernel.permits import system
from quartermaster.usage.actions.reviewing import open_reviews
from quartermaster.usage.models import Review
from quartermaster.usage.rules.reviews import Looked
from tests.factories import usage as make
from tests.web.suites import QueryBudget, RoomViewTests

pytestmark = pytest.mark.django_db
SUMMARY = "usage_summaries:summary"
HOSTILE = '=cmd|"/c calc"!A1'


@pytest.fixture
def used(cast, at):
    make.line_usage(at, holder=cast.ana, number="+14145550101")
    make.line_usage(at, holder=cast.ana, month=date(2026, 9, 1), cost_cents=3000)
    make.line_usage(at, holder=cast.rex, number="+14145550199", cost_cents=99999, plan=HOSTILE)


class TestLines(RoomViewTests):
    list_name = "usage_summaries:lines"
    detail_name = "usage_summaries:line"
    seen_by = {
        "ida": {"ana", "rex"},
        "cole": {"ana"},
        "sue": {"ana"},
        "ana": {"ana"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {
            "ana": make.line_usage(at, holder=cast.ana),
            "rex": make.line_usage(at, holder=cast.rex, number="+14145550199"),
        }


class TestReviews(RoomViewTests):
    list_name = "usage_summaries:reviews"
    detail_name = "usage_summaries:review"
    seen_by = {"ida": {"october"}, "cole": set(), "sue": set(), "ana": set(), "rex": set()}

    def things(self, cast, at):
        return {"october": make.review(at)}


class TestPosts(RoomViewTests):
    list_name = "usage_summaries:posts"
    detail_name = "usage_summaries:paper"
    seen_by = {"ida": {"cole"}, "cole": {"cole"}, "sue": set(), "ana": set(), "rex": set()}

    def things(self, cast, at):
        return {"cole": make.posted(cast, at)}


def page(client, **asked):
    return client.get(reverse(SUMMARY), asked)


@pytest.mark.clause("G-9")
def test_a_coordinator_sees_their_department_only(logged_in, cast, used):
    answer = page(logged_in(cast.cole), by="department", first="2026-10", last="2026-10")
    text = answer.content.decode()
    assert "Water Works" in text
    assert "$45.00" in text
    assert "50% more than the month before" in text
    for word in ("Public Library", "Rex", "999.99"):
        assert word not in text


@pytest.mark.clause("G-9")
def test_the_address_of_another_department_gives_nothing_of_it(logged_in, cast, used):
    client = logged_in(cast.cole)
    for asked in (str(cast.library.id), "' OR 1=1", "\x00"):
        answer = page(client, department=asked, by="line")
        assert answer.status_code == 200
        assert "+14145550199" not in answer.content.decode()
    text = page(logged_in(cast.rex), by="line").content.decode()
    assert "+14145550101" not in text
    assert "+14145550199" in text


def test_plots_have_a_sentence_and_a_table_behind_them(logged_in, cast, used):
    text = page(logged_in(cast.ida), by="plan", measure="kilobytes").content.decode()
    assert 'aria-label="Data, GB by month: September 2026 1.00, October 2026 2.00."' in text
    assert text.count('<svg class="house-chart') == text.count("as a table</summary>") == 2
    assert "style=" not in text


@pytest.mark.parametrize("by", ["month", "department", "coordinator", "person", "line", "plan"])
def test_every_sum_as_page_csv_and_workbook(logged_in, cast, used, by):
    client = logged_in(cast.ida)
    with QueryBudget(40):
        assert page(client, by=by, first="2026-09", last="2026-10").status_code == 200
    text = page(client, by=by, first="2026-09", last="2026-10", format="csv").content.decode()
    rows = list(csv.reader(io.StringIO(text)))
    book = page(client, by=by, first="2026-09", last="2026-10", format="xlsx").content
    sheet = load_workbook(io.BytesIO(book)).active
    assert sheet.max_row == len(rows) > 1
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_odd_questions_are_answered_by_what_is_usual(logged_in, cast, used):
    client = logged_in(cast.ana)
    for asked in ({"by": "everybody"}, {"first": "2026-99"}, {"last": "x"}, {"measure": "name"}):
        assert page(client, **asked).status_code == 200
    assert page(client, format="csv", by="coordinator").status_code == 200


def test_without_anything_it_says_so(logged_in, cast):
    assert "No bill and no usage file" in page(logged_in(cast.cole)).content.decode()
    assert page(logged_in(cast.cole), format="csv").status_code == 200


@pytest.mark.clause("G-9")
def test_the_review_waits_is_signed_on_its_page_and_waits_no_longer(logged_in, cast, at, used):
    make.review(at)
    client = logged_in(cast.ida)
    waiting = reverse("waiting:mine")
    assert "Review and sign the usage of October 2026" in client.get(waiting).content.decode()
    review = Review.objects.get()
    sign = reverse("usage_summaries:sign", kwargs={"key": review.pk})
    half = client.post(sign, {"looked_at": ["costs"]})
    assert half.status_code == 422
    done = client.post(sign, {"looked_at": [item.value for item in Looked], "note": "As usual."})
    assert done.status_code == 302
    review.refresh_from_db()
    assert review.signed_by == cast.ida
    assert "Review and sign" not in client.get(waiting).content.decode()


@pytest.mark.clause("G-9")
def test_an_overdue_review_and_a_failed_mail_stand_on_itmd_s_page(logged_in, cast, at):
    make.review(at, due_on=date(2026, 11, 20))
    open_reviews(actor=system("test"), at=at)
    text = logged_in(cast.ida).get("/").content.decode()
    assert "Overdue usage reviews" in text
    assert "Overdue usage reviews" not in logged_in(cast.cole).get("/").content.decode()


def test_the_paper_is_what_was_sent_and_nobody_else_s(logged_in, cast, at):
    key = {"key": make.posted(cast, at).pk}
    address = reverse("usage_summaries:paper", kwargs=key)
    answer = logged_in(cast.cole).get(address)
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7\n", "application/pdf")
    assert logged_in(cast.sue).get(address).status_code == 404
