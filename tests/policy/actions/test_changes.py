"""Applying plans: exactly what was shown, by who may, at once; the second person."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import NOBODY, system
from quartermaster.org.accounts import prove
from quartermaster.org.errors import ProofNeeded
from quartermaster.policy import queries
from quartermaster.policy.actions import (
    apply_proposal,
    changes,
    confirm_change,
    decline_change,
    purpose_of,
    withdraw_change,
)
from quartermaster.policy.errors import PlanOutOfDate, PlanRefused
from quartermaster.policy.events import RequirementsChanged
from quartermaster.policy.models import Adoption, CityRequirements, Overlay, RequirementChange
from quartermaster.policy.plan import Proposal, read_defaults
from quartermaster.policy.requirements import LAX, Requirements
from quartermaster.policy.requirements.rulebook import Terms
from tests.factories.destruction import account
from tests.factories.org import PASSWORD

FIVE_MINUTES = timedelta(minutes=5, seconds=1)
CITY = Proposal(city={"city": {"passcode_minimum_length": 6}})
ERASE = Proposal(city={"city": {"failed_attempts_before_erase": 10}})
WATER = Proposal(overlays={"WATER": {"city": {"passcode_minimum_length": 8}}})


def _apply(proposal, actor, at, **more):
    return apply_proposal(
        proposal=proposal, digest=queries.plan(proposal).digest, actor=actor, at=at, **more
    )


def _asked(department, ownership="city"):
    return queries.effective_requirements(department.id, ownership).requirements


@pytest.fixture
def told(monkeypatch):
    """The events of the room's acts."""
    heard = []
    original = changes.Act.emit

    def hear(self, happened):
        heard.append(happened)
        original(self, happened)

    monkeypatch.setattr(changes.Act, "emit", hear)
    return heard


def _confirm(change, actor, at, **more):
    proof = prove(
        actor=actor, password=PASSWORD, purpose=purpose_of(change), address="10.0.0.1", at=at
    )
    return confirm_change(change_id=change.id, proof=proof, actor=actor, at=at, **more)


@pytest.fixture(autouse=True)
def passwords(cast):
    for person in (cast.ida, cast.cole):
        account(person)


@pytest.fixture
def second(second):
    account(second)
    return second


def test_a_plan_is_applied_in_one_act(cast, at, told):
    change = _apply(CITY, cast.acting(cast.ida), at, reason="Adopted by the council")
    assert (change.state, change.reason, change.requested_by) == (
        "applied",
        "Adopted by the council",
        cast.ida,
    )
    assert _asked(cast.water) == Requirements(passcode_minimum_length=6)
    assert _asked(cast.water, "personal") == LAX
    assert told == [RequirementsChanged(department_ids=())]
    entry = Entry.objects.get(tag="policy.requirements.changed")
    assert entry.data == {
        "digest": change.digest,
        "proposal": CITY.plain(),
        "departments": 3,
    }


@pytest.mark.clause("C-5")
def test_a_coordinator_makes_the_own_department_stricter(cast, at, told):
    _apply(CITY, cast.acting(cast.ida), at)
    _apply(WATER, cast.acting(cast.cole), at)
    assert _asked(cast.water).passcode_minimum_length == 8
    assert _asked(cast.library).passcode_minimum_length == 6
    assert told[-1] == RequirementsChanged(department_ids=(cast.water.id,))
    _apply(Proposal(overlays={"WATER": None}), cast.acting(cast.cole), at)
    assert not Overlay.objects.exists()


@pytest.mark.clause("C-5")
def test_a_laxer_overlay_changes_nothing(cast, at):
    _apply(CITY, cast.acting(cast.ida), at)
    laxer = Proposal(
        city={"personal": {"passcode_required": True}},
        overlays={"WATER": {"city": {"passcode_minimum_length": 4}}},
    )
    with pytest.raises(PlanRefused, match="laxer than the city's"):
        _apply(laxer, cast.acting(cast.ida), at)
    assert not Overlay.objects.exists()
    assert CityRequirements.objects.count() == 1


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_who_may_not_change_the_city(cast, at, who):
    with pytest.raises(Refused):
        _apply(CITY, cast.acting(getattr(cast, who)), at)
    assert not RequirementChange.objects.exists()


@pytest.mark.parametrize("who", ["ana", "sue", "rex"])
def test_who_may_not_change_an_overlay(cast, at, who):
    with pytest.raises(Refused):
        _apply(WATER, cast.acting(getattr(cast, who)), at)
    with pytest.raises(Refused):
        _apply(WATER, NOBODY, at)


