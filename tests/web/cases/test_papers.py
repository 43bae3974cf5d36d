"""The papers of a case: whole for who may see it all, trimmed for others, each in the ledger."""

import hashlib
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from quartermaster.audit.models import Entry
from quartermaster.compliance.actions import cases
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.notify.delivery import deliver_due
from tests.factories import cases as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1", "E-1")]


def text(content):
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return " ".join(" ".join(pages).split())


def export(case, actor, at, reason="For the hearing"):
    return cases.export_case(case=case, reason=reason, actor=actor, at=at)


def test_the_papers_hold_notices_evidence_both_sides_outcome_and_ledger(cast, at):
    hr = make.with_role(cast, make.Role.HR)
    case = make.decided(cast, hr, at)
    cases.answer(
        finding=case.finding, text="My #thumb is [bandaged]", actor=cast.acting(cast.ana), at=at
    )
    deliver_due(at)
    content = export(case, cast.acting(hr), at)
    found = text(content)
    for said in (
        "Ana Reyes",
        "No passcode is set.",
        "ana@city.example",
        "My #thumb is [bandaged]",
        "Written warning",
        "HR-2026-17",
        "Again, after coaching.",
        case.evidence_digest,
        "case.referred",
    ):
        assert said.replace(" ", "") in found.replace(" ", ""), said
    for entry in Entry.objects.filter(subject_id=str(case.id)).exclude(tag__endswith="exported"):
        assert bytes(entry.digest).hex()[:32] in found.replace(" ", "")
    taken = Entry.objects.get(tag="compliance.case.exported")
    assert taken.data == {
        "reason": "For the hearing",
        "digest": hashlib.sha256(content).hexdigest(),
    }
    own = text(export(case, cast.acting(cast.ana), at))
    assert "Written warning" in own


def test_who_has_nothing_to_do_with_it_gets_no_papers(cast, at):
    case = make.acknowledged(cast, at)
    for person in (cast.rex, cast.cole, cast.ida, cast.sue):
        with pytest.raises(Refused):
            export(case, cast.acting(person), at)
    with pytest.raises(Refused):
        export(case, make.HOUSE, at)
    with pytest.raises(InvalidInput):
        export(case, cast.acting(cast.ana), at, " ")
    assert not Entry.objects.filter(tag="compliance.case.exported").exists()


def test_the_page_gives_the_papers_to_the_employee(cast, logged_in, at):
    case = make.prepared(cast.ana, at)
    address = reverse("cases:papers", kwargs={"key": case.pk})
    page = reverse("cases:case", kwargs={"key": case.pk})
    ana = logged_in(cast.ana)
    assert address in ana.get(page).content.decode()
    answer = ana.post(address, {"reason": "For my lawyer"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert ana.post(address, {"reason": ""}).status_code == 422
    for person in (cast.ida, cast.cole, cast.rex):
        assert logged_in(person).post(address, {"reason": "I am curious"}).status_code in {403, 404}
