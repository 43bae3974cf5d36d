"""Fees, letters, notices to record subjects, appeals."""

from datetime import UTC, timedelta

import pytest
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import FeeEstimate, Letter, RecordsRequest
from quartermaster.disclosure.rules.appeals import Finding
from quartermaster.disclosure.rules.fees import FEE, Rates, Work, fee_of
from quartermaster.disclosure.rules.requests import Channel, RequestState
from quartermaster.disclosure.rules.subjects import NOTICE, Cause, NoticeState, bars
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.notify.models import Message
from tests.disclosure.redaction.proof import read_by_pdfium
from tests.factories.disclosure import PUBLIC, acknowledged, collected, packaged, released
from tests.factories.records import custodian, paul

pytestmark = pytest.mark.django_db
RATES = Rates(page=15, location_hour=2800, location_from=5000, postage=120, prepay_over=500)


def words_of(letter):
    return " ".join(read_by_pdfium(read(letter.file)).split())


@pytest.mark.parametrize(
    ("work", "total", "prepay"),
    [
        (Work(), 0, False),
        (Work(pages=33), 495, False),
        (Work(pages=34), 510, True),
        (Work(minutes=107), 0, False),  # $49.93: below the threshold it is not charged
        (Work(minutes=108), 5040, True),
        (Work(pages=1, by_post=True), 135, False),
        (Work(other=400, other_what="A disc"), 400, False),
    ],
)
@pytest.mark.clause("G-5")
def test_fee_is_the_actual_cost(work, total, prepay):
    fee = fee_of(work.checked(), RATES)
    assert (fee.total, fee.prepay) == (total, prepay)


works = st.builds(
    Work, pages=st.integers(0, 5000), minutes=st.integers(0, 5000), by_post=st.booleans()
)


@given(works)
def test_lines_add_up_and_more_work_never_costs_less(work):
    fee = fee_of(work, RATES)
    assert sum(line.cents for line in fee.lines) == fee.total
    more = fee_of(Work(work.pages + 1, work.minutes + 1, work.by_post), RATES)
    assert more.total >= fee.total


@pytest.mark.parametrize(
    "work", [Work(pages=-1), Work(minutes=-1), Work(other=-1), Work(other=5), Work(other_what="x")]
)
def test_work_that_cannot_be_is_refused(work):
    with pytest.raises(InvalidInput):
        work.checked()


def test_release_waits_for_a_payment_in_advance(cast, at):
    package = packaged(cast, at)
    given = {"actor": paul(cast), "at": at}
    fee = actions.ask_fee(request_id=package.request_id, work=Work(pages=100), **given)
    assert "$15.00" in words_of(fee.letter)
    with pytest.raises(NotReady, match="paid in advance"):
        actions.release_package(package_id=package.id, words="Here.", **given)
    actions.note_payment(fee_id=fee.id, **given)
    actions.release_package(package_id=package.id, words="Here.", **given)


def test_a_fee_is_replaced_or_waived_with_a_reason(cast, at):
    request, given = acknowledged(cast, at), {"actor": paul(cast), "at": at}
    first = actions.ask_fee(request_id=request.id, work=Work(pages=100), **given)
    second = actions.ask_fee(request_id=request.id, work=Work(pages=50), **given)
    with pytest.raises(InvalidInput):
        actions.waive_fee(fee_id=second.id, reason=" ", **given)
    actions.waive_fee(fee_id=second.id, reason="Public interest", **given)
    states = dict(FeeEstimate.objects.values_list("id", "state"))
    assert states == {first.id: "replaced", second.id: "waived"}
    with pytest.raises(Conflict):
        actions.note_payment(fee_id=second.id, **given)
    with pytest.raises(Refused):
        actions.ask_fee(
            request_id=request.id, work=Work(pages=1), actor=cast.acting(cast.rex), at=at
        )


@pytest.mark.clause("G-5")
def test_a_partial_release_says_each_reason_and_how_to_have_it_reviewed(cast, at):
    package = released(cast, at)
    letter = Letter.objects.get(request=package.request)
    text = words_of(letter)
    assert (letter.kind, "19.36(10)(a)" in text, "mandamus" in text) == ("denial", True, True)


def test_nothing_found_is_a_plain_answer(cast, at):
    request = acknowledged(cast, at)
    actions.answer_without_release(
        request_id=request.id, words="We have none.", actor=paul(cast), at=at
    )
    letter = Letter.objects.get(request=request)
    text = words_of(letter)
    assert (letter.kind, "mandamus" in text) == ("answer", False)
    day, under = written_day(localdate(at)), f"{custodian(cast).name} Records custodian, Model City"
    assert (f"{day} Pat Public" in text, under in text) == (True, True)


