"""Requests: taken in without an account, counted, kept from destruction, answered."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.disclosure import actions
from quartermaster.disclosure.errors import CodeUnknown, NotReady, TooManyRequests
from quartermaster.disclosure.models import Knock, RecordsRequest
from quartermaster.disclosure.queries import public
from quartermaster.disclosure.queries.requests import kept_by_requests
from quartermaster.disclosure.rules.requests import (
    REQUEST,
    Channel,
    Outcome,
    RequestState,
    Wanted,
    digest_of,
    new_code,
    outcome_of,
)
from quartermaster.disclosure.rules.review import Decision
from quartermaster.disclosure.schedule import take_steps
from quartermaster.disclosure.throttle import forget
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.notify.models import Message
from quartermaster.records.keeping import kept
from tests.factories.disclosure import PUBLIC, acknowledged, collected, filed, released, wanted
from tests.factories.records import custodian, paul, saved

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-5")
def test_anybody_files_one_without_a_name_and_gets_a_code_once(cast, at):
    custodian(cast)
    request, code = filed(at, name="")
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", code)
    assert (request.number, request.state, request.requester_name) == (
        "OR-2026-00001",
        RequestState.RECEIVED,
        "",
    )
    assert request.code_digest == digest_of(code.lower().replace("-", " "))
    assert code not in str(list(Entry.objects.values_list("data", flat=True)))
    assert filed(at)[0].number == "OR-2026-00002"


def test_neither_mail_nor_ledger_says_who_asks_for_what(cast, at):
    custodian(cast)
    filed(at, wanted="The zyzzyva letters", name="Xavier Quill", email="quill@example.org")
    told = {m.recipient: f"{m.subject} {m.text}" for m in Message.objects.all()}
    assert "zyzzyva" not in str(told)
    assert [to for to, text in told.items() if "Quill" in text] == ["quill@example.org"]
    assert "uill" not in str(list(Entry.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"wanted": "  "}, "wanted"),
        ({"wanted": "x" * 6001}, "wanted"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"contact": "x" * 501}, "contact"),
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "until"),
    ],
)
def test_what_cannot_be_a_request_is_refused_at_its_field(given, field):
    with pytest.raises(InvalidInput) as problem:
        wanted(**given).checked()
    assert problem.value.facts["field"] == field


def test_too_many_from_one_place_wait_an_hour(cast, at, settings):
    settings.OPEN_RECORDS_HOURLY_PLACE = 2
    ask = {"wanted": wanted(), "channel": Channel.WEB, "address": "198.51.100.1", "actor": PUBLIC}
    for _ in range(2):
        actions.file_request(**ask, at=at)
    with pytest.raises(TooManyRequests):
        actions.file_request(**ask, at=at)
    actions.file_request(**{**ask, "address": "198.51.100.2"}, at=at)
    actions.file_request(**ask, at=at + timedelta(hours=1, seconds=1))
    assert "198.51" not in str(list(Knock.objects.values()))
    assert forget(at + timedelta(days=2)) == 4


def test_code_opens_its_request_and_nothing_else(cast, at):
    request, code = filed(at)
    assert public.request_of(code, "192.0.2.1", at) == request
    with pytest.raises(CodeUnknown):
        public.request_of(new_code(), "192.0.2.1", at)
    fresh = actions.new_status_code(request_id=request.id, actor=paul(cast), at=at)
    with pytest.raises(CodeUnknown):
        public.request_of(code, "192.0.2.1", at)
    assert public.request_of(fresh, "192.0.2.1", at) == request
    assert public.opened_by(request.id, request.code_digest) is None


def test_codes_cannot_be_tried_for_ever(at):
    for _ in range(40):
        with pytest.raises(CodeUnknown):
            public.request_of("AAAAA", "192.0.2.9", at)
    with pytest.raises(TooManyRequests):
        public.request_of("AAAAA", "192.0.2.9", at)


@pytest.mark.parametrize("who", ["ana", "sue", "cole", "ida", "rex"])
def test_only_the_custodian_works_on_requests(cast, at, who):
    request, _ = filed(at)
    actor = cast.acting(getattr(cast, who))
    given = {"request_id": request.id, "actor": actor, "at": at}
    for verb, more in (
        (actions.acknowledge, {}),
        (actions.add_records, {"record_ids": [request.id]}),
        (actions.close_search, {}),
        (actions.make_package, {}),
        (actions.answer_without_release, {"words": "No."}),
        (actions.withdraw, {"reason": "No."}),
        (actions.new_status_code, {}),
    ):
        with pytest.raises(Refused):
            verb(**given, **more)


@pytest.mark.clause("C-2")
def test_a_request_keeps_all_of_its_span_until_the_search_is_closed(cast, at):
    here, there = saved(cast.acting(cast.ana), at), saved(cast.acting(cast.rex), at)
    both = {here.id, there.id}
    assert kept(both, at) == {}
    request = acknowledged(cast, at, since=date(2026, 11, 1))
    assert set(kept(both, at)) == both
    assert request.number in kept(both, at)[here.id]
    actions.add_records(request_id=request.id, record_ids=[here.id], actor=paul(cast), at=at)
    actions.close_search(request_id=request.id, actor=paul(cast), at=at)
    assert set(kept(both, at)) == {here.id}


@pytest.mark.clause("C-2")
def test_what_does_not_fall_into_the_span_may_go(cast, at):
    record = saved(cast.acting(cast.ana), at)
    acknowledged(cast, at, until=date(2026, 10, 1))
    assert kept_by_requests([record.id], at) == {}


@pytest.mark.clause("C-2")
def test_a_refusal_keeps_what_it_reached_for_sixty_days(cast, at):
    package = released(cast, at)
    reached = set(package.request.items.values_list("item__record_id", flat=True))
    assert set(kept(reached, at + timedelta(days=59))) == reached
    assert kept(reached, at + timedelta(days=61)) == {}


def test_without_anything_found_it_is_answered_so(cast, at):
    request = acknowledged(cast, at, email="pat@example.org")
    done = actions.answer_without_release(
        request_id=request.id, words="We have none.", actor=paul(cast), at=at
    )
    assert (done.outcome, done.kept_until) == (Outcome.NO_RECORDS, at)
    assert "no records were found" in Message.objects.order_by("created_at", "id").last().text


def test_all_withheld_is_a_denial(cast, at):
    items = collected(cast, at)
    for item in items:
        actions.decide(
            item_id=item.id, decision=Decision.WITHHOLD, code="905.03", actor=paul(cast), at=at
        )
    done = actions.answer_without_release(
        request_id=items[0].request_id, words="Privileged.", actor=paul(cast), at=at
    )
    assert (done.outcome, done.kept_until) == (Outcome.DENIED, at + timedelta(days=60))
    again = actions.reopen(request_id=done.id, reason="Reviewed", actor=paul(cast), at=at)
    assert (again.state, again.outcome, again.kept_until) == (RequestState.REVIEWING, "", None)


def test_nothing_is_answered_while_something_waits(cast, at):
    request_id = collected(cast, at)[0].request_id
    for verb, more in (
        (actions.answer_without_release, {"words": "No."}),
        (actions.make_package, {}),
    ):
        with pytest.raises(NotReady):
            verb(request_id=request_id, actor=paul(cast), at=at, **more)


def test_a_late_request_is_told_once_a_period(cast, at):
    request, _ = filed(at)
    custodian(cast)
    take_steps(at)
    assert Message.objects.filter(subject__contains="late").count() == 0
    late = request.acknowledge_by + timedelta(minutes=1)
    take_steps(late)
    take_steps(late)
    assert Message.objects.filter(subject__contains="late").count() == 1


def test_a_closed_request_takes_no_more(cast, at):
    request = acknowledged(cast, at)
    actions.withdraw(request_id=request.id, reason="They called", actor=paul(cast), at=at)
    with pytest.raises(Conflict):
        actions.add_records(request_id=request.id, record_ids=[request.id], actor=paul(cast), at=at)
    with pytest.raises(Conflict):
        actions.withdraw(request_id=request.id, reason="Again", actor=paul(cast), at=at)


def test_every_state_is_reached_and_the_ends_are_known():
    assert REQUEST.reachable() == frozenset(RequestState)
    assert REQUEST.terminal == {RequestState.WITHDRAWN}


@given(st.integers(0, 20), st.integers(0, 20))
def test_outcome_says_full_only_where_nothing_is_held_back(released, held):
    found = outcome_of(released, held)
    assert (found is Outcome.GRANTED) == (released > 0 and held == 0)
    assert (found is Outcome.NO_RECORDS) == (released == 0 and held == 0)


@given(st.text(max_size=200))
def test_a_text_is_a_request_as_soon_as_it_says_something(text):
    says = bool(text.replace("\x00", "").strip())
    try:
        taken = bool(Wanted(wanted=text).checked().wanted.strip())
    except InvalidInput:
        taken = False
    assert taken == says


def test_number_is_unique_among_all(cast, at):
    numbers = {filed(at)[0].number for _ in range(3)}
    assert numbers == set(RecordsRequest.objects.values_list("number", flat=True))
