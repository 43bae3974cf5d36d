"""Whatever happens in whatever order: the ladder keeps its promises."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as house
from django.db import transaction
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from quartermaster.compliance import schedule
from quartermaster.compliance.actions import cases
from quartermaster.compliance.actions.findings import close
from quartermaster.compliance.models import Case, Evaluation
from quartermaster.compliance.rules import cases as rules
from quartermaster.compliance.rules import findings
from quartermaster.compliance.rules.cases import CASE, CaseState, Grade, Trigger
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.kernel import workdays
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.roles import Role
from tests.factories import cases as make

HOUSE = system("test")
ZONE = "America/Chicago"
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.frozensets(days, max_size=12)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(
    lambda value: value.replace(tzinfo=ZoneInfo(ZONE))
)


@pytest.mark.clause("C-1")
@given(
    st.sampled_from(FindingState),
    st.sampled_from(Severity),
    st.sampled_from(State),
    st.integers(0, 9),
    st.integers(2, 9),
)
def test_a_trigger_needs_a_notice_and_a_certain_failure(finding, severity, now, earlier, repeats):
    found = rules.trigger_of(
        finding=finding, severity=severity, now=now, earlier=earlier, repeats=repeats
    )
    if found is not None:
        assert now is State.FAIL
        assert finding in {FindingState.NOTICED, FindingState.OVERDUE}
    if found is Trigger.CONTINUED:
        assert finding is FindingState.OVERDUE
    if now is State.FAIL and finding is FindingState.OVERDUE:
        assert found is not None


@pytest.mark.clause("C-1")
def test_every_state_is_reached_and_only_a_confirmation_refers():
    assert CASE.reachable() == set(CaseState)
    assert CASE.terminal == set(CaseState) - rules.LIVE_CASES
    into = {t.verb for t in CASE.transitions.values() if t.target in rules.REFERRED}
    outside = {
        t.verb
        for t in CASE.transitions.values()
        if t.target in rules.REFERRED and t.sources - rules.REFERRED
    }
    assert (outside, "confirm" in into) == ({"confirm"}, True)
    assert set(rules.PERIODS) == set(rules.OWNERS) == rules.LIVE_CASES
    assert set(rules.PERIODS.values()) == set(rules.CASE_DAYS)


@pytest.mark.clause("C-1")
@given(instants, st.integers(1, 90), calendars)
def test_a_deadline_is_never_in_the_past(at, count, holidays):
    until = workdays.end_of_working_day(at, count, ZONE, holidays)
    assert until > at
    assert at <= findings.reminder_at(at, until) <= until


@pytest.mark.clause("C-1")
@given(instants, st.sampled_from(Severity), calendars, calendars)
def test_holidays_never_shorten_a_period(at, severity, before, more):
    plain = findings.cure_until(at, severity, ZONE, before)
    assert findings.cure_until(at, severity, ZONE, before | more) >= plain
    later = findings.prolonged(at, plain, ZONE, before, before | more)
    assert later == findings.cure_until(at, severity, ZONE, before | more)
    assert findings.prolonged(at, plain, ZONE, before | more, before) >= plain


@given(st.sampled_from(Grade), st.sampled_from(Grade))
def test_the_scale_has_an_order(one, other):
    assert rules.no_graver(one, other) or rules.no_graver(other, one)
    assert (rules.no_graver(one, other) and rules.no_graver(other, one)) == (one is other)


class Undone(Exception):  # noqa: N818 (it undoes a run, nothing went wrong)
    """Ends a run, so that the next begins with nothing."""


_WHOLE_WAY = [
    ("evaluate", "fail"),
    ("confirm", "cole"),
    ("acknowledge", "sue"),
    ("outcome", "hana"),
    ("appeal", "ana"),
    ("review", "hana"),
    ("review", "otto"),
]
_STATES = ["pass", "fail", "unknown", "stale", "pending", "excepted"]
moves = st.one_of(
    st.tuples(st.just("evaluate"), st.sampled_from(_STATES)),
    st.tuples(st.just("wait"), st.integers(1, 20)),
    st.tuples(
        st.sampled_from(
            ["confirm", "dismiss", "withdraw", "acknowledge", "outcome", "appeal", "review"]
        ),
        st.sampled_from(["ana", "cole", "sue", "ida", "rex", "hana", "otto", "house"]),
    ),
)


@pytest.mark.django_db
@pytest.mark.clause("C-1", "E-1")
def test_whatever_happens_the_ladder_holds(cast, at):
    people = {
        name: cast.acting(getattr(cast, name)) for name in ("ana", "cole", "sue", "ida", "rex")
    }
    people["hana"] = cast.acting(make.with_role(cast, Role.HR))
    people["otto"] = cast.acting(make.with_role(cast, Role.HR, "Otto Lind"))
    people["house"] = HOUSE

    @settings(max_examples=30)
    @example("serious", _WHOLE_WAY)
    @example("high", [("wait", 9), ("evaluate", "excepted"), ("wait", 9), ("evaluate", "fail")])
    @example("high", [("wait", 9), ("evaluate", "pass"), ("confirm", "ida")])
    @given(st.sampled_from(["serious", "high"]), st.lists(moves, min_size=4, max_size=16))
    def play(severity, taken):
        with pytest.raises(Undone), transaction.atomic():
            _play(cast, people, severity, taken, at)
            raise Undone

    play()


def _play(cast, people, severity, taken, at):
    finding, now, confirmed = make.told(cast.ana, at, severity=severity), at, False
    for what, more in taken:
        was, had = _state(finding), Evaluation.objects.get().state
        if what == "evaluate":
            _evaluate(finding, more, now)
        elif what == "wait":
            now += timedelta(days=more)
        else:
            acted = _act(finding, what, people[more], now)
            confirmed = confirmed or (acted and what == "confirm")
        schedule.take_steps(now)
        schedule.take_steps(now)
        _holds(finding, now, was, had, confirmed=confirmed)


def _state(finding):
    return Case.objects.filter(finding=finding).values_list("state", flat=True).first()


def _evaluate(finding, state, now):
    Evaluation.objects.update(state=state)
    finding.refresh_from_db()
    ends = {"pass": FindingState.CURED, "excepted": FindingState.EXCEPTED}.get(state)
    if ends is not None and finding.state in LIVE:
        with act(HOUSE, now) as doing:
            close(finding, ends, "Seen.", doing)
        outbox.deliver_due(now)


def _act(finding, what, actor, now):
    case = Case.objects.filter(finding=finding).first()
    if case is None:
        return False
    words = {"case": case, "actor": actor, "at": now}
    verbs = {
        "confirm": lambda: cases.confirm(reason="x", **words),
        "dismiss": lambda: cases.dismiss(reason="x", **words),
        "withdraw": lambda: cases.withdraw_case(reason="x", **words),
        "acknowledge": lambda: cases.acknowledge(**words),
        "outcome": lambda: cases.record_outcome(grade=Grade.NO_ACTION, reason="x", **words),
        "appeal": lambda: cases.appeal(text="x", **words),
        "review": lambda: cases.review_appeal(grade=Grade.NO_ACTION, reason="x", **words),
    }
    try:
        verbs[what]()
    except HouseError:
        return False
    return True


def _holds(finding, now, was, had, *, confirmed):
    finding.refresh_from_db()
    case = Case.objects.filter(finding=finding).first()
    event(case.state if case is not None else "no case")
    if finding.state == FindingState.CURED and case is not None:
        late = case.trigger == Trigger.CONTINUED and case.paused_at is None
        assert not (late and case.state == CaseState.PREPARED)  # cured always closes
    if case is None:
        return
    told = Message.objects.filter(template="compliance/notices/notice", about_id=str(finding.id))
    assert told.filter(created_at__lte=case.prepared_at).count() == 1  # the notice came first
    if was is None:
        assert Evaluation.objects.get().state == "fail"  # nothing uncertain opened it
        assert finding.severity == "serious" or case.prepared_at >= finding.cure_until
    assert (case.referred_at is not None) == confirmed  # a person, and nobody else, refers
    assert (case.confirmed_by is not None) == confirmed
    assert case.holder_id not in {case.confirmed_by_id, case.acknowledged_by_id}
    if case.state != was and case.due_at is not None:
        assert case.due_at > now  # a deadline that is set lies ahead
    if case.paused_at is not None:
        assert case.due_at is None
        assert (
            had != "fail"
            or Evaluation.objects.get().state != "fail"
            or case.state
            in {
                "decided",
                "appealed",
            }
        )


def test_the_settings_name_every_period():
    assert set(house.CASE_DAYS) == set(rules.CASE_DAYS)
    assert set(house.CURE_DAYS) == {grade.value for grade in Severity}
