"""The brake: counted exactly, however many hands pull at once; let go by a second person."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.compliance import schedule
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule, ActionStop, AutomaticAct, Restriction
from quartermaster.compliance.rules.automatic import Action, is_jump, most, sudden
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.mdm import actions as mdm
from quartermaster.notify.models import Message
from quartermaster.org.errors import ProofNeeded
from tests.cast import AT
from tests.factories import automatic as make
from tests.factories.destruction import second_person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("asked")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def many(cast, at):
    """Twelve phones that fail since long, and the day on which a rule may act on them."""
    found = make.phones(cast, 12, at)
    make.fail(found, at)
    return make.later(found, at)


def restricted():
    return Restriction.objects.filter(lifted_at=None).count()


def told(what):
    rows = Message.objects.filter(key__contains=f":{what}:")
    return sorted(rows.values_list("recipient", flat=True))


@pytest.mark.clause("G-10")
def test_at_its_limit_a_rule_stops_itself_and_who_must_look_is_told(
    many, ida, ben, auditor, no_jump
):
    rule = make.on(ida, ben, many)
    for minute in range(5):
        make.tick(many + timedelta(minutes=minute))
    rule.refresh_from_db()
    stop = ActionStop.objects.get()
    assert (rule.state, restricted(), stop.cause, stop.stopped_by) == ("stopped", 3, "limit", None)
    assert stop.note == (
        "It acted on 3 devices within 24 hours, and more than 3 takes a person who looks at the"
        " plan."
    )
    assert told("stopped") == sorted(["ida@city.example", "ben1006@city.example", auditor.email])
    assert AutomaticAct.objects.filter(state="due").count() == 1  # nothing is lost


@pytest.mark.clause("G-10")
def test_time_alone_does_not_let_a_stopped_rule_go_on(many, ida, ben, no_jump):
    make.on(ida, ben, many)
    for day in range(5):
        make.tick(many + day * DAY)
    assert restricted() == 3


@pytest.mark.clause("G-10")
def test_another_than_the_author_looks_at_the_plan_and_lets_it_go_on(many, cast, ida, ben, no_jump):
    rule = make.on(ida, ben, many)
    make.tick(many)
    plan = make.plan(rule, many)
    assert (plan.devices, len(plan.skipped)) == (9, 3)
    said = {"rule_id": rule.id, "shown": plan.digest, "reason": "The plan is right", "at": many}
    for actor in (ida, make.HOUSE, cast.acting(cast.cole), cast.acting(cast.rex)):
        with pytest.raises(Refused):
            automatic.go_on(**said, proof=None, actor=actor)
    with pytest.raises(ProofNeeded):
        automatic.go_on(**said, proof=None, actor=ben)
    make.go_on(rule, ben, many + HOUR / 2)
    make.tick(many + HOUR)
    assert restricted() == 6
    for hour in (2, 4):
        make.go_on(rule, ben, many + hour * HOUR)
        make.tick(many + (hour + 1) * HOUR)
    rule.refresh_from_db()
    assert (rule.state, restricted()) == ("on", 12)


@pytest.mark.clause("G-10")
def test_within_its_span_the_limit_is_not_begun_anew(many, ida, ben, no_jump):
    rule = make.on(ida, ben, many, make.terms(count=8, percent=25, hours=48))
    make.tick(many)
    rule.refresh_from_db()
    assert (rule.state, restricted()) == ("stopped", 3)  # a quarter of twelve


@pytest.mark.clause("G-10")
def test_all_rules_together_have_a_limit_that_only_time_eases(many, ida, ben, no_jump, settings):
    settings.AUTOMATIC_LIMIT_FLEET, settings.AUTOMATIC_LIMIT_PERCENT = 4, 0
    first, other = (make.on(ida, ben, many) for _ in range(2))
    for minute in range(0, 6, 2):
        make.tick(many + timedelta(minutes=minute))
        for rule in (first, other):
            rule.refresh_from_db()
            if rule.state == "stopped":
                make.go_on(rule, ben, many + timedelta(minutes=minute + 1))
    acted = AutomaticAct.objects.exclude(acted_at=None).values_list("device_id", flat=True)
    assert len(set(acted)) == 4
    assert set(ActionStop.objects.values_list("cause", flat=True)) == {"ceiling", "limit"}
    make.tick(many + DAY + HOUR)
    assert len(set(acted.all())) > 4


@pytest.mark.clause("G-10")
def test_many_that_fail_at_once_stop_a_rule_before_it_acts(many, cast, ida, ben, settings):
    settings.AUTOMATIC_JUMP_LEAST = 5
    rule = make.on(ida, ben, many)
    assert "12 of 12 devices began to fail “Passcode”" in make.plan(rule, many).jump
    make.tick(many)
    rule.refresh_from_db()
    assert (rule.state, restricted(), ActionStop.objects.get().cause) == ("stopped", 0, "jump")
    make.go_on(rule, ben, many)  # a person looked: they really fail
    make.tick(many + HOUR)
    assert restricted() == 3


@pytest.mark.clause("G-10")
def test_anybody_at_itmd_stops_everything_and_nothing_is_lost(many, cast, ida, ben, no_jump):
    make.on(ida, ben, many)
    helper = cast.acting(second_person(cast, "itmd_helpdesk", "1010"))
    for actor in (cast.acting(cast.rex), cast.acting(cast.cole), cast.acting(cast.ana)):
        with pytest.raises(Refused):
            automatic.stop_everything(reason="an attack", actor=actor, at=many)
    stop = automatic.stop_everything(reason="an attack", actor=helper, at=many)
    make.tick(many)
    make.tick(many + DAY)
    assert (restricted(), AutomaticAct.objects.count()) == (0, 0)
    for actor, proof in ((helper, None), (make.HOUSE, None), (ida, None)):
        with pytest.raises((Refused, ProofNeeded)):
            automatic.let_everything_go_on(
                reason="It was nothing", proof=proof, actor=actor, at=many
            )
    proof = make.proof(ben, make.going_on(stop.id), many)
    automatic.let_everything_go_on(reason="It was nothing", proof=proof, actor=ben, at=many)
    make.tick(many + DAY)
    assert restricted() == 3


@pytest.mark.clause("G-10")
def test_stopping_all_that_destroys_holds_what_acts_by_itself(many, ida, ben, no_jump):
    make.on(ida, ben, many)
    mdm.stop_everything(reason="an attack", actor=ida, at=many)
    make.tick(many)
    assert (restricted(), ActionStop.objects.get(rule=None).note) == (0, "Ida Lindqvist: an attack")
    mdm.stop_everything(reason="once more", actor=ida, at=many)
    with pytest.raises(Conflict):
        automatic.stop_everything(reason="and again", actor=ida, at=many)


@pytest.mark.clause("G-10")
def test_anybody_at_itmd_stops_one_rule(many, cast, ida, ben, no_jump):
    rule = make.on(ida, ben, many)
    helper = cast.acting(second_person(cast, "itmd_helpdesk", "1010"))
    automatic.stop_rule(rule_id=rule.id, reason="it looks odd", actor=helper, at=many)
    make.tick(many)
    assert restricted() == 0
    with pytest.raises(Conflict):
        automatic.stop_rule(rule_id=rule.id, reason="it looks odd", actor=helper, at=many)
    make.go_on(rule, ben, many)
    make.tick(many)
    assert restricted() == 3


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("action", [Action.RESTRICT, Action.REMOVAL])
def test_many_workers_at_once_do_not_pass_the_limit(many, ida, ben, no_jump, action):
    rules = [make.on(ida, ben, many, make.terms(action)) for _ in range(2)]
    hands = 6
    together = Barrier(hands)

    def pull(_number):
        together.wait(timeout=30)
        try:
            return schedule.act_by_rules(many)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(pull, range(hands)))
    schedule.act_by_rules(many)
    for rule in rules:
        acted = AutomaticAct.objects.filter(rule=rule).exclude(acted_at=None)
        assert (acted.count(), acted.values("device").distinct().count()) == (3, 3)
    assert set(ActionRule.objects.values_list("state", flat=True)) == {"stopped"}


@pytest.mark.clause("G-10")
def test_of_two_who_switch_a_rule_on_at_once_one_does(cast, ida, ben, many, no_jump):
    rule = make.tried(ida, many)
    third = cast.acting(second_person(cast, "security_approver", "1009"))
    together = Barrier(2)

    def switch(actor):
        together.wait(timeout=30)
        try:
            return make.approve(rule, actor, many).state
        except Conflict as problem:
            return problem.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(switch, (ben, third))) == ["conflict", "on"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 1001},
        {"percent": 0},
        {"percent": 26},
        {"hours": 0},
        {"hours": 721},
        {"after_days": -1},
        {"checks": ()},
        {"action": Action.WIPE, "ownerships": ()},
        {"action": Action.LOCK, "ownerships": ("city", "personal")},
        {"departments": ("nowhere",)},
    ],
)
def test_no_rule_is_wider_than_the_house_allows(ida, at, wrong):
    with pytest.raises(InvalidInput):
        make.proposed(ida, at, make.terms(**wrong))


@given(st.integers(1, 1000), st.floats(0.1, 25), st.integers(0, 100_000))
def test_a_rules_limit_is_the_smaller_of_both_and_never_nothing(count, percent, fleet):
    found = most(count, percent, fleet)
    assert 1 <= found <= count
    assert found == 1 or found <= fleet * percent / 100


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=40), st.integers(0, 50))
def test_what_came_at_once_is_counted_as_the_eye_does(pairs, hours):
    opened = [(device, AT + timedelta(hours=hour)) for device, hour in pairs]
    plain = max(
        (
            len({device for device, hour in pairs if begin <= hour <= begin + hours})
            for _, begin in pairs
        ),
        default=0,
    )
    assert sudden(opened, timedelta(hours=hours)) == plain


def test_a_jump_is_many_and_a_large_part():
    assert is_jump(11, 100, percent=10, least=10)
    assert not is_jump(10, 100, percent=10, least=10)
    assert not is_jump(9, 9, percent=10, least=10)


@pytest.mark.clause("G-10")
def test_an_approval_that_was_written_by_another_way_is_found_out(
    many, cast, ida, ben, auditor, no_jump
):
    rule = make.tried(ida, many)
    with connection.cursor() as cursor:  # as far as a thief with the database gets
        cursor.execute(
            "INSERT INTO compliance_ruleapproval (id, version_id, approver_id, reason, digest,"
            " proved_at, approved_at, sealed_proof) SELECT gen_random_uuid(), id, %s, 'mine',"
            " digest, made_at, made_at, 'forged'::bytea FROM compliance_ruleversion",
            [ben.person_id],
        )
    ActionRule.objects.update(state="on")
    make.tick(many)
    rule.refresh_from_db()
    assert (rule.state, restricted()) == ("stopped", 0)
    assert ActionStop.objects.get().cause == "tampered"
    assert auditor.email in told("stopped")
