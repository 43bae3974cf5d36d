"""The folder: a file is taken when it lies still, and moved aside; nothing leads out of it."""

import json
import os
from datetime import timedelta

import pytest

from quartermaster.kernel.errors import Refused
from quartermaster.simulators.carriers import files_of
from quartermaster.usage import import_schedule as schedule
from quartermaster.usage.actions.folder import look
from quartermaster.usage.models import CarrierFile
from tests.factories import imports as make
from tests.factories.carriers import bill

CHARGES = files_of(bill(), ["charges"])[0]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path, settings, contracts):
    settings.CARRIER_FOLDER = tmp_path / "in"
    settings.CARRIER_FOLDER.mkdir()
    return settings.CARRIER_FOLDER


def _names(folder, where=""):
    return sorted(p.name for p in (folder / where).glob("[!.]*") if p.is_file())


@pytest.mark.clause("G-9")
def test_a_file_is_taken_at_the_second_look_and_read(folder, at):
    (folder / "charges.txt").write_bytes(CHARGES.content)

    assert schedule.look_into_folder(at) == 0
    assert _names(folder) == ["charges.txt"]
    assert schedule.look_into_folder(at + MINUTE) == 1
    schedule.read_waiting(lambda: at + MINUTE)

    assert _names(folder) == []
    assert _names(folder, "done") == ["20261124T150100-charges.txt"]
    row = CarrierFile.objects.get()
    assert (row.way, row.state, row.received_label) == ("folder", "imported", "usage imports")


def test_a_file_that_is_still_written_is_left_alone(folder, at):
    path = folder / "charges.txt"
    for n in range(3):
        path.write_bytes(CHARGES.content[: 100 * (n + 1)])
        os.utime(path, ns=(n, n))
        schedule.look_into_folder(at + n * MINUTE)

    assert _names(folder) == ["charges.txt"]
    assert CarrierFile.objects.count() == 0


def test_what_was_there_already_is_moved_with_a_note(folder, at):
    make.imported(CHARGES, at)
    (folder / "again.txt").write_bytes(CHARGES.content)

    schedule.look_into_folder(at)
    schedule.look_into_folder(at)

    assert _names(folder, "done") == [
        "20261124T150000-again.txt",
        "20261124T150000-again.txt.txt",
    ]
    note = (folder / "done" / "20261124T150000-again.txt.txt").read_text(encoding="utf-8")
    assert note == "It was there already; nothing was changed.\n"


def test_what_cannot_be_taken_goes_to_refused_with_the_reason(folder, at, settings):
    settings.CARRIER_FILE_LARGEST_MB = 1
    (folder / "empty.txt").write_bytes(b"")
    (folder / "large.txt").write_bytes(b"x" * 1_100_000)

    schedule.look_into_folder(at)
    schedule.look_into_folder(at)

    assert [name for name in _names(folder, "refused") if name.endswith(".txt.txt")] == [
        "20261124T150000-empty.txt.txt",
        "20261124T150000-large.txt.txt",
    ]
    reason = (folder / "refused" / "20261124T150000-large.txt.txt").read_text(encoding="utf-8")
    assert reason == "The file is larger than 1 MB.\n"
    assert CarrierFile.objects.count() == 0


def test_links_hidden_files_and_folders_are_left_alone(folder, tmp_path, at):
    secret = tmp_path / "secret.txt"
    secret.write_text("of somebody else", encoding="utf-8")
    (folder / "link.txt").symlink_to(secret)
    (folder / ".being-written").write_bytes(CHARGES.content)
    (folder / "~draft.txt").write_bytes(CHARGES.content)
    (folder / "inner").mkdir()

    schedule.look_into_folder(at)
    schedule.look_into_folder(at)

    assert CarrierFile.objects.count() == 0
    assert secret.read_text(encoding="utf-8") == "of somebody else"


def test_a_marker_that_somebody_spoiled_only_costs_a_look(folder, at):
    (folder / "charges.txt").write_bytes(CHARGES.content)
    for content in ("{", json.dumps(["odd"])):
        (folder / ".seen.json").write_text(content, encoding="utf-8")
        assert schedule.look_into_folder(at) == 0
    assert schedule.look_into_folder(at) == 1


def test_no_folder_or_one_that_is_not_there_is_nothing(db, at, settings, tmp_path):
    settings.CARRIER_FOLDER = None
    assert schedule.look_into_folder(at) == 0
    settings.CARRIER_FOLDER = tmp_path / "nowhere"
    assert schedule.look_into_folder(at) == 0


def test_only_itmd_looks(folder, cast, at):
    with pytest.raises(Refused):
        look(actor=cast.acting(cast.cole), at=at)
