"""The folder of scans: a file in a person's sub-folder is a record of theirs, once."""

from datetime import timedelta

import pytest

from quartermaster.records.models import Record
from quartermaster.records.schedule import look_into_folder
from tests.factories.records import PNG

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path, settings, cast):
    settings.RECORD_FOLDER = tmp_path / "scans"
    (settings.RECORD_FOLDER / cast.ana.number).mkdir(parents=True)
    return settings.RECORD_FOLDER


def twice(at):
    """A file is taken at the second look that finds it as it was."""
    return look_into_folder(at), look_into_folder(at + MINUTE)


def names(place):
    return sorted(path.name.partition("-")[2] for path in place.glob("*"))


def test_what_lies_still_becomes_a_record_of_that_person(folder, cast, at):
    place = folder / cast.ana.number
    (place / "scan 17.png").write_bytes(PNG)
    (place / "voicemail.mp3").write_bytes(b"ID3" + b"voice" * 30)
    assert twice(at) == (0, 2)
    said = Record.objects.order_by("about").values_list("author__number", "about", "source")
    assert list(said) == [
        (cast.ana.number, "Scan: scan 17.png", "document"),
        (cast.ana.number, "Voicemail: voicemail.mp3", "voice"),
    ]
    assert names(place / "done") == ["scan 17.png", "voicemail.mp3"]


def test_a_file_that_grows_waits_and_the_same_content_is_saved_once(folder, cast, at):
    place = folder / cast.ana.number
    (place / "a.png").write_bytes(PNG)
    look_into_folder(at)
    (place / "a.png").write_bytes(PNG + b"more")
    assert look_into_folder(at) == 0
    assert look_into_folder(at) == 1
    (place / "again.png").write_bytes(PNG + b"more")
    assert twice(at) == (0, 0)
    assert names(place / "done") == ["a.png", "again.png", "again.png.txt"]
    assert Record.objects.count() == 1


def test_what_cannot_be_taken_is_moved_with_the_reason(folder, cast, at):
    place = folder / cast.ana.number
    (place / "tool.exe").write_bytes(b"MZ" + b"\x00" * 50)
    stranger = folder / "0000"
    stranger.mkdir()
    (stranger / "scan.png").write_bytes(PNG)
    assert twice(at) == (0, 0)
    assert names(place / "refused") == ["tool.exe", "tool.exe.txt"]
    note = next((stranger / "refused").glob("*.txt")).read_text(encoding="utf-8")
    assert note == "Nobody who works here has the personnel number 0000.\n"
    assert not Record.objects.exists()


def test_links_lead_nowhere_and_without_a_folder_nothing_happens(folder, cast, at, settings):
    secret = folder.parent / "secret.png"
    secret.write_bytes(PNG)
    (folder / cast.ana.number / "link.png").symlink_to(secret)
    (folder / "linked").symlink_to(folder.parent)
    assert twice(at) == (0, 0)
    assert secret.exists()
    settings.RECORD_FOLDER = None
    assert look_into_folder(at) == 0
