"""The mailbox: emptied over TLS, each message once, moved only when its rows are there."""

import pytest

from quartermaster.records.models import FetchedMail, InboxMail, Record
from quartermaster.records.schedule import fetch_mail
from tests.factories.inbox import letter
from tests.records.inbox.imap import Server

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


@pytest.fixture
def server(tmp_path, settings, cast):
    made = Server()
    made.start(tmp_path)
    settings.INBOX_IMAP_URL = f"imaps://records:brass@localhost:{made.port}/INBOX"
    settings.INBOX_IMAP_TRUST = made.trust
    yield made
    made.stop()


def test_what_lies_there_is_taken_and_moved(server, cast, at):
    server.put(letter())
    server.put(letter(results="", subject="Not proven"))
    assert fetch_mail(at) == 2
    assert sorted(InboxMail.objects.values_list("state", flat=True)) == ["kept", "quarantined"]
    assert Record.objects.get().author == cast.ana
    assert (server.folders["INBOX"], len(server.folders["Saved"])) == ({}, 2)
    assert fetch_mail(at) == 0


def test_who_dies_between_rows_and_moving_takes_it_once(server, at):
    server.put(letter())
    server.fails.add("COPY")
    assert fetch_mail(at) == 0  # the server broke off after the rows were there
    assert (Record.objects.count(), FetchedMail.objects.count()) == (1, 1)
    assert len(server.folders["INBOX"]) == 1
    asked = len(server.asked)
    assert fetch_mail(at) == 0
    assert Record.objects.count() == 1
    assert (server.folders["INBOX"], len(server.folders["Saved"])) == ({}, 1)
    assert server.asked[asked:].count("FETCH") == 1  # its size alone


def test_the_same_number_under_another_validity_is_another_message(server, at):
    server.put(letter(), uid=1)
    fetch_mail(at)
    server.validity = 8
    server.put(letter(subject="Another"), uid=1)
    fetch_mail(at)
    assert Record.objects.count() == 2


def test_too_large_is_put_aside_unread(server, at, settings):
    settings.RECORD_LARGEST_MB = 0
    server.put(letter())
    fetch_mail(at)
    assert not InboxMail.objects.exists()
    assert len(server.folders["Too large"]) == 1


def test_nothing_is_lost_where_the_server_fails_or_is_not_trusted(server, at, settings):
    server.put(letter())
    for verb in ("LOGIN", "SELECT", "SEARCH", "FETCH"):
        server.fails.add(verb)
        assert fetch_mail(at) == 0
    settings.INBOX_IMAP_TRUST = None
    assert fetch_mail(at) == 0
    assert not InboxMail.objects.exists()
    assert len(server.folders["INBOX"]) == 1
    settings.INBOX_IMAP_TRUST = server.trust
    server.password = "changed"
    assert fetch_mail(at) == 0


def test_without_a_mailbox_nothing_happens(at, settings):
    settings.INBOX_IMAP_URL = ""
    assert fetch_mail(at) == 0
