"""Usage detail goes when its time is over, with its key; what is under a hold stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.records.actions.holds import release_hold
from quartermaster.usage.models import Disposal, UsageCycle
from quartermaster.usage.warehouse import ingest, questions, reading, store
from quartermaster.usage.warehouse.disposing import dispose_due
from tests.factories import records as holds
from tests.factories.inventory import LineFactory
from tests.usage.warehouse import making
from tests.usage.warehouse.making import OCTOBER, call

pytestmark = pytest.mark.django_db
HOUSE = system("test")
ANAS, SUES = "+14145550101", "+14145550102"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


def put(tmp_path, at):
    rows = [
        call(number=number, time=time) for number in (ANAS, SUES) for time in ("1:00 PM", "2:00 PM")
    ]
    return ingest.ingest(file=making.voice(tmp_path, *rows), cycle=OCTOBER, actor=HOUSE, at=at).file


def lines(cast):
    for number, person in ((ANAS, cast.ana), (SUES, cast.sue)):
        LineFactory(number=number, holder=person, department=cast.water, carrier="Verizon")


def later(at):
    return at + timedelta(days=400)


@pytest.mark.clause("G-9")
def test_files_and_key_go_together_and_it_is_on_record(
    tmp_path, at, django_capture_on_commit_callbacks
):
    kept = put(tmp_path, at)
    assert dispose_due(actor=HOUSE, at=at) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert dispose_due(actor=HOUSE, at=later(at)) == 1
    kept.refresh_from_db()
    cycle = UsageCycle.objects.get()
    assert (cycle.sealed_key, cycle.disposed_at) == (None, later(at))
    assert not store.path_of(kept.place).exists()
    disposal = Disposal.objects.get()
    said = (disposal.files, disposal.rows, disposal.held_rows, disposal.key_destroyed)
    assert said == (1, 4, 0, True)
    assert disposal.kept_until == OCTOBER.until_on + timedelta(days=365)
    entry = Entry.objects.get(tag="usage.detail.destroyed")
    assert entry.data["digest"] == disposal.digest
    assert dispose_due(actor=HOUSE, at=later(at) + timedelta(days=30)) == 0


@pytest.mark.clause("G-9")
def test_what_somebody_under_a_hold_did_is_kept_and_the_rest_goes(
    tmp_path, cast, at, django_capture_on_commit_callbacks
):
    lines(cast)
    kept = put(tmp_path, at)
    holds.held(cast, at, cast.ana)
    before = bytes(UsageCycle.objects.get().sealed_key)
    with django_capture_on_commit_callbacks(execute=True):
        dispose_due(actor=HOUSE, at=later(at))
    cycle = UsageCycle.objects.get()
    assert cycle.disposed_at is None
    assert bytes(cycle.sealed_key) != before
    assert not store.path_of(kept.place).exists()
    with reading.opened(reading.in_force([cycle])) as opened:
        rows = opened.rows(questions.DETAIL)
    assert [row["number"] for row in rows] == [ANAS, ANAS]
    disposal = Disposal.objects.get()
    assert (disposal.rows, disposal.held_rows) == (2, 2)
    said = str(Entry.objects.filter(tag="usage.detail.destroyed").values_list("data", flat=True))
    assert "held" not in said


def test_where_all_is_held_nothing_happens_until_it_is_let_go(tmp_path, cast, at):
    lines(cast)
    put(tmp_path, at)
    hold = holds.held(cast, at, cast.ana, cast.sue)
    assert dispose_due(actor=HOUSE, at=later(at)) == 1
    assert not Disposal.objects.exists()
    assert dispose_due(actor=HOUSE, at=later(at) + timedelta(days=1)) == 0
    release_hold(hold_id=hold.id, reason="The matter is settled.", actor=holds.paul(cast), at=at)
    assert dispose_due(actor=HOUSE, at=later(at) + timedelta(days=8)) == 1
    assert Disposal.objects.get().rows == 4


def test_the_record_of_a_disposal_cannot_be_changed(tmp_path, at):
    put(tmp_path, at)
    dispose_due(actor=HOUSE, at=later(at))
    for change in (Disposal.objects.all().delete, lambda: Disposal.objects.update(rows=0)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_nobody_destroys_detail_by_hand(cast, at):
    for person in (cast.ida, cast.cole, cast.ana, cast.rex):
        with pytest.raises(Refused):
            dispose_due(actor=cast.acting(person), at=later(at))
