"""What is sent in and too large for memory has no name on a disk, and stays nowhere."""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.records.models import StagedExport
from quartermaster.web.uploads import NamelessUploadHandler
from tests.factories.exports import around, backup, sms
from tests.records.exports.test_choosing import nowhere

pytestmark = [pytest.mark.clause("G-1"), pytest.mark.clause("G-5")]
MARKER = "zqPrivateBirthdayCake"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_while_it_arrives_no_file_is_to_be_seen(place):
    handler = NamelessUploadHandler()
    handler.new_file("export", "sms.xml", "text/xml", None, "utf-8", {})
    handler.receive_data_chunk(MARKER.encode() * 1000, 0)
    assert list(place.iterdir()) == []
    file = handler.file_complete(len(MARKER) * 1000)
    assert (file.name, file.size, file.content_type) == ("sms.xml", len(MARKER) * 1000, "text/xml")
    assert file.read(len(MARKER)) == MARKER.encode()
    assert file.fileno() > 0  # whoever reads it in a process of its own seeks in it
    handler.upload_interrupted()
    assert file.closed


@pytest.mark.django_db
def test_of_a_large_export_nothing_is_left_in_temporary_files(
    place, tmp_path, settings, logged_in, cast
):
    settings.DATA = tmp_path
    entries = [sms(f"{MARKER} {'x' * 4000} {number}", around(20)) for number in range(900)]
    content = backup(*entries)
    assert len(content) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    client = logged_in(cast.ana)
    given = {"export": SimpleUploadedFile("sms.xml", content)}
    assert client.post(reverse("records:exports"), given).status_code == 302
    export = StagedExport.objects.get()
    assert export.size == len(content)
    assert nowhere(MARKER)  # while it waits it is sealed
    client.post(reverse("records:export-cancel", kwargs={"key": export.pk}))
    assert not StagedExport.objects.exists()
    assert nowhere(MARKER)
    left = [path for path in place.rglob("*") if path.is_file()]
    assert [path for path in left if MARKER.encode() in path.read_bytes()] == []
