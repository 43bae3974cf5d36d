"""Records by the API: saved once under a key, read back, and seen by nobody else."""

import io
from uuid import uuid4

import pytest

from quartermaster.audit.models import Entry
from quartermaster.records.models import Record, RecordItem, RefusedFile
from quartermaster.records.rules.quarantine import KEPT
from tests.factories.records import PNG, custodian, held

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
READ, WRITE = "records:read", "records:write"
SAID = {
    "about": "The main at Third Street",
    "with_whom": "Pipe Works",
    "happened_on": "2026-11-20",
    "source": "message",
}


@pytest.fixture
def save(call):
    def send(person, *contents, key=None, scope=WRITE, **more):
        files = []
        for number, content in enumerate(contents, start=1):
            file = io.BytesIO(content)
            file.name = f"shot {number}.png"
            files.append(file)
        return call(
            person,
            "records",
            scope,
            method="post",
            data={**SAID, "files": files, **more},
            HTTP_IDEMPOTENCY_KEY=key or str(uuid4()),
        )

    return send


def test_a_record_is_saved_read_back_and_saved_once(cast, call, save):
    answer = save(cast.ana, PNG, PNG + b"2", key="scanner-0001", message="Sent at nine")
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert [(one["name"], one["size"]) for one in said["items"]] == [
        ("shot 1.png", len(PNG)),
        ("shot 2.png", len(PNG) + 1),
        ("message.txt", 12),
    ]
    again = save(cast.ana, PNG, PNG + b"2", key="scanner-0001")
    assert (again.status_code, again.json()["number"]) == (201, said["number"])
    assert (Record.objects.count(), RecordItem.objects.count()) == (1, 3)
    read = call(cast.ana, f"records/{said['id']}", READ).json()
    assert read == said
    rows = call(cast.ana, "records?words=main", READ).json()["items"]
    assert [row["number"] for row in rows] == [said["number"]]
    address = f"records/items/{said['items'][0]['id']}/content"
    answer = call(cast.ana, address, READ)
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Disposition"] == 'attachment; filename="shot 1.png"'


def test_another_file_under_the_same_key_is_not_taken_for_the_first(cast, save):
    first = save(cast.ana, b"MZ\x90\x00 program", key="scanner-0001")
    assert (first.status_code, first.json()["code"]) == (422, "record-not-taken")
    assert first.json()["detail"].endswith(KEPT)
    assert RefusedFile.objects.get().author == cast.ana
    assert save(cast.ana, PNG, key="scanner-0001").status_code == 201


def test_nobody_else_sees_it_and_the_custodian_leaves_an_entry(cast, call, save):
    said = save(cast.ana, PNG).json()
    address = f"records/items/{said['items'][0]['id']}/content"
    for person in (cast.rex, cast.sue, cast.ida, cast.cole):
        assert call(person, f"records/{said['id']}", READ).status_code in {403, 404}
        assert call(person, address, READ).status_code == 404
        answer = call(person, "records", READ)
        assert answer.status_code == 403 or answer.json()["items"] == []
    assert call(custodian(cast), address, READ).status_code == 200
    assert Entry.objects.filter(tag="records.item.read").count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"about": ""}, "invalid-input"),
        ({"happened_on": "2999-01-01"}, "invalid-input"),
        ({"residue": "held"}, "invalid-input"),
        ({"residue": "stays"}, "invalid-input"),
        ({"device_id": str(uuid4())}, "invalid-input"),
        ({"source": "elsewhere"}, "invalid-request"),
    ],
)
def test_what_cannot_be_is_a_problem_with_a_code(cast, save, more, code):
    answer = save(cast.ana, PNG, **more)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] in {code, "invalid-input"}
    assert not Record.objects.exists()


def test_without_a_key_or_files_it_is_refused(cast, call, save):
    answer = call(cast.ana, "records", WRITE, method="post", data=SAID)
    assert answer.status_code == 422
    assert save(cast.ana).json()["code"] == "invalid-input"
    assert save(cast.ana, *[PNG] * 21).status_code == 422


def test_a_hold_is_asked_as_on_the_page(cast, save, at):
    held(cast, at, cast.ana)
    assert save(cast.ana, PNG).status_code == 422
    assert save(cast.ana, PNG, residue="held").status_code == 201
