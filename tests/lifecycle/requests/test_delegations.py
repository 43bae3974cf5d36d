"""Who is away names who stands in; what is done then is kept with both names."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.actions.delegating import delegate, end_delegation
from quartermaster.lifecycle.queries.delegations import delegations_visible_to, represented_by
from quartermaster.lifecycle.queries.requests import requests_visible_to
from quartermaster.lifecycle.queries.steps import told_of, waiting_for
from quartermaster.notify.models import Message
from quartermaster.org.models import Standing
from quartermaster.org.roles import Role
from tests.factories import requests as make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def stands_in(cast, person, other, at, *, days=(0, 5), actor=None):
    first, last = days
    return delegate(
        person_id=person.id,
        delegate_id=other.id,
        starts_on=(at + first * DAY).date(),
        ends_on=(at + last * DAY).date(),
        actor=cast.acting(actor or person),
        at=at,
    )


@pytest.mark.clause("G-7")
def test_who_stands_in_sees_and_does_what_was_theirs(cast, at):
    request = make.asked(cast, at)
    rex = cast.acting(cast.rex)
    assert not requests_visible_to(rex, at).exists()
    made = stands_in(cast, cast.cole, cast.rex, at)
    assert [m.recipient for m in Message.objects.filter(about_id=str(made.id))] == [
        "rex@city.example"
    ]
    assert list(requests_visible_to(rex, at)) == [request]
    assert waiting_for(rex, at) == [request]
    assert told_of(request, at) == [cast.cole, cast.rex]
    request = requests.recommend(request=request, actor=rex, at=at)
    assert (request.recommended_by, request.recommended_for) == (cast.rex, cast.cole)
    entry = Entry.objects.get(tag="lifecycle.request.recommended")
    assert (entry.actor_label, entry.data["stands_for"]) == ("Rex Moreau", cast.cole.number)


def test_only_in_the_days_named_and_until_it_is_ended(cast, at):
    request = make.asked(cast, at)
    rex = cast.acting(cast.rex)
    made = stands_in(cast, cast.cole, cast.rex, at, days=(1, 2))
    seen = [requests_visible_to(rex, at + n * DAY).exists() for n in range(4)]
    assert seen == [False, True, True, False]
    with pytest.raises(Refused):
        requests.recommend(request=request, actor=rex, at=at)
    with pytest.raises(Refused):
        end_delegation(delegation=made, actor=rex, at=at)
    end_delegation(delegation=made, actor=cast.acting(cast.cole), at=at)
    assert not requests_visible_to(rex, at + DAY).exists()
    with pytest.raises(Conflict):
        end_delegation(delegation=made, actor=cast.acting(cast.cole), at=at)


@pytest.mark.clause("G-7")
def test_who_stands_in_decides_neither_their_own_nor_what_the_other_asked(cast, at):
    stands_in(cast, cast.cole, cast.ana, at)
    own = make.asked(cast, at)
    with pytest.raises(Refused, match="of their own"):
        requests.recommend(request=own, actor=cast.acting(cast.ana), at=at)
    of_cole = make.asked(cast, at, person=cast.sue, asker=cast.cole)
    with pytest.raises(Refused):
        requests.recommend(request=of_cole, actor=cast.acting(cast.ana), at=at)


@pytest.mark.clause("G-7")
def test_nobody_stands_in_for_both_steps(cast, at):
    with pytest.raises(Conflict, match="other step"):
        stands_in(cast, cast.cole, cast.ida, at)
    with pytest.raises(Conflict, match="other step"):
        stands_in(cast, cast.ida, cast.cole, at)
    # a person without a role stands in for both, and may take one step of a request
    stands_in(cast, cast.cole, cast.rex, at)
    stands_in(cast, cast.ida, cast.rex, at)
    rex = cast.acting(cast.rex)
    request = requests.recommend(request=make.asked(cast, at), actor=rex, at=at)
    assert waiting_for(rex, at) == []
    with pytest.raises(Refused):
        requests.authorise(request=request, supplies=make.supplies(request), actor=rex, at=at)


def test_no_chain_no_ring_no_self_and_no_odd_span(cast, at):
    with pytest.raises(InvalidInput, match="for themselves"):
        stands_in(cast, cast.cole, cast.cole, at)
    stands_in(cast, cast.cole, cast.sue, at, days=(2, 4))
    with pytest.raises(Conflict, match="not handed"):
        stands_in(cast, cast.sue, cast.rex, at)
    with pytest.raises(Conflict, match="away in these days"):
        stands_in(cast, cast.ana, cast.cole, at, days=(4, 9))
    with pytest.raises(Conflict, match="already"):
        stands_in(cast, cast.cole, cast.rex, at, days=(4, 9))
    stands_in(cast, cast.sue, cast.rex, at, days=(5, 9))
    for days in ((3, 1), (-9, -1), (0, 92)):
        with pytest.raises(InvalidInput):
            stands_in(cast, cast.ana, cast.rex, at, days=days)


def test_only_oneself_or_itmd_names_who_stands_in(cast, at):
    with pytest.raises(Refused):
        stands_in(cast, cast.cole, cast.rex, at, actor=cast.rex)
    made = stands_in(cast, cast.cole, cast.rex, at, actor=cast.ida)
    for person in (cast.cole, cast.rex, cast.ida):
        assert list(delegations_visible_to(cast.acting(person))) == [made]
    assert not delegations_visible_to(cast.acting(cast.ana)).exists()


def test_who_has_left_stands_in_for_nobody(cast, at):
    helper = make.another(cast, Role.AUDITOR, "Otto Lind")
    stands_in(cast, cast.cole, helper, at)
    assert represented_by(cast.acting(helper), at) == [cast.cole]
    helper.standing, helper.separated_on = Standing.SEPARATED, at.date()
    helper.save()
    with pytest.raises(Conflict, match="has left"):
        stands_in(cast, cast.sue, helper, at)
    assert told_of(make.asked(cast, at), at) == [cast.cole]
