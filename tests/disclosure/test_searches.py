"""People who may have something: asked, reminded, escalated, heard; their devices stay."""

from datetime import timedelta

import pytest

from quartermaster.disclosure import actions
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.models import Search
from quartermaster.disclosure.queries import people_likely, searches_of
from quartermaster.disclosure.queries.searches import devices_with, lying_with
from quartermaster.disclosure.rules.searches import SEARCH, Answer, SearchState
from quartermaster.disclosure.schedule import take_steps
from quartermaster.inventory import holds as of_devices
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.notify.models import Message
from tests.factories.disclosure import acknowledged
from tests.factories.inventory import DeviceFactory
from tests.factories.records import announced, paul, saved

pytestmark = pytest.mark.django_db
WHAT = "Messages with Pipe Works"


def asked(cast, at, *people):
    request = acknowledged(cast, at)
    keys = [one.id for one in people or (cast.ana,)]
    return actions.ask_people(
        request_id=request.id, people=keys, what=WHAT, actor=paul(cast), at=at
    )


@pytest.mark.clause("G-2")
def test_who_is_asked_hears_of_it_and_attests(cast, at):
    (search,) = asked(cast, at)
    told = Message.objects.get(recipient=cast.ana.email)
    assert (WHAT in told.text, search.request.number in told.subject) == (False, True)
    with pytest.raises(NotReady, match="not answered"):
        actions.close_search(request_id=search.request_id, actor=paul(cast), at=at)
    given = {"search_id": search.id, "actor": cast.acting(cast.ana), "at": at}
    actions.attest(answer=Answer.NOTHING, note="Ask Cole", **given)
    with pytest.raises(Conflict):
        actions.attest(answer=Answer.NOTHING, **given)
    actions.close_search(request_id=search.request_id, actor=paul(cast), at=at)
    assert list(searches_of(cast.acting(cast.rex))) == []


@pytest.mark.clause("G-2")
def test_nobody_attests_for_another_or_with_another_s_records(cast, at):
    (search,) = asked(cast, at)
    with pytest.raises(Refused):
        actions.attest(
            search_id=search.id, answer=Answer.NOTHING, actor=cast.acting(cast.rex), at=at
        )
    foreign, own = saved(cast.acting(cast.rex), at), saved(cast.acting(cast.ana), at)
    given = {"search_id": search.id, "actor": cast.acting(cast.ana), "at": at}
    for answer, records in (
        (Answer.TRANSFERRED, [foreign.id]),
        (Answer.TRANSFERRED, []),
        (Answer.NOTHING, [own.id]),
    ):
        with pytest.raises(InvalidInput):
            actions.attest(answer=answer, records=records, **given)
    done = actions.attest(answer=Answer.TRANSFERRED, records=[own.id], **given)
    assert list(done.records.all()) == [own]


def test_reminded_each_period_and_then_the_supervisor_hears(cast, at):
    (search,) = asked(cast, at)
    when = at
    for reminders in (1, 2, 3):
        search.refresh_from_db()
        when = search.due_at + timedelta(minutes=1)
        take_steps(when)
        take_steps(when)
        search.refresh_from_db()
        assert search.reminders == reminders
        assert bool(search.escalated_at) == (reminders == 3)
    sue = Message.objects.filter(recipient=cast.sue.email)
    assert [WHAT in one.text for one in sue] == [False]
    assert Message.objects.filter(recipient=cast.ana.email).count() == 4


def test_an_answer_and_a_closed_request_end_the_reminders(cast, at):
    first, second = asked(cast, at)[0], asked(cast, at)[0]
    actions.attest(search_id=first.id, answer=Answer.NOTHING, actor=cast.acting(cast.ana), at=at)
    actions.withdraw(request_id=second.request_id, reason="Called", actor=paul(cast), at=at)
    take_steps(at + timedelta(days=30))
    assert set(Search.objects.values_list("reminders", flat=True)) == {0}


@pytest.mark.clause("G-2", "C-2")
def test_devices_stay_until_their_holder_has_answered(cast, at):
    device = DeviceFactory(holder=cast.ana, department=cast.water)
    assert of_devices.hold_on(device, at) == ""
    (search,) = asked(cast, at)
    assert "open-records request" in of_devices.hold_on(device, at)
    assert devices_with([search]) == {cast.ana.id: [device]}
    actions.attest(search_id=search.id, answer=Answer.NOTHING, actor=cast.acting(cast.ana), at=at)
    assert of_devices.hold_on(device, at) == ""


def test_somebody_is_passed_over_with_a_reason(cast, at):
    (search,) = asked(cast, at)
    given = {"search_id": search.id, "actor": paul(cast), "at": at}
    with pytest.raises(InvalidInput):
        actions.pass_over(reason="", **given)
    done = actions.pass_over(reason="On leave until March", **given)
    assert (done.state, done.due_at) == (SearchState.PASSED, None)


def test_who_wrote_what_was_found_is_likely_to_have_more(cast, at):
    record = saved(cast.acting(cast.ana), at)
    announced(cast, at, cast.rex, about="Voicemail on the main")
    request = acknowledged(cast, at)
    actions.add_records(request_id=request.id, record_ids=[record.id], actor=paul(cast), at=at)
    assert set(people_likely(request, "main")) == {cast.ana, cast.rex}
    searches = actions.ask_people(
        request_id=request.id, people=[cast.rex.id], what=WHAT, actor=paul(cast), at=at
    )
    assert lying_with(searches) == {cast.rex.id: 1}
    assert set(people_likely(request, "main")) == {cast.ana}


def test_asked_twice_is_asked_once(cast, at):
    (search,) = asked(cast, at)
    again = actions.ask_people(
        request_id=search.request_id, people=[cast.ana.id], what=WHAT, actor=paul(cast), at=at
    )
    assert again == []


def test_every_state_of_a_search_is_reached():
    assert SEARCH.reachable() == frozenset(SearchState)
