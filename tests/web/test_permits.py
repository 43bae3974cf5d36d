"""Default-deny, proven on the address table: nothing open that was not declared so."""

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.errors import ReadOnlySqlTransaction

from quartermaster.web.guard import PUBLIC, permit_of
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses, sample_of

# What anybody may open without logging in. A page more here is a decision.
WITHOUT_LOG_IN = {
    "account:forgot",
    "account:link",
    "account:log-in",
    "account:log-out",
    "custody:tag",  # says to a finder how to give it back, and nothing else
    "disclosure:public",  # the way in for whoever asks for records; the reading room
    "disclosure:public-fetch",  # whoever gave the status code
    "disclosure:public-file",
    "disclosure:public-letter",  # whoever gave the status code
    "disclosure:public-read",  # what the custodian published, and nothing else
    "disclosure:public-status",  # whoever has the status code
    "health:alive",
    "health:metrics",  # guards itself, by token or by the machine
    "health:ready",
    "mdm:automated-begin",  # a device proves itself by its maker's certificate
    "mdm:enrol",  # whoever opens the link of an invitation
    "records:worker",  # a script, the same for everybody
    "reports:public",  # only where the city switched it on; no names, no small groups
}
# What is its owner's alone: not even that it exists is told to an administrator.
OWN_ALONE = {
    "archive:proof",
    "custody:confirmation",
    "disclosure:my-notice",
    "disclosure:my-notice-copy",
    "disclosure:my-search",
    "holds:notice",
    "records:conversation",
    "records:export",
    "records:export-cancel",
    "records:export-file",
    "records:export-save",
    "records:export-thread",
    "records:gone",
    "records:item",
    "records:record",
    "retention:classify",
    "records:search-change",
    "records:search-forget",
    "records:search-kept",
    "records:search-open",
}
# Who opens these is noted in the ledger.
READING_IS_NOTED = {"recoveries:letter"}
REFUSED = {403, 404}


def test_every_view_declares_its_permit():
    assert [a.name for a in all_addresses() if permit_of(a.view) is None] == []


def test_only_the_named_pages_are_public():
    public = {a.name for a in all_addresses() if permit_of(a.view) is PUBLIC}
    assert public == WITHOUT_LOG_IN


def test_every_address_is_named():
    assert [a.view for a in all_addresses() if a.name.endswith("None")] == []


def test_every_address_with_arguments_has_a_sample():
    missing = [a.name for a in all_addresses() if a.arguments and sample_of(a.name) is None]
    assert missing == [], "add them to tests/web/samples_ROOM.py"


@pytest.mark.django_db
def test_without_log_in_every_page_leads_to_the_log_in_page(client, cast, at):
    for address, url, _ in open_addresses(all_addresses(), cast, at):
        if address.name not in WITHOUT_LOG_IN:
            answer = client.get(url)
            assert (address.name, answer.status_code) == (address.name, 302)
            assert answer.url.startswith("/log-in/")


@pytest.mark.django_db
def test_outsider_sees_nothing_of_others(logged_in, cast, at):
    client = logged_in(cast.rex)
    answers = {
        address.name: client.get(url).status_code
        for address, url, everybody in open_addresses(all_addresses(), cast, at)
        if not everybody
    }
    assert {name: status for name, status in answers.items() if status not in REFUSED} == {}


def opened(client, url):
    """The status of a page where the database allows reading alone; 0 where it had to write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        try:
            return client.get(url).status_code
        except ReadOnlySqlTransaction:
            return 0
        except DatabaseError as problem:
            if not isinstance(problem.__cause__, ReadOnlySqlTransaction):
                raise
            return 0
        finally:
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["ana", "cole", "sue", "ida", "rex"])
def test_no_page_fails_and_none_writes_or_locks_what_it_shows(logged_in, cast, at, who):
    addresses = open_addresses(all_addresses(), cast, at)
    client = logged_in(getattr(cast, who))
    client.get("/")  # from now on the session was seen
    answers = {address.name: opened(client, url) for address, url, _ in addresses}
    assert {name: status for name, status in answers.items() if status >= 500} == {}
    assert {name for name, status in answers.items() if not status} <= READING_IS_NOTED


@pytest.mark.django_db
def test_administrator_opens_every_list(logged_in, cast, at):
    client = logged_in(cast.ida)
    for address, url, _ in open_addresses(all_addresses(), cast, at):
        if (
            address.name in WITHOUT_LOG_IN | OWN_ALONE
            or getattr(address.view, "view_class", None) is None
        ):
            continue
        assert (address.name, client.get(url).status_code) in {
            (address.name, 200),
            (address.name, 302),
            (address.name, 403),
            (address.name, 409),
        }