def test_a_coordinator_has_no_say_in_another_department(cast, at):
    with pytest.raises(Refused):
        _apply(Proposal(overlays={"LIB": {"city": {"encryption_required": True}}}), _cole(cast), at)


def _cole(cast):
    return cast.acting(cast.cole)


def test_a_plan_made_upon_something_else_is_out_of_date(cast, at):
    digest = queries.plan(WATER).digest
    _apply(CITY, cast.acting(cast.ida), at)
    with pytest.raises(PlanOutOfDate):
        apply_proposal(proposal=WATER, digest=digest, actor=_cole(cast), at=at)


def test_nothing_to_change_is_a_conflict(cast, at):
    _apply(CITY, cast.acting(cast.ida), at)
    with pytest.raises(Conflict, match="Nothing would change"):
        _apply(CITY, cast.acting(cast.ida), at)


@pytest.mark.clause("S-3")
def test_an_excluded_department_adopts_items_with_date_and_author(cast, police, at):
    _apply(read_defaults(), system("tests"), at)
    assert _asked(police) == LAX
    terms = Terms(frozenset({"G-3"}), frozenset(), date(2026, 11, 1), "1005")
    _apply(Proposal(adoptions={"POLICE": terms}), cast.acting(cast.ida), at)
    adoption = Adoption.objects.get()
    assert (adoption.decided_by, adoption.decided_on) == (cast.rex, date(2026, 11, 1))
    assert set(_asked(police).asked()) == {
        "passcode_required",
        "passcode_minimum_length",
        "passcode_complexity",
        "passcode_history",
        "auto_lock_minutes",
        "compromised_forbidden",
    }
    _apply(Proposal(adoptions={"POLICE": None}), cast.acting(cast.ida), at)
    assert _asked(police) == LAX


def test_an_adoption_names_a_person(cast, police, at):
    terms = Terms(frozenset({"G-3"}), frozenset(), date(2026, 11, 1), "9999")
    with pytest.raises(InvalidInput, match="personnel number 9999"):
        _apply(Proposal(adoptions={"POLICE": terms}), cast.acting(cast.ida), at)
    assert not RequirementChange.objects.exists()


@pytest.mark.clause("G-10")
def test_a_destructive_change_waits_for_a_second_person(cast, second, at, told):
    change = _apply(ERASE, cast.acting(cast.ida), at)
    assert (change.state, change.destructive) == ("pending", True)
    assert (_asked(cast.water), told) == (LAX, [])
    with pytest.raises(Refused, match="Somebody other"):
        _confirm(change, cast.acting(cast.ida), at)
    with pytest.raises(Refused):
        _confirm(change, _cole(cast), at)
    assert _asked(cast.water) == LAX
    done = _confirm(change, cast.acting(second), at)
    assert (done.state, done.decided_by) == ("applied", second)
    assert _asked(cast.water).failed_attempts_before_erase == 10
    assert told == [RequirementsChanged(department_ids=())]
    with pytest.raises(Conflict):
        _confirm(change, cast.acting(second), at)


@pytest.mark.clause("G-10")
def test_a_session_alone_confirms_nothing_and_a_new_administrator_neither(cast, second, at):
    change = _apply(ERASE, cast.acting(cast.ida), at)
    ben = cast.acting(second)
    with pytest.raises(ProofNeeded):
        confirm_change(change_id=change.id, proof=None, actor=ben, at=at)
    for purpose, proved_at in (("something else", at), (purpose_of(change), at - FIVE_MINUTES)):
        stale = prove(actor=ben, password=PASSWORD, purpose=purpose, address="", at=proved_at)
        with pytest.raises(ProofNeeded):
            confirm_change(change_id=change.id, proof=stale, actor=ben, at=at)
    second.role_assignments.update(granted_at=at - timedelta(days=1))
    with pytest.raises(Refused, match="long enough"):
        _confirm(change, ben, at)
    assert _asked(cast.water) == LAX


@pytest.mark.clause("G-10")
def test_the_house_itself_cannot_ask_for_destruction(cast, at):
    with pytest.raises(Refused, match="two people"):
        _apply(ERASE, system("command line"), at)


