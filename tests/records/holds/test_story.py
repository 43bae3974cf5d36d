"""A hold from its opening to its release: who is told what, when, and what is kept of it."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.actions.separation import separate
from quartermaster.org.models import Department
from quartermaster.records import holds
from quartermaster.records.actions import holds as actions
from quartermaster.records.errors import NothingToKeep, NoticeChanged
from quartermaster.records.handlers import tell_custodian
from quartermaster.records.models import HoldAcknowledgement, HoldKeeper
from quartermaster.records.schedule import take_steps
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.records import WHY, held, keeper, paul, terms

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-2")]
DAY = timedelta(days=1)


def mailed(**more):
    return list(
        Message.objects.filter(template__startswith="records/", **more).values_list(
            "recipient", flat=True
        )
    )


def test_a_scope_reaches_holders_of_city_and_personal_devices_and_the_people_named(cast, at):
    field = Department.objects.create(code="FIELD", name="Field", parent=cast.water)
    cast.sue.department = field
    cast.sue.save()
    DeviceFactory(holder=cast.ana)
    PersonalDeviceFactory(holder=cast.sue)
    DeviceFactory(holder=cast.rex)
    hold = actions.open_hold(
        terms=terms(),
        people=[cast.ida.id],
        departments=[cast.water.id],
        actor=paul(cast),
        at=at,
    )
    names = {row.person for row in HoldKeeper.objects.filter(hold=hold)}
    assert names == {cast.ana, cast.sue, cast.ida}  # Cole holds no device, Rex works elsewhere
    assert hold.number == "LH-2026-0001"
    assert sorted(mailed()) == sorted(one.email for one in names)


def test_a_device_of_the_department_with_somebody_elsewhere_is_reached_too(cast, at):
    DeviceFactory(holder=cast.rex, department=cast.water)
    reached = holds.people_in_scope([], [cast.water.id])
    assert list(reached) == [cast.rex]


def test_numbers_follow_one_another_and_begin_anew_each_year(cast, at):
    first, second = held(cast, at), held(cast, at)
    later = held(cast, at + 60 * DAY)
    numbers = [first.number, second.number, later.number]
    assert numbers == ["LH-2026-0001", "LH-2026-0002", "LH-2027-0001"]


def test_nobody_else_opens_amends_widens_or_releases(cast, at):
    hold = held(cast, at)
    row = keeper(hold, cast.ana)
    for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex):
        actor = cast.acting(person)
        for attempt in (
            lambda: actions.open_hold(terms=terms(), people=[person.id], actor=actor, at=at),  # noqa: B023
            lambda: actions.amend_hold(hold_id=hold.id, terms=terms(), actor=actor, at=at),  # noqa: B023
            lambda: actions.add_people(hold_id=hold.id, people=[person.id], actor=actor, at=at),  # noqa: B023
            lambda: actions.release_hold(hold_id=hold.id, reason=WHY, actor=actor, at=at),  # noqa: B023
            lambda: actions.release_keeper(keeper_id=row.id, reason=WHY, actor=actor, at=at),  # noqa: B023
        ):
            with pytest.raises(Refused):
                attempt()
    assert HoldKeeper.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"matter": "  "},
        {"subject": "\x00"},
        {"reason": "x" * 1001},
        {"legal_contact": ""},
        {"matter": "x" * 201},
    ],
)
def test_words_say_something_and_keep_their_bounds(cast, at, wrong):
    with pytest.raises(InvalidInput):
        held(cast, at, **wrong)


def test_a_span_runs_forward_and_people_are_known(cast, at):
    with pytest.raises(InvalidInput):
        held(cast, at, until=terms().since - DAY)
    for scope in ({"people": [new_id()]}, {"departments": [new_id()]}):
        with pytest.raises(InvalidInput):
            actions.open_hold(terms=terms(), **scope, actor=paul(cast), at=at)
    with pytest.raises(NothingToKeep):
        actions.open_hold(terms=terms(), departments=[cast.water.id], actor=paul(cast), at=at)


def test_the_notice_is_acknowledged_once_without_a_device_too(cast, at):
    hold = held(cast, at, cast.cole)
    row = keeper(hold, cast.cole)
    actions.acknowledge_notice(
        keeper_id=row.id, version=1, actor=cast.acting(cast.cole), at=at + DAY
    )
    said = HoldAcknowledgement.objects.get(keeper=row)
    assert (said.terms.number, said.made_at) == (1, at + DAY)
    with pytest.raises(Conflict):
        actions.acknowledge_notice(
            keeper_id=row.id, version=1, actor=cast.acting(cast.cole), at=at + DAY
        )
    assert take_steps(at + 300 * DAY) == 0


def test_nobody_acknowledges_for_another(cast, at):
    row = keeper(held(cast, at), cast.ana)
    for actor in (cast.acting(cast.rex), cast.acting(cast.sue), paul(cast), system("x")):
        with pytest.raises(Refused):
            actions.acknowledge_notice(keeper_id=row.id, version=1, actor=actor, at=at)
    with pytest.raises(NotFound):
        actions.acknowledge_notice(
            keeper_id=new_id(), version=1, actor=cast.acting(cast.ana), at=at
        )


def test_reminders_go_to_the_person_and_from_the_third_on_to_the_supervisor(cast, at):
    row = keeper(held(cast, at), cast.ana)
    for number in range(1, 5):
        assert take_steps(at + 3 * number * DAY - timedelta(seconds=1)) == 0
        assert take_steps(at + 3 * number * DAY) == 1
    row.refresh_from_db()
    assert (row.reminders, row.escalated_at) == (4, at + 12 * DAY)
    assert mailed(template="records/holds/supervisor") == [cast.sue.email] * 2
    assert mailed(template="records/holds/keeper") == [cast.ana.email] * 5


def test_without_a_supervisor_the_custodian_is_told(cast, at):
    row = keeper(held(cast, at, cast.rex), cast.rex)
    for number in range(1, 4):
        take_steps(at + 3 * number * DAY)
    row.refresh_from_db()
    assert mailed(template="records/holds/custodian") == ["ben1008@city.example"]


def test_it_is_asked_anew_each_year(cast, at):
    row = keeper(held(cast, at), cast.ana)
    ana = cast.acting(cast.ana)
    actions.acknowledge_notice(keeper_id=row.id, version=1, actor=ana, at=at)
    assert take_steps(at + 365 * DAY) == 1
    row.refresh_from_db()
    assert (row.state, row.asked_at, row.reminders) == ("asked", at + 365 * DAY, 0)
    actions.acknowledge_notice(keeper_id=row.id, version=1, actor=ana, at=at + 366 * DAY)
    assert HoldAcknowledgement.objects.filter(keeper=row).count() == 2


def test_amended_words_are_asked_anew_and_the_earlier_ones_stay(cast, at):
    hold = held(cast, at)
    row = keeper(hold, cast.ana)
    ana = cast.acting(cast.ana)
    actions.acknowledge_notice(keeper_id=row.id, version=1, actor=ana, at=at)
    changed = terms(subject="Messages about the main, and the pump station too.")
    actions.amend_hold(hold_id=hold.id, terms=changed, actor=paul(cast), at=at + DAY)
    row.refresh_from_db()
    assert (row.state, row.terms.number, row.hold.terms.subject) == ("asked", 2, changed.subject)
    with pytest.raises(NoticeChanged):
        actions.acknowledge_notice(keeper_id=row.id, version=1, actor=ana, at=at + DAY)
    actions.acknowledge_notice(keeper_id=row.id, version=2, actor=ana, at=at + DAY)
    assert list(hold.versions.values_list("subject", flat=True)) == [
        terms().subject,
        changed.subject,
    ]
    with pytest.raises(InvalidInput):
        actions.amend_hold(hold_id=hold.id, terms=changed, actor=paul(cast), at=at + DAY)


def test_people_are_added_once_and_let_go_alone(cast, at):
    hold = held(cast, at)
    (added,) = actions.add_people(
        hold_id=hold.id, people=[cast.ana.id, cast.rex.id], actor=paul(cast), at=at
    )
    assert added.person == cast.rex
    with pytest.raises(NothingToKeep):
        actions.add_people(hold_id=hold.id, people=[cast.rex.id], actor=paul(cast), at=at)
    with pytest.raises(InvalidInput):
        actions.release_keeper(keeper_id=added.id, reason="no", actor=paul(cast), at=at)
    actions.release_keeper(keeper_id=added.id, reason=WHY, actor=paul(cast), at=at)
    added.refresh_from_db()
    assert (added.state, added.release_reason) == ("released", WHY)
    assert holds.live_keepers().get().person == cast.ana
    with pytest.raises(Conflict):
        actions.release_keeper(keeper_id=added.id, reason=WHY, actor=paul(cast), at=at)
    (again,) = actions.add_people(
        hold_id=hold.id, people=[cast.rex.id], actor=paul(cast), at=at + DAY
    )
    assert again.id != added.id


def test_release_tells_everybody_and_keeps_who_and_why(cast, at):
    hold = held(cast, at, cast.ana, cast.rex)
    Message.objects.all().delete()
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at + DAY)
    hold.refresh_from_db()
    assert (hold.state, hold.release_reason, hold.released_by.number) == ("released", WHY, "1008")
    assert sorted(mailed()) == sorted([cast.ana.email, cast.rex.email])
    assert not holds.live_keepers().exists()
    for attempt in (
        lambda: actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at),
        lambda: actions.amend_hold(hold_id=hold.id, terms=terms(), actor=paul(cast), at=at),
        lambda: actions.add_people(hold_id=hold.id, people=[cast.sue.id], actor=paul(cast), at=at),
    ):
        with pytest.raises(Conflict):
            attempt()
    assert take_steps(at + 400 * DAY) == 0


@pytest.mark.clause("C-4")
def test_who_leaves_is_told_to_the_custodian_and_reminded_no_more(cast, at):
    held(cast, at)
    separate(person_id=cast.ana.id, on=at.date(), actor=system("test"), at=at)
    tell_custodian(type("E", (), {"person_id": cast.ana.id}), at)
    assert mailed(template="records/holds/custodian") == ["ben1008@city.example"]
    assert take_steps(at + 30 * DAY) == 0


def test_no_mail_and_no_entry_says_what_it_is_about(cast, at):
    hold = held(cast, at)
    take_steps(at + 3 * DAY)
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at + 4 * DAY)
    said = " ".join(f"{item.subject} {item.text}" for item in Message.objects.all())
    written = " ".join(str(item.data) for item in Entry.objects.all())
    for secret in ("Third Street", "claim 2026-118", "Lee Attorney", WHY):
        assert secret not in said
        assert secret not in written


def test_a_list_and_a_thing_show_the_same_to_each(cast, at):
    held(cast, at)
    actors = {name: cast.acting(getattr(cast, name)) for name in ("ana", "cole", "sue", "ida")}
    assert {name for name, actor in actors.items() if holds.holds_visible_to(actor)} == set()
    assert {name for name, actor in actors.items() if holds.keepers_visible_to(actor)} == set()
    assert {name for name, actor in actors.items() if holds.notices_to(actor)} == {"ana"}
    knows = {name for name, actor in actors.items() if holds.is_held(actor, person=cast.ana)}
    assert knows == {"ida"}
    assert holds.holds_visible_to(paul(cast)).count() == 1
