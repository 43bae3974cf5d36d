"""Pages of carriers' files: who sees them, taking in, reading again, what was not taken."""

import io

import pytest
from django.urls import reverse

from quartermaster.simulators.carriers import SimFile, files_of
from quartermaster.usage.actions import files
from quartermaster.usage.models import CarrierFile
from tests.factories import imports as make
from tests.factories.carriers import bill
from tests.web.suites import RoomViewTests

CHARGES = files_of(bill(), ["charges"])[0]
BROKEN = SimFile("charges.txt", CHARGES.content.replace(b"$0.21", b"=HYPERLINK(1)", 1))


class TestFiles(RoomViewTests):
    list_name = "imports:files"
    detail_name = "imports:file"
    seen_by = {"ida": {"good", "bad"}, "cole": set(), "sue": set(), "ana": set(), "rex": set()}

    def things(self, cast, at):
        make.contracts_of(at)
        return {"good": make.imported(CHARGES, at), "bad": make.imported(b"a,b\n1,2\n", at)}


class TestParts(RoomViewTests):
    list_name = "imports:parts"
    seen_by = {"ida": {"charges"}, "cole": set(), "rex": set()}

    def things(self, cast, at):
        make.contracts_of(at)
        return {"charges": make.imported(CHARGES, at).parts.get()}


class TestRefusedRows(RoomViewTests):
    list_name = "imports:refused"
    seen_by = {"ida": {"row"}, "cole": set(), "rex": set()}

    def things(self, cast, at):
        make.contracts_of(at)
        return {"row": make.imported(BROKEN, at).refused_rows.get()}


@pytest.fixture
def ida(logged_in, cast):
    return logged_in(cast.ida)


def _sent(client, content, **more):
    upload = io.BytesIO(content)
    upload.name = "charges.txt"
    return client.post(reverse("imports:take-in"), {"file": upload, **more}, follow=True)


@pytest.mark.clause("G-12")
def test_a_file_is_taken_in_and_its_page_says_what_became_of_it(ida, contracts, at):
    answer = _sent(ida, CHARGES.content, reason="The first bill")

    row = CarrierFile.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("imports:file", kwargs={"key": row.pk})
    assert "charges.txt was taken in, and is read now." in answer.content.decode()
    assert (row.way, row.reason, row.received_label) == ("page", "The first bill", "Ida Lindqvist")
    while files.read_next(actor=make.HOUSE, at=row.received_at):
        pass
    shown = ida.get(reverse("imports:file", kwargs={"key": row.pk})).content.decode()
    assert "Wireless charges" in shown
    assert "In force" in shown


@pytest.mark.clause("G-12")
def test_the_same_file_again_says_that_nothing_was_changed(ida, contracts, at):
    make.imported(CHARGES, at)

    answer = _sent(ida, CHARGES.content)

    said = "This file was there already, byte for byte; nothing was changed."
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"profile": "nobody"}, "Select a valid choice"),
        ({"cycle_from": "2026-02-02", "cycle_until": "2026-01-01"}, "ends before it begins"),
        ({"cycle_from": "yesterday"}, "Enter a valid date"),
        ({"reason": "x" * 301}, "at most 300 characters"),
    ],
)
def test_what_is_said_with_a_file_is_checked(ida, more, said):
    answer = _sent(ida, CHARGES.content, **more)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert CarrierFile.objects.count() == 0


def test_no_file_and_a_file_too_large_are_refused_in_the_form(ida, settings):
    assert ida.post(reverse("imports:take-in"), {}).status_code == 422
    settings.CARRIER_FILE_LARGEST_MB = 1
    answer = _sent(ida, b"x" * 1_200_000)
    assert "The file is larger than 1 MB" in answer.content.decode()


def test_a_refused_file_is_read_again_from_its_page(ida, db, at):
    row = make.imported(CHARGES, at)
    make.contracts_of(at)
    page = ida.get(reverse("imports:file", kwargs={"key": row.pk}))
    assert "under no contract of the City" in page.content.decode()
    assert "Read it again" in page.content.decode()

    ida.post(reverse("imports:again", kwargs={"key": row.pk}), {})
    row.refresh_from_db()
    assert row.state == "received"


@pytest.mark.clause("G-9")
def test_the_export_of_refused_rows_runs_nothing_in_a_spreadsheet_and_shows_no_calls(
    ida, contracts, at
):
    voice = files_of(bill(), ["voice"])[0]
    head, first, rest = voice.content.split(b"\r\n", 2)
    row = first.split(b"\t")
    row[8] = b"=cmd()"
    party = row[5].decode()
    make.imported(BROKEN, at)
    make.imported(b"\r\n".join([head, b"\t".join(row), rest]), at)

    answer = ida.get(reverse("imports:refused"), {"format": "csv"})

    text = b"".join(answer.streaming_content).decode()
    assert "HYPERLINK" in text
    assert not any(
        cell.startswith(("=", "+")) for line in text.splitlines() for cell in line.split(",")
    )
    assert party not in text


def test_refused_rows_of_one_file_are_shown_alone(ida, contracts, at):
    first, second = make.imported(BROKEN, at), make.imported(b"a,b\n1,2\n", at)
    shown = {
        key: ida.get(reverse("imports:refused"), {"file": key}).context["leaf"].paginator.count
        for key in (str(first.pk), str(second.pk), "nonsense")
    }
    assert shown == {str(first.pk): 1, str(second.pk): 0, "nonsense": 0}


def test_what_replaced_what_is_said_on_both_pages(ida, contracts, at):
    first = make.imported(CHARGES, at)
    second = make.imported(
        SimFile("c.txt", CHARGES.content.replace(b"$0.21", b"$0.22", 1)), at, reason="Corrected"
    )

    old = ida.get(reverse("imports:file", kwargs={"key": first.pk})).content.decode()
    new = ida.get(reverse("imports:file", kwargs={"key": second.pk})).content.decode()

    assert "Replaced" in old
    assert "Corrected" in old
    assert "Replaced that of" in new
