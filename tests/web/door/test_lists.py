"""The inherited suite on two lists: the ledger, and the people."""

import pytest

from quartermaster.audit.queries import newest
from quartermaster.jobs.acts import act
from tests.web.suites import RoomViewTests


class TestLedger(RoomViewTests):
    list_name = "audit:entries"
    detail_name = "audit:entry"
    seen_by = {"ida": {"first"}, "rex": set(), "ana": set(), "cole": set()}
    most_queries = 14

    def things(self, cast, at):
        with act(cast.acting(cast.ida), at) as doing:
            doing.record("org.person.changed", cast.ana, title="=1+1")
        return {"first": newest()}


class TestPeople(RoomViewTests):
    list_name = "org:people"
    detail_name = "org:person"
    seen_by = {
        "ana": {"ana"},
        "sue": {"ana", "sue"},
        "cole": {"ana", "sue"},
        "ida": {"ana", "sue", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {"ana": cast.ana, "sue": cast.sue, "rex": cast.rex}


@pytest.mark.django_db
def test_csv_is_safe_to_open_in_a_spreadsheet(logged_in, cast):
    cast.ana.title = '=HYPERLINK("http://evil.example")'
    cast.ana.save()
    answer = logged_in(cast.ida).get("/people/", {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "=HYPERLINK" not in text or "'=HYPERLINK" in text
