"""The demo city shows retention: something destroyed with a certificate, something to review."""

import pytest

from quartermaster.cli.demo.chapters import retention as chapter
from quartermaster.records.models import DisposalBatch, Record, RetentionSchedule
from tests.factories.org import PASSWORD
from tests.factories.records import custodian
from tests.factories.retention import approver

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]


def test_two_voicemails_are_gone_and_two_wait(cast, at, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(chapter, "PASSWORD", PASSWORD)
    for person, number in (
        (custodian(cast), chapter.CUSTODIAN),
        (approver(cast), chapter.SECOND),
        (cast.ana, chapter.ANA),
        (cast.sue, chapter.SUE),
    ):
        type(person).objects.filter(id=person.id).update(number=number)
    chapter.tell(at)
    states = DisposalBatch.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == ["certified", "review"]
    gone = Record.objects.exclude(destroyed_at=None)
    assert (gone.count(), Record.objects.count()) == (2, 4)
    assert RetentionSchedule.objects.get(state="in_force").number == 2


def test_a_city_without_a_second_person_has_none(cast, at):
    chapter.tell(at)
    assert not DisposalBatch.objects.exists()
