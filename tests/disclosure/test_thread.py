"""From a letter to the release: one request, end to end."""

import json
from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.disclosure import actions
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.rules.requests import Outcome, RequestState
from quartermaster.notify.models import Message
from quartermaster.records.models import LogEntry
from tests.disclosure.redaction.proof import places_of, readings
from tests.factories.disclosure import GROUND, PUBLIC, packaged, released
from tests.factories.documents import OPEN, SECRET
from tests.factories.records import paul

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-5")
def test_what_is_released_has_numbers_and_an_index_and_not_the_secret(cast, at):
    package = packaged(cast, at)
    content = read(package.files.get().file)
    assert places_of(SECRET, content) == []
    for name, text in readings(content).items():
        assert (name, text.count(OPEN)) == (name, 2)
        numbers = [word for word in text.split() if word.startswith("OR202600001-")]
        assert (name, numbers[-3:]) == (
            name,
            ["OR202600001-000001", "OR202600001-000002", "OR202600001-000003"],
        )
        assert (name, "Release with redactions" in " ".join(text.split())) == (name, True)
        assert (name, f"[redacted: {GROUND}]" in text.replace("\xa0", " ")) == (name, True)
    assert (package.first, package.last) == (1, 3)


@pytest.mark.clause("G-5")
def test_release_answers_the_request_and_stands_in_the_log_of_the_archive(cast, at):
    package = released(cast, at)
    request = package.request
    request.refresh_from_db()
    assert (request.state, request.outcome) == (RequestState.ANSWERED, Outcome.PARTIAL)
    assert request.kept_until == at + timedelta(days=60)
    entry = LogEntry.objects.get(record=package.record)
    assert package.record.number in entry.leaf
    item = package.record.items.get()
    said = b"".join(actions_read(item, paul(cast), at))
    assert json.loads(said)["digest"] == package.digest
    assert json.loads(said)["files"][0]["sha256"] == package.files.get().file.digest


def actions_read(item, actor, at):
    from quartermaster.records.actions.capture import read_item

    return read_item(item_id=item.id, actor=actor, at=at)[1]


def test_nothing_of_the_secret_is_in_the_database_or_in_the_clear_in_the_store(cast, at, settings):
    released(cast, at)
    texts = [str(row) for row in Entry.objects.values_list("data", flat=True)]
    texts += Message.objects.values_list("text", flat=True)
    assert [text for text in texts if SECRET in text] == []


def test_download_is_counted_and_ends(cast, at):
    package = released(cast, at)
    file = package.files.get()
    given = {"file_id": file.id, "request_id": package.request_id, "actor": PUBLIC}
    actions.count_download(**given, at=at)
    package.refresh_from_db()
    assert package.downloads == 1
    with pytest.raises(Exception, match="not any longer"):
        actions.count_download(**given, at=at + timedelta(days=61))
