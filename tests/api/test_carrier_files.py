"""Carriers' files by the API: sent, read back, told apart; call detail is nowhere."""

import io
import json

import pytest

from quartermaster.simulators.carriers import files_of
from quartermaster.usage import import_schedule as schedule
from quartermaster.usage.models import CarrierFile, Difference
from tests.factories import imports as make
from tests.factories.carriers import WRONG, bill

pytestmark = pytest.mark.django_db
READ, WRITE = "carrier-files:read", "carrier-files:write"


@pytest.fixture
def send(call):
    def send_file(person, content, **fields):
        upload = io.BytesIO(content)
        upload.name = "bill.txt"
        data = {"file": upload, **fields}
        return call(person, "carrier-files", WRITE, method="post", data=data)

    return send_file


@pytest.mark.clause("G-12")
def test_a_file_is_sent_read_and_sent_again(cast, call, send, at):
    make.contracts_of(at)
    content = files_of(bill(), ["charges"])[0].content

    first = send(cast.ida, content, reason="By the portal's robot")
    assert first.status_code == 200, first.content
    schedule.read_waiting(lambda: CarrierFile.objects.get().received_at)
    again = send(cast.ida, content).json()

    assert (first.json()["fresh"], again["fresh"]) == (True, False)
    key = again["file"]["id"]
    read = call(cast.ida, f"carrier-files/{key}", READ).json()
    assert (read["way"], read["state"], read["reason"]) == (
        "api",
        "imported",
        "By the portal's robot",
    )
    (part,) = read["parts"]
    assert (part["family"], part["carrier"], part["cents"]) == ("charges", "Verizon", bill().cents)
    rows = call(cast.ida, "carrier-files?state=imported", READ).json()["items"]
    assert [row["id"] for row in rows] == [key]


def test_more_than_other_bodies_may_have_is_taken(cast, send, at):
    answer = send(cast.ida, b"a,b\n" + b"1,2\n" * 400_000)
    assert (answer.status_code, answer.json()["file"]["size"]) == (200, 1_600_004)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_nobody_else_sends_or_reads(cast, call, send, at, who):
    make.contracts_of(at)
    row = make.imported(make.whole(WRONG), at)
    person = getattr(cast, who)
    assert send(person, b"a,b\n1,2\n").status_code == 403
    assert call(person, "carrier-files", READ).json()["items"] == []
    assert call(person, f"carrier-files/{row.pk}", READ).status_code == 404
    assert call(person, "differences", READ).json()["items"] == []


@pytest.mark.clause("G-12")
def test_a_difference_is_read_and_resolved(cast, call, at):
    make.contracts_of(at)
    make.imported(make.whole(WRONG), at)
    (row,) = call(cast.ida, "differences?state=open", READ).json()["items"]
    assert row["stated_cents"] - row["read_cents"] == 1

    body = {
        "method": "post",
        "data": {"reason": "The carrier rounds"},
        "content_type": "application/json",
    }
    done = call(cast.ida, f"differences/{row['id']}/resolve", WRITE, **body)
    assert (done.status_code, done.json()["state"]) == (200, "resolved")
    assert call(cast.rex, f"differences/{row['id']}/resolve", WRITE, **body).status_code == 403
    assert Difference.objects.get().reason == "The carrier rounds"


@pytest.mark.clause("G-9")
def test_no_answer_has_the_other_party_of_a_call(cast, call, at):
    make.contracts_of(at)
    written = bill()
    row = make.imported(make.whole(written), at)
    answers = [
        call(cast.ida, "carrier-files", READ).json(),
        call(cast.ida, f"carrier-files/{row.pk}", READ).json(),
    ]
    parties = {event.other[2:] for item in written.lines for event in item.events if event.other}
    text = json.dumps(answers)
    assert not [party for party in parties if party in text]
