"""The archive's page, the log and the proof to take away."""

import json

import pytest
from django.urls import reverse

from quartermaster.records.models import ArchiveFault
from quartermaster.records.schedule import audit, sign
from tests.factories.records import custodian, saved

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def test_the_custodian_sees_how_it_stands_and_others_do_not(logged_in, cast, at):
    paul = logged_in(custodian(cast))
    saved(cast.acting(cast.ana), at)
    sign(at)
    audit(at)
    page = paul.get(reverse("archive:archive")).content.decode()
    assert "None: the archive is as it was signed." in page
    assert "1 line and 1 file" in page
    ArchiveFault.objects.create(
        kind="cut", subject="line 1", said="Line 1 is gone.", found_at=at, seen_at=at
    )
    assert "Line 1 is gone." in paul.get(reverse("archive:archive")).content.decode()
    assert "Faults of the archive" in paul.get("/").content.decode()
    for name in ("ana", "cole", "sue", "ida", "rex"):
        client = logged_in(getattr(cast, name))
        for address in ("archive:archive", "archive:log"):
            assert client.get(reverse(address)).status_code == 403


def test_the_log_and_a_proof_are_taken_away(logged_in, cast, at):
    record = saved(cast.acting(cast.ana), at)
    proof = reverse("archive:proof", kwargs={"key": record.pk})
    ana = logged_in(cast.ana)
    assert ana.get(proof).status_code == 409  # not signed yet
    sign(at)
    said = ana.get(proof).json()
    assert json.loads(said["leaf"])["number"] == record.number
    assert logged_in(cast.rex).get(proof).status_code == 404
    answer = logged_in(custodian(cast)).get(reverse("archive:log"))
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [list(json.loads(line)) for line in lines] == [
        ["key"],
        ["index", "leaf"],
        ["checkpoint"],
    ]
