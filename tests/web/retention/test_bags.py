"""Packages in the browser: by numbers, of a batch, and taken in again."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.records.models import Record
from tests.cast import AT
from tests.factories.records import custodian, saved
from tests.factories.retention import YEARS, batches

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
EXPORT, IMPORT = "bags:export", "bags:import"


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def paul(logged_in, cast):
    return logged_in(custodian(cast))


def zipped(answer):
    return b"".join(answer.streaming_content)


def test_records_are_taken_out_by_number_and_in_again(paul, cast, at):
    record = saved(cast.acting(cast.ana), at)
    answer = paul.post(reverse(EXPORT), {"numbers": record.number.lower()})
    assert answer["Content-Type"] == "application/zip"
    content = zipped(answer)
    assert any(
        name.endswith("record.json") for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
    )
    given = SimpleUploadedFile("bag.zip", content, content_type="application/zip")
    assert paul.post(reverse(IMPORT), {"bag": given}).status_code == 302
    assert Record.objects.count() == 2
    broken = SimpleUploadedFile("bag.zip", content[:-40], content_type="application/zip")
    refused = paul.post(reverse(IMPORT), {"bag": broken})
    assert (refused.status_code, b"This bag is not taken" in refused.content) == (422, True)


def test_a_number_that_is_not_there_is_named(paul):
    answer = paul.post(reverse(EXPORT), {"numbers": "R-2026-999999"})
    assert (answer.status_code, b"no record R-2026-999999" in answer.content) == (422, True)


def test_a_batch_is_exported_for_the_state_archive(paul, cast, at):
    record = saved(cast.acting(cast.ana), at)
    (batch,) = batches(AT + YEARS)
    answer = paul.get(reverse("bags:of-batch", kwargs={"key": batch.pk}))
    names = zipfile.ZipFile(io.BytesIO(zipped(answer))).namelist()
    assert any(record.number in name for name in names)


def test_nobody_else_has_these_pages(logged_in, cast, at):
    for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex):
        for name in (EXPORT, IMPORT):
            assert logged_in(person).get(reverse(name)).status_code == 403
