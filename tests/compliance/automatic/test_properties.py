"""Whatever happens in whatever order: the limits hold, and nobody is acted on before their time."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule, AutomaticAct, Finding, Restriction
from quartermaster.compliance.rules.automatic import (
    ACT,
    ON_PERSONAL,
    RULE,
    Action,
    ActState,
    RuleState,
    Terms,
    Told,
    ripe_at,
)
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.inventory import holds
from quartermaster.inventory.models import Device
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, HouseError
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.notify.models import Message
from tests.cast import AT
from tests.factories import automatic as make
from tests.factories import mdm
from tests.factories.inventory import PersonalDeviceFactory

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PHONES = 6  # the last of them Ana's own
CEILING, LIMIT, SPAN = 4, 2, 48
instants = st.integers(0, 24 * 60).map(lambda hours: AT + hours * HOUR)
several = st.booleans()


@pytest.mark.clause("C-1")
@given(
    st.sampled_from(Severity),
    st.none() | instants,
    st.none() | instants,
    st.none() | instants,
    st.integers(0, 30),
    several,
)
def test_no_rule_may_act_before_the_holder_had_the_time(
    severity, noticed, until, delivered, days, at_once
):
    terms = Terms(Action.RESTRICT, ("x",), after_days=days, serious_at_once=at_once)
    ripe = ripe_at(Told(severity, noticed, until, delivered), terms)
    if noticed is None or until is None:
        assert ripe is None
    elif severity is Severity.SERIOUS and at_once:
        assert ripe == noticed + days * DAY
    elif delivered is None:
        assert ripe is None
    else:
        assert ripe >= until + days * DAY
        assert ripe - max(noticed, delivered) >= until - noticed


@pytest.mark.clause("G-10")
def test_the_machines_have_no_way_around_a_second_person():
    assert RULE.reachable() == set(RuleState)
    assert RULE.terminal == {RuleState.RETIRED}
    into = {t.verb for t in RULE.transitions.values() if t.target is RuleState.ON}
    assert into == {"approve", "go on"}
    assert ACT.reachable() == set(ActState) - {ActState.DRY}
    asked = {t.verb for t in ACT.transitions.values() if t.target is ActState.ASKED}
    assert asked == {"ask"}


class Undone(Exception):  # noqa: N818 (it undoes a run, nothing went wrong)
    """Ends a run, so that the next begins with nothing."""


phones = st.integers(0, PHONES - 1)
moves = st.one_of(
    st.tuples(st.just("fail"), phones),
    st.tuples(st.just("cure"), phones),
    st.tuples(st.just("hold"), phones),
    st.tuples(st.just("wait"), st.sampled_from([1, 12, 24, 24 * 7, 24 * 14])),
    st.tuples(
        st.sampled_from(["approve", "go on", "change", "stop", "ask", "stop all", "go on all"]),
        st.sampled_from(["ida", "ben", "ana", "rex", "house"]),
    ),
    st.tuples(st.just("lose mail"), st.just(0)),
)
_EACH = [("fail", number) for number in range(PHONES)]
_LATE = [*_EACH, ("wait", 24 * 14), *_EACH]


@pytest.mark.django_db
@pytest.mark.clause("C-1", "G-10", "G-1")
@pytest.mark.usefixtures("asked", "no_jump")
def test_whatever_happens_the_limits_and_the_notice_hold(cast, ida, ben, at, settings_of_house):
    people = {
        "ida": ida,
        "ben": ben,
        "ana": cast.acting(cast.ana),
        "rex": cast.acting(cast.rex),
        "house": make.HOUSE,
    }
    found = make.phones(cast, PHONES - 1, at)
    own = PersonalDeviceFactory(holder=cast.ana, department=cast.water, platform="ios")
    mdm.enrolled(own, at, last_seen_at=at)
    found.append(own)

    @settings(max_examples=15)
    @example([*_LATE, ("wait", 1), ("go on", "ben"), ("wait", 1), ("wait", 24)])
    @example([*_LATE, ("stop all", "ida"), ("wait", 24), ("go on all", "ben"), ("wait", 1)])
    @example([*_LATE, ("hold", 0), ("hold", 1), ("hold", 2), ("wait", 1), ("ask", "ida")])
    @given(st.lists(moves, min_size=4, max_size=14))
    def play(taken):
        with pytest.raises(Undone), transaction.atomic():
            _Play(people, found, at).all(taken)
            raise Undone

    play()


@pytest.fixture
def settings_of_house(settings):
    settings.AUTOMATIC_LIMIT_FLEET, settings.AUTOMATIC_LIMIT_PERCENT = CEILING, 0


class _Play:
    def __init__(self, people, found, at):
        self.people, self.found, self.at = people, found, at
        self.held: set = set()
        self.cured: set = set()
        ida, ben = people["ida"], people["ben"]
        said = {"count": LIMIT, "percent": 25.0, "hours": SPAN}
        checks = ("passcode",)
        self.rules = [
            make.on(ida, ben, at, make.terms(action, checks=checks, **{**said, "percent": 25.0}))
            for action in (Action.RESTRICT, Action.REMOVAL)
        ]

    def all(self, taken):
        holds.register(self._hold)
        try:
            for what, more in taken:
                self._one(what, more)
                self._tick()
                self._check()
        finally:
            holds.forget(self._hold)

    def _hold(self, device, at):
        return {"test": "A matter is in court."} if device.id in self.held else {}

    def _one(self, what, more):
        if what == "wait":
            self.at += more * HOUR
        elif what == "fail":
            make.fail(self.found[more], self.at)
            self.cured.discard(self.found[more].id)
            self.at += timedelta(minutes=1)
        elif what == "cure":
            make.report(self.found[more], self.at, good=True)
            self.cured.add(self.found[more].id)
            outbox.deliver_due(self.at)
        elif what == "hold":
            self.held ^= {self.found[more].id}
        elif what == "lose mail":
            mail = Message.objects.filter(template="compliance/notices/notice")
            mail.update(state="failed", sent_at=None)
        else:
            for rule in self.rules:
                self._person(what, rule, self.people[more])

    def _person(self, what, rule, actor):
        rule.refresh_from_db()
        common = {"actor": actor, "at": self.at}
        count = rule.current.number % 2 + 1
        verbs = {
            "approve": lambda: make.approve(rule, actor, self.at),
            "go on": lambda: self._go_on(rule, actor),
            "change": lambda: automatic.change_rule(
                rule_id=rule.id,
                terms=make.terms(Action(rule.current.action), count=count, hours=SPAN),
                reason="Another number",
                **common,
            ),
            "stop": lambda: automatic.stop_rule(rule_id=rule.id, reason="a drill", **common),
            "stop all": lambda: automatic.stop_everything(reason="a drill", **common),
            "go on all": lambda: self._resume(actor),
            "ask": lambda: automatic.ask_for_proposals(
                rule_id=rule.id,
                act_ids=list(rule.acts.filter(state="proposed").values_list("id", flat=True)),
                reason="As the rule says",
                **common,
            ),
        }
        try:
            with transaction.atomic():
                verbs[what]()
        except HouseError:
            event(f"{what} refused")
        else:
            assert actor.label not in {"Ana Reyes", "Rex Moreau"}
            event(what)

    def _go_on(self, rule, actor):
        if make.queries.stop_of(rule) is None:
            raise Conflict("It does not stand still.")
        make.go_on(rule, actor, self.at)

    def _resume(self, actor):
        stop = make.queries.everything_stopped()
        if stop is None:
            raise Conflict("Nothing stands still.")
        proof = make.proof(actor, make.going_on(stop.id), self.at)
        automatic.let_everything_go_on(
            reason="It was a drill", proof=proof, actor=actor, at=self.at
        )

    def _tick(self):
        before = set(AutomaticAct.objects.exclude(acted_at=None).values_list("id", flat=True))
        running = set(
            ActionRule.objects.filter(state=RuleState.ON.value).values_list("id", flat=True)
        )
        stopped = make.queries.everything_stopped() is not None
        self.at += timedelta(minutes=1)
        make.tick(self.at)
        outbox.deliver_due(self.at)
        new = AutomaticAct.objects.exclude(acted_at=None).exclude(id__in=before)
        for item in new.select_related("finding", "device", "version__approval"):
            event(f"acted: {item.action}")
            assert not stopped
            assert item.rule_id in running
            assert item.device_id not in self.held | self.cured
            assert item.version.approval.approver_id != item.version.author_id
            assert item.finding.noticed_at <= item.acted_at
            assert item.finding.cure_until <= item.acted_at
            assert item.delivered_at <= item.acted_at

    def _check(self):
        acted = list(
            AutomaticAct.objects.exclude(acted_at=None)
            .order_by("acted_at")
            .values_list("acted_at", "device_id", "rule_id")
        )
        for begin, _, _ in acted:
            day = {device for when, device, _ in acted if begin <= when < begin + DAY}
            assert len(day) <= CEILING
            for rule in ActionRule.objects.all():
                since = max(begin, rule.looked_at or begin)
                span = {
                    device
                    for when, device, key in acted
                    if key == rule.id and since <= when < begin + SPAN * HOUR
                }
                assert len(span) <= LIMIT
        own = Device.objects.filter(ownership="personal")
        done = set(AutomaticAct.objects.filter(device__in=own).values_list("action", flat=True))
        assert done <= {action.value for action in ON_PERSONAL}
        assert Command.objects.filter(target__isnull=False).count() == 0
        assert not DestructiveRequest.objects.exclude(state="requested").exists()
        for restriction in Restriction.objects.filter(lifted_at=None):
            assert restriction.act.finding.closed_at is None
        assert Finding.objects.filter(automatic_acts__isnull=False, noticed_at=None).count() == 0
