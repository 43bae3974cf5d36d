"""What was mailed of a month goes with the schedule: paper, workbook and the words of the mail."""

from datetime import UTC, date, datetime

import pytest

from quartermaster.audit.models import Entry
from quartermaster.files.models import StoredFile
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.models import RoleAssignment, User
from quartermaster.org.roles import Role
from quartermaster.usage.actions import posting
from quartermaster.usage.disposal.keeping import keep_new
from quartermaster.usage.disposal.mails import FORGOTTEN, KIND, kept
from quartermaster.usage.models import SummaryPost
from tests.cast import LONG_AGO
from tests.factories.disclosure import filed
from tests.factories.records import held, paul
from tests.factories.retention import approver, batches
from tests.factories.usage import line_usage
from tests.factories.usage_disposal import LATE, destroyed, retained

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-9"), pytest.mark.clause("C-2")]
HOUSE = system("test")
POSTED = datetime(2026, 11, 8, 18, tzinfo=UTC)


@pytest.fixture
def mailed(cast, settings, tmp_path):
    """The summary of October, sent to Cole."""
    settings.DATA = tmp_path
    paul(cast), approver(cast)
    line_usage(POSTED, holder=cast.ana)
    posting.plan_posts(actor=HOUSE, at=POSTED)
    assert posting.post_due(actor=HOUSE, at=POSTED) == 1
    return SummaryPost.objects.get()


def test_a_mail_falls_due_like_the_summaries_that_it_says(mailed):
    keep_new(actor=HOUSE, at=POSTED)
    row = retained(KIND)
    assert (row.series, row.made_on) == ("usage-summaries", date(2026, 11, 8))
    assert row.due_on == date(2034, 1, 1)


def test_papers_and_words_go_with_a_certificate(
    mailed, cast, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        batch = destroyed(KIND, cast)
    mailed.refresh_from_db()
    papers = StoredFile.objects.filter(id__in=[mailed.paper_id, mailed.sheet_id])
    assert batch.state == "certified"
    assert batch.entries.get().files == [mailed.paper.digest, mailed.sheet.digest]
    assert mailed.disposed_at is not None
    assert papers.filter(destroyed_at=mailed.disposed_at, removed_at__isnull=False).count() == 2
    assert Message.objects.get(about_id=str(mailed.pk)).text == FORGOTTEN
    assert Entry.objects.filter(tag="usage.mail.destroyed").count() == 1
    assert keep_new(actor=HOUSE, at=LATE) == 0

    client.force_login(User.objects.create(person=cast.cole, email=cast.cole.email))
    answer = client.get(f"/usage/summaries/sent/{mailed.pk}/summary.pdf")
    assert (answer.status_code, "was destroyed" in answer.content.decode()) == (404, True)
    listed = client.get("/usage/summaries/sent/").content.decode()
    assert (f"{mailed.pk}/summary.pdf" in listed, "Destroyed" in listed) == (False, True)


def test_one_paper_to_two_goes_with_the_last(mailed, cast):
    RoleAssignment.objects.create(
        person=cast.sue, role=Role.COORDINATOR, department=cast.water, granted_at=LONG_AGO
    )
    keep_new(actor=HOUSE, at=POSTED)
    posting.plan_posts(actor=HOUSE, at=POSTED)
    assert posting.post_due(actor=HOUSE, at=POSTED) == 1
    second = SummaryPost.objects.get(coordinator=cast.sue)
    assert second.paper_id == mailed.paper_id
    held(cast, LATE, cast.sue)
    destroyed(KIND, cast)
    assert StoredFile.objects.get(id=mailed.paper_id).destroyed_at is None
    assert SummaryPost.objects.filter(disposed_at=None).get() == second


@pytest.mark.parametrize("who", ["ana", "cole"])
def test_what_went_to_or_is_about_somebody_under_a_hold_stays(mailed, cast, who):
    keep_new(actor=HOUSE, at=LATE)
    held(cast, LATE, getattr(cast, who))
    assert set(kept([mailed.id], LATE)) == {mailed.id}
    assert KIND not in {batch.kind for batch in batches(LATE)}


def test_an_open_records_request_of_its_month_keeps_it(mailed, cast):
    keep_new(actor=HOUSE, at=LATE)
    held(cast, LATE, cast.rex)
    assert kept([mailed.id], LATE) == {}
    filed(LATE, since=date(2026, 10, 31))
    assert set(kept([mailed.id], LATE)) == {mailed.id}