@pytest.mark.clause("G-10")
def test_the_database_refuses_destruction_by_one(cast, at):
    change = _apply(ERASE, cast.acting(cast.ida), at)
    rows = RequirementChange.objects.filter(id=change.id)
    for decider in (cast.ida, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(state="applied", decided_by=decider, decided_at=at)


def test_a_confirmation_that_comes_too_late_changes_nothing(cast, second, at):
    change = _apply(ERASE, cast.acting(cast.ida), at)
    _apply(CITY, cast.acting(second), at)
    with pytest.raises(PlanOutOfDate):
        _confirm(change, cast.acting(second), at)
    change.refresh_from_db()
    assert change.state == "pending"


def test_declining_and_withdrawing(cast, second, at):
    change = _apply(ERASE, cast.acting(cast.ida), at)
    assert decline_change(change_id=change.id, actor=cast.acting(second), at=at).state == "declined"
    change = _apply(ERASE, cast.acting(cast.ida), at)
    with pytest.raises(Refused):
        withdraw_change(change_id=change.id, actor=_cole(cast), at=at)
    assert (
        withdraw_change(change_id=change.id, actor=cast.acting(cast.ida), at=at).state
        == "withdrawn"
    )
    with pytest.raises(NotFound):
        decline_change(change_id=new_id(), actor=cast.acting(second), at=at)
    assert _asked(cast.water) == LAX


def test_documents_that_stay_are_left_alone(cast, police, at, told):
    ida = cast.acting(cast.ida)
    terms = Terms(frozenset({"G-3"}), frozenset(), date(2026, 11, 1), "1005")
    both = Proposal(
        overlays={"WATER": {"city": {"passcode_history": 3}, "personal": {"passcode_history": 2}}},
        adoptions={"POLICE": terms},
    )
    _apply(both, ida, at)
    later = at + timedelta(days=1)
    changed = Proposal(
        overlays={"WATER": {"city": {"passcode_history": 4}, "personal": {"passcode_history": 2}}},
        adoptions={"POLICE": terms},
    )
    _apply(changed, ida, later)
    assert dict(Overlay.objects.values_list("ownership", "changed_at")) == {
        "city": later,
        "personal": at,
    }
    assert Adoption.objects.get().changed_at == at
    # a coordinator may hand in a proposal that repeats what stands elsewhere
    again = Proposal(
        overlays={**changed.overlays, "LIB": None}, adoptions={"POLICE": terms, "WATER": None}
    )
    with pytest.raises(Conflict, match="Nothing would change"):
        _apply(again, _cole(cast), later)


def test_a_document_from_which_nothing_follows_is_kept_and_not_told(cast, at, told):
    _apply(CITY, cast.acting(cast.ida), at)
    told.clear()
    _apply(Proposal(overlays={"WATER": {"city": {"passcode_minimum_length": 6}}}), _cole(cast), at)
    assert (Overlay.objects.count(), told) == (1, [])


def test_two_who_decide_at_once(cast, second, at, monkeypatch):
    change = _apply(ERASE, cast.acting(cast.ida), at)
    decline_change(change_id=change.id, actor=cast.acting(second), at=at)
    monkeypatch.setattr(changes, "_pending", lambda key: change)  # as it was read before
    with pytest.raises(Conflict, match="Somebody else decided"):
        decline_change(change_id=change.id, actor=cast.acting(second), at=at)


def test_the_same_destructive_plan_waits_once(cast, second, at):
    _apply(ERASE, cast.acting(cast.ida), at)
    with pytest.raises(Conflict, match="waits"):
        _apply(ERASE, cast.acting(second), at)


@pytest.mark.parametrize(
    ("who", "count"), [("ida", 2), ("cole", 1), ("ana", 0), ("sue", 0), ("rex", 0)]
)
def test_changes_visible_to(cast, at, who, count):
    _apply(CITY, cast.acting(cast.ida), at)
    _apply(WATER, _cole(cast), at + timedelta(minutes=1))
    assert queries.changes_visible_to(cast.acting(getattr(cast, who))).count() == count
    assert queries.changes_visible_to(NOBODY).count() == 0


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", {"WATER"}),
        ("cole", {"WATER"}),
        ("sue", {"WATER"}),
        ("ida", {"WATER", "LIB", "ITMD"}),
        ("rex", {"LIB"}),
    ],
)
def test_whose_requirements_are_visible(cast, who, seen):
    actor = cast.acting(getattr(cast, who))
    assert {d.code for d in queries.departments_visible_to(actor)} == seen
    assert queries.may_see_requirements_of(actor, cast.library.id) is ("LIB" in seen)


def test_unknown_department_is_not_found(cast):
    with pytest.raises(NotFound):
        queries.effective_requirements(new_id(), "city")
