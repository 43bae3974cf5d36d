"""The summary of a month goes to each coordinator once, with its papers, and it shows if not."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.delivery import deliver_due
from quartermaster.notify.models import Message
from quartermaster.org.models import RoleAssignment
from quartermaster.usage.actions import posting
from quartermaster.usage.models import SummaryPost
from quartermaster.usage.queries.posts import failed, posts_visible_to, undelivered
from quartermaster.usage.sheets import XLSX
from tests.factories import usage as make

pytestmark = pytest.mark.django_db
HOUSE = system("test")
OCTOBER = date(2026, 10, 1)
EIGHTH = datetime(2026, 11, 8, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


def follow(at):
    posting.plan_posts(actor=HOUSE, at=at)
    return posting.post_due(actor=HOUSE, at=at)


@pytest.fixture
def used(cast):
    make.line_usage(EIGHTH, holder=cast.ana, number="+14145550101")
    make.line_usage(EIGHTH, holder=cast.ana, month=date(2026, 9, 1), cost_cents=3000)
    make.line_usage(EIGHTH, holder=cast.rex, number="+14145550199", cost_cents=99999)


@pytest.mark.clause("G-9")
def test_a_coordinator_gets_their_department_s_month_with_paper_workbook_and_link(cast, used):
    assert follow(EIGHTH - timedelta(days=1)) == 0
    assert follow(EIGHTH) == 1
    row = SummaryPost.objects.get()
    assert (row.coordinator, row.department, row.month, row.state, row.lines) == (
        cast.cole,
        cast.water,
        OCTOBER,
        "posted",
        1,
    )
    message = Message.objects.get()
    assert message.recipient == cast.cole.email
    assert message.subject == "Usage of Water Works, October 2026"
    assert "Cost: $45.00 (50% more than the month before)" in message.text
    assert f"/usage/summaries/?department={cast.water.id}&first=2026-10&last=2026-10" in (
        message.text
    )
    assert [one.name for one in message.attachments.all()] == [
        "usage-water-2026-10.pdf",
        "usage-water-2026-10.xlsx",
    ]


@pytest.mark.clause("G-9")
def test_paper_and_workbook_say_the_department_and_nobody_else(cast, used):
    follow(EIGHTH)
    row = SummaryPost.objects.get()
    pages = PdfReader(io.BytesIO(read_file(row.paper.digest))).pages
    text = " ".join(page.extract_text() for page in pages)
    for word in ("Usage of Water Works, October 2026", "Ana Reyes", "+14145550101", "$45.00"):
        assert word in text
    assert "Rex" not in text
    assert "999.99" not in text
    book = load_workbook(io.BytesIO(read_file(row.sheet.digest)))
    assert book.sheetnames == ["Months", "People", "Lines", "Plans", "Stand out"]
    people = [row[:2] for row in book["People"].iter_rows(values_only=True)]
    assert people == [("Person", "Lines"), ("Ana Reyes", 1)]


def test_it_goes_once_however_often_it_is_asked_for(used):
    assert [follow(EIGHTH), follow(EIGHTH), follow(EIGHTH + timedelta(days=3))] == [1, 0, 0]
    assert Message.objects.count() == 1


def test_without_anything_it_waits_and_then_says_so(cast, used):
    RoleAssignment.objects.filter(person=cast.cole).update(person=cast.rex, department=cast.itmd)
    for day in range(10):
        assert follow(EIGHTH + timedelta(days=day)) == 1
        assert SummaryPost.objects.get().state == "due"
    assert follow(EIGHTH + timedelta(days=10)) == 1
    assert "No bill and no usage file of that month" in Message.objects.get().text


def test_who_coordinates_no_longer_gets_nothing(cast, used):
    posting.plan_posts(actor=HOUSE, at=EIGHTH)
    RoleAssignment.objects.filter(person=cast.cole).update(ended_at=EIGHTH)
    assert posting.post_due(actor=HOUSE, at=EIGHTH + timedelta(minutes=1)) == 1
    assert SummaryPost.objects.get().state == "left"
    assert not Message.objects.exists()
    assert undelivered(OCTOBER) == 0


@pytest.mark.clause("G-9")
def test_whether_it_arrived_is_known_and_a_failure_shows(cast, used, smtp_sink):
    follow(EIGHTH)
    assert undelivered(OCTOBER) == 1
    smtp_sink.answers.append("550 no such mailbox")
    deliver_due(EIGHTH)
    assert [post.mail_state for post in posts_visible_to(cast.acting(cast.ida))] == ["failed"]
    assert failed(OCTOBER).count() == 1
    assert "no such mailbox" in failed(OCTOBER).get().mail_error
    assert not posts_visible_to(cast.acting(cast.rex)).exists()
    assert posts_visible_to(cast.acting(cast.cole)).count() == 1


@pytest.mark.clause("G-9")
def test_paper_and_workbook_travel_with_the_mail(cast, used, smtp_sink):
    follow(EIGHTH)
    deliver_due(EIGHTH)
    (mail,) = smtp_sink.mails
    kinds = [part.get_content_type() for part in mail.iter_attachments()]
    assert kinds == ["application/pdf", XLSX]
    (row,) = posts_visible_to(cast.acting(cast.ida))
    assert (row.mail_state, row.delivered_at, undelivered(OCTOBER)) == ("sent", EIGHTH, 0)


def test_people_do_not_send_summaries_by_hand(cast, used):
    for person in (cast.cole, cast.sue, cast.ana, cast.rex):
        with pytest.raises(Refused):
            posting.post_due(actor=cast.acting(person), at=EIGHTH)
