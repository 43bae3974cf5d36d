"""Searches that people keep: named, shared, telling of what is new, forgotten."""

from datetime import timedelta

import pytest

from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.models import Standing
from quartermaster.records import destroying
from quartermaster.records.actions.searches import (
    change_search,
    forget_search,
    save_search,
    tell_of_new,
)
from quartermaster.records.models import SavedSearch, ToldOf
from quartermaster.records.search.kept import searches_visible_to
from tests.factories.records import paul
from tests.factories.searching import told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
HOUR = timedelta(hours=1)
HOUSE = system("saved searches")


def keep(actor, at, **more):
    given = {"name": "Valves", "words": "valve", "chosen": {}, "actor": actor, "at": at, **more}
    return save_search(**given)


def mails(to) -> list[Message]:
    rows = Message.objects.filter(recipient=to.email, template="records/searches/new")
    return list(rows.order_by("id"))


def test_a_search_is_kept_once_under_its_name(cast, at):
    ana = cast.acting(cast.ana)
    row = keep(ana, at, chosen={"kind": "chat", "nonsense": "x"}, order="newest")
    assert (row.chosen, row.order, row.due_at) == ({"kind": "chat"}, "newest", None)
    with pytest.raises(Conflict):
        keep(ana, at)
    keep(cast.acting(cast.sue), at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"words": "", "chosen": {}},
        {"words": "before:soon"},
        {"words": "held:yes"},
        {"chosen": {"kind": "nonsense"}},
        {"chosen": {"person": "x"}},
    ],
)
def test_what_makes_no_search_is_refused(cast, at, wrong):
    with pytest.raises(InvalidInput):
        keep(cast.acting(cast.ana), at, **wrong)
    assert not SavedSearch.objects.exists()


def test_custodians_share_and_nobody_else_does(cast, at):
    ana = cast.acting(cast.ana)
    with pytest.raises(Refused):
        keep(ana, at, shared=True)
    own = keep(ana, at)
    with pytest.raises(Refused):
        change_search(search_id=own.id, shared=True, alert=False, actor=ana, at=at)
    shared = keep(paul(cast), at, shared=True)
    assert list(searches_visible_to(paul(cast))) == [shared]
    assert list(searches_visible_to(ana)) == [own]
    assert list(searches_visible_to(cast.acting(cast.rex))) == []


def test_only_its_owner_changes_and_forgets_it(cast, at):
    row = keep(cast.acting(cast.ana), at)
    for other in (cast.acting(cast.rex), paul(cast)):
        with pytest.raises(Refused):
            change_search(search_id=row.id, shared=False, alert=True, actor=other, at=at)
        with pytest.raises(Refused):
            forget_search(search_id=row.id, actor=other, at=at)
    forget_search(search_id=row.id, actor=cast.acting(cast.ana), at=at)
    with pytest.raises(NotFound):
        forget_search(search_id=row.id, actor=cast.acting(cast.ana), at=at)


def test_of_what_is_new_its_owner_is_told_once_and_without_content(cast, at):
    ana = cast.acting(cast.ana)
    told(ana, at, "An old valve")
    row = keep(ana, at, alert=True, name="Secret matter")
    assert tell_of_new(actor=HOUSE, at=at + HOUR / 2) == 0
    told(ana, at + HOUR / 2, "A new valve")
    told(ana, at + HOUR / 2, "A pump")
    told(cast.acting(cast.sue), at + HOUR / 2, "A valve of Sue's")
    assert tell_of_new(actor=HOUSE, at=at + HOUR) == 1
    (mail,) = mails(cast.ana)
    assert "1 record that is new in the archive matches" in mail.text
    assert f"/records/searches/{row.id}/" in mail.text
    assert "alve" not in mail.text.replace(str(row.id), "")
    assert "Secret" not in mail.subject + mail.text
    assert tell_of_new(actor=HOUSE, at=at + 2 * HOUR) == 1
    assert len(mails(cast.ana)) == 1


def test_it_is_run_as_its_owner_is_then(cast, at):
    custodian = paul(cast)
    keep(custodian, at, alert=True)
    told(cast.acting(cast.ana), at + HOUR / 2, "A valve")
    owner = SavedSearch.objects.get().owner
    owner.role_assignments.update(ended_at=at + HOUR / 2)
    tell_of_new(actor=HOUSE, at=at + HOUR)
    assert mails(owner) == []


def test_whoever_has_left_is_told_nothing(cast, at):
    ana = cast.acting(cast.ana)
    keep(ana, at, alert=True)
    told(ana, at + HOUR / 2, "A valve")
    gone = {"standing": Standing.SEPARATED, "separated_on": at.date()}
    type(cast.ana).objects.filter(id=cast.ana.id).update(**gone)
    tell_of_new(actor=HOUSE, at=at + HOUR)
    row = SavedSearch.objects.get()
    assert (mails(cast.ana), row.alert, row.due_at) == ([], False, None)


def test_a_destroyed_record_is_in_no_search(cast, at):
    ana = cast.acting(cast.ana)
    keep(ana, at, alert=True)
    record = told(ana, at + HOUR / 2, "A valve")
    tell_of_new(actor=HOUSE, at=at + HOUR)
    assert ToldOf.objects.count() == 1
    destroying.purge_derived([record.id], at)
    assert ToldOf.objects.count() == 0
