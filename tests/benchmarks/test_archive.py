"""The benchmark of the archive does what it says; how fast, no test says."""

from contextlib import nullcontext

import pytest

from benchmarks import archive
from quartermaster.records.models import Record, SearchEntry

pytestmark = pytest.mark.django_db


def test_words_are_met_as_in_a_language():
    words = archive.Words(7, 10)
    some = words.some(20_000)
    often = [some.count(words.all[place]) for place in (0, 9, 99)]
    assert often == sorted(often, reverse=True)
    assert words.all == archive.Words(7, 10).all
    assert len(words.all) == len(set(words.all)) == archive.VOCABULARY


def test_every_question_is_answered_and_records_are_saved(monkeypatch, settings, tmp_path):
    settings.DATA = tmp_path
    monkeypatch.setattr(archive, "PEOPLE", 40)
    # neither can be inside a test's transaction
    monkeypatch.setattr(archive, "vacuum", lambda: None)
    monkeypatch.setattr(archive, "index_made_last", nullcontext)
    words, authors = archive.populate(60)
    assert SearchEntry.objects.filter(stale=False, texts=1).count() == 60
    told = archive.ask(words, authors, 1)
    found = {one.name: one.found for one in told}
    assert (found["everything"], found["everything, oldest first"]) == ("60", "60")
    assert int(found["the commonest word"]) > int(found["a word in a thousand"])
    assert int(found["a phrase"]) >= 1
    table = archive.table(told).splitlines()
    assert len(table) == 2 + len(told) + 3
    assert set(archive.sizes()) == {"texts", "entries", "their vectors", "index of words"}
    ours, plain = archive.ingest(authors[3], 2, 100)
    assert (ours > 0, plain > 0, Record.objects.count()) == (True, True, 62)
