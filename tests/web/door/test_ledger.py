"""The ledger in words for people, and by its tags for whoever looks something up."""

import csv
import io

import pytest

from quartermaster.jobs.acts import act
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.web.marks import deed
from tests.factories import inventory as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def noted(cast):
    with act(system("test"), now()) as doing:
        doing.record("org.account.logged-in", cast.ana)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("org.account.logged-in", "account logged in"),
        ("records.archive.fault-found", "archive fault found"),
        ("mdm.command.queued", "command queued"),
    ],
)
def test_a_tag_in_words(tag, words):
    assert deed(tag) == words


def test_the_dashboard_says_what_was_done_lately_in_words(cast, logged_in, noted):
    page = logged_in(cast.ida).get("/").content.decode()
    assert 'title="org.account.logged-in">account logged in</a>' in page


def test_the_list_says_both_and_the_file_the_tag_alone(cast, logged_in, noted):
    client = logged_in(cast.ida)
    page = client.get("/audit/?tag=org.account.logged").content.decode()
    assert "Account logged in<br><code>org.account.logged-in</code>" in page
    answer = client.get("/audit/?tag=org.account.logged&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    assert {row["What"] for row in rows} == {"org.account.logged-in"}


def test_a_page_of_many_parts_begins_with_where_they_are(cast, logged_in):
    device = make.DeviceFactory(holder=cast.ana)
    page = logged_in(cast.ida).get(f"/devices/{device.pk}/").content.decode()
    jumps = page.split('aria-label="On this page"')[1].split("</nav>")[0]
    for word in ("Custody", "#panel-custody"):
        assert word in jumps
    assert jumps.count("<li>") == page.count('<h2 id="panel-')