def served(cast, at, who="ana"):
    package = packaged(cast, at)
    item = package.request.items.first()
    return package, actions.serve_notice(
        item_id=item.id,
        person_id=getattr(cast, who).id,
        cause=Cause.DISCIPLINE,
        actor=paul(cast),
        at=at,
    )


@pytest.mark.clause("G-5")
def test_release_waits_until_a_record_subject_was_heard(cast, at):
    package, notice = served(cast, at)
    give = {"package_id": package.id, "words": "Here.", "actor": paul(cast)}
    with pytest.raises(NotReady, match="people told"):
        actions.release_package(**give, at=at)
    assert notice.object_by - at >= timedelta(days=7)  # five working days, a holiday among them
    actions.answer_notice(notice_id=notice.id, objects=False, actor=cast.acting(cast.ana), at=at)
    actions.release_package(**give, at=at)


def test_who_objects_has_longer_and_a_suit_holds_it_until_it_is_settled(cast, at):
    package, notice = served(cast, at)
    given = {"notice_id": notice.id, "at": at}
    actions.answer_notice(objects=True, statement="No", actor=cast.acting(cast.ana), **given)
    actions.note_suit(actor=paul(cast), **given)
    late = notice.sue_by.astimezone(UTC) + timedelta(days=100)
    with pytest.raises(NotReady):
        actions.release_package(package_id=package.id, words="Here.", actor=paul(cast), at=late)
    actions.settle_notice(notice_id=notice.id, words="Withdrawn", actor=paul(cast), at=late)
    actions.release_package(package_id=package.id, words="Here.", actor=paul(cast), at=late)


def test_who_says_nothing_holds_nothing_after_their_days(cast, at):
    package, notice = served(cast, at)
    after = notice.object_by.astimezone(UTC) + timedelta(seconds=1)
    with pytest.raises(Conflict, match="over"):
        actions.answer_notice(
            notice_id=notice.id, objects=True, actor=cast.acting(cast.ana), at=after
        )
    actions.release_package(package_id=package.id, words="Here.", actor=paul(cast), at=after)


def test_nobody_answers_a_notice_to_another(cast, at):
    _, notice = served(cast, at)
    with pytest.raises(Refused):
        actions.answer_notice(notice_id=notice.id, objects=True, actor=cast.acting(cast.rex), at=at)
    assert list(queries.notices_to(cast.acting(cast.rex))) == []
    assert list(queries.notices_to(cast.acting(cast.ana))) == [notice]
    assert "discipl" in Message.objects.get(recipient=cast.ana.email, subject__contains="you").text


def test_a_notice_follows_a_decision(cast, at):
    item = collected(cast, at)[0]
    with pytest.raises(NotReady):
        actions.serve_notice(
            item_id=item.id,
            person_id=cast.ana.id,
            cause=Cause.OFFICER,
            actor=paul(cast),
            at=at,
        )


def test_an_appeal_is_answered_once_and_may_change_the_answer(cast, at):
    request = released(cast, at).request
    ask = {"request_id": request.id, "channel": Channel.WEB, "actor": PUBLIC, "at": at}
    appeal = actions.file_appeal(text="Too much is black", **ask)
    with pytest.raises(Conflict):
        actions.file_appeal(text="Once more", **ask)
    given = {"appeal_id": appeal.id, "words": "You are right.", "actor": paul(cast), "at": at}
    actions.decide_appeal(finding=Finding.CHANGED, **given)
    assert RecordsRequest.objects.get(id=request.id).state == RequestState.REVIEWING
    assert Letter.objects.filter(request=request, kind="appeal").count() == 1
    with pytest.raises(Conflict):
        actions.decide_appeal(finding=Finding.UPHELD, **given)


def test_an_appeal_before_an_answer_is_none(cast, at):
    request = acknowledged(cast, at)
    with pytest.raises(Conflict):
        actions.file_appeal(
            request_id=request.id, text="Slow", channel=Channel.WEB, actor=PUBLIC, at=at
        )


def test_every_state_of_fees_and_notices_is_reached():
    assert FEE.reachable() == frozenset(FEE.states)
    assert NOTICE.reachable() == frozenset(NOTICE.states)


@given(st.sampled_from(NoticeState), st.integers(-5, 20))
def test_what_bars_a_release_ends_but_for_a_suit(state, days):
    from tests.cast import AT

    object_by, sue_by = AT + timedelta(days=5), AT + timedelta(days=10)
    found = bars(state, object_by, sue_by, AT + timedelta(days=days))
    if days > 10:
        assert found == (state is NoticeState.SUED)
    if state in {NoticeState.WAIVED, NoticeState.SETTLED}:
        assert not found
