"""Who reads when: one at a time, after a crash again, and stopped when it goes on failing."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from quartermaster.billing.models import Invoice
from quartermaster.simulators.carriers import SimFile, files_of
from quartermaster.usage import import_schedule as schedule
from quartermaster.usage.actions import files
from quartermaster.usage.actions.files import importing
from quartermaster.usage.actions.files.reader import ReaderBusy, only_reader
from quartermaster.usage.models import CarrierFile, ImportedPart
from tests.factories import imports as make
from tests.factories.carriers import bill

LATER = timedelta(minutes=20)


def _charges(old=b"", new=b""):
    file = files_of(bill(), ["charges"])[0]
    return SimFile(file.name, file.content.replace(old, new, 1) if old else file.content)


def test_files_are_read_in_the_order_in_which_they_came(contracts, at):
    first = make.received(_charges(), at).file
    second = make.received(_charges(b"$0.21", b"$0.22"), at + timedelta(seconds=1)).file

    assert schedule.read_waiting(lambda: at + LATER) == 2

    assert second.parts.get().replaces == first.parts.get()


def test_nothing_waiting_is_no_step(db, at):
    assert files.read_next(actor=make.HOUSE, at=at) is False


def test_a_file_that_a_dead_reader_left_is_read_first_and_what_it_left_open_is_removed(
    contracts, at
):
    left = importing.work_folder() / f"{importing.PREFIX}dead"
    left.mkdir()
    (left / "received").write_bytes(b"call detail")
    make.received(_charges(), at)
    dead = make.received(_charges(b"$0.21", b"$0.22"), at + timedelta(seconds=1)).file
    CarrierFile.objects.filter(pk=dead.pk).update(state="reading", attempts=1)

    files.read_next(actor=make.HOUSE, at=at + LATER)

    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("imported", 2)
    assert not left.exists()
    assert list(importing.work_folder().iterdir()) == []


def test_a_reader_that_dies_again_and_again_is_stopped_and_lets_the_next_one_in(contracts, at):
    dead = make.received(_charges(), at).file
    CarrierFile.objects.filter(pk=dead.pk).update(state="reading", attempts=3)
    make.received(_charges(b"$0.21", b"$0.22"), at)

    schedule.read_waiting(lambda: at + LATER)

    dead.refresh_from_db()
    assert (dead.state, dead.said) == ("stopped", "Reading it failed several times. See the log.")
    assert ImportedPart.objects.count() == 1


def test_what_nobody_expected_is_tried_again_later_and_then_stopped(contracts, at, monkeypatch):
    row = make.received(_charges(), at).file
    # a fault of the machine, such as a full disk
    monkeypatch.setattr(importing, "opened", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    seen = []
    when = at
    for _ in range(3):
        files.read_next(actor=make.HOUSE, at=when)
        row.refresh_from_db()
        seen.append((row.state, row.due_at))
        when += LATER

    assert seen == [
        ("received", at + timedelta(minutes=5)),
        ("received", at + LATER + timedelta(minutes=10)),
        ("stopped", None),
    ]
    assert row.said == "Something unexpected happened (OSError). See the log."
    monkeypatch.undo()
    files.read_again(file_id=row.pk, actor=make.HOUSE, at=when)
    files.read_next(actor=make.HOUSE, at=when)
    row.refresh_from_db()
    assert row.state == "imported"


@pytest.mark.django_db(transaction=True)
def test_two_readers_at_once_read_a_file_once(at):
    make.contracts_of(at)
    make.received(_charges(), at)
    barrier, outcomes = threading.Barrier(2), []

    def read():
        barrier.wait()
        try:
            outcomes.append(files.read_next(actor=make.HOUSE, at=at))
        finally:
            connection.close()

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False, True]
    assert ImportedPart.objects.count() == Invoice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_from_two_people_at_once_is_one_file(at):
    barrier, fresh = threading.Barrier(2), []

    def send():
        barrier.wait()
        try:
            fresh.append(make.received(_charges(), at).fresh)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(fresh) == [False, True]
    assert CarrierFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_while_somebody_reads_nobody_else_does(at):
    make.contracts_of(at)
    make.received(_charges(), at)
    reading, done, found = threading.Event(), threading.Event(), []

    def hold():
        with only_reader():
            reading.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    reading.wait(10)
    found.append(files.read_next(actor=make.HOUSE, at=at))
    with pytest.raises(ReaderBusy), only_reader():
        pass
    done.set()
    thread.join()
    found.append(files.read_next(actor=make.HOUSE, at=at))

    assert found == [False, True]
