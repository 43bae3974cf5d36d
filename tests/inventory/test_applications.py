"""Deciding about applications, asking, and one answer for everybody."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.audit.models import Entry
from quartermaster.inventory.actions import applications as actions
from quartermaster.inventory.actions.applications import Decision
from quartermaster.inventory.applications import (
    Gap,
    decided,
    decisions_visible_to,
    questions_visible_to,
    standing,
)
from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion
from quartermaster.inventory.verdicts import Verdict
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from tests.factories.applications import DecisionFactory, QuestionFactory

pytestmark = pytest.mark.django_db
HOUSE = system("test")


def about(**more):
    given = {"title": "Lucky Casino", "identifier": "com.play.casino", "reason": "Gambling"}
    return Decision(**{"verdict": Verdict.BLOCKED, **given, **more})


def decide(cast, at, **more):
    return actions.decide(decision=about(**more), actor=cast.acting(cast.ida), at=at)


def ask(person, cast, at, **more):
    given = {"title": "Sketches", "platform": "ios", "purpose": "Plans", **more}
    return actions.ask(**given, actor=cast.acting(person), at=at)


@pytest.mark.clause("G-4")
def test_a_decision_says_what_why_by_whom_and_until_when(cast, at):
    made = decide(cast, at, until=date(2027, 1, 1), minimum_version="", name_pattern=" ")
    assert (made.verdict, made.reason, made.decided_by, made.decided_at, made.until) == (
        "blocked",
        "Gambling",
        cast.acting(cast.ida).label,
        at,
        date(2027, 1, 1),
    )
    entry = Entry.objects.get(tag="inventory.application.decided")
    assert entry.data["verdict"] == "blocked"


def test_another_decision_on_the_same_takes_its_place(cast, at):
    first = decide(cast, at)
    second = decide(cast, at, verdict=Verdict.ALLOWED, identifier="COM.play.CASINO")
    phones = decide(cast, at, platform="ios")
    first.refresh_from_db()
    assert (first.ended_at, first.end_reason) == (at, actions.REPLACED)
    assert set(standing(ApplicationDecision.objects.all(), at.date())) == {second, phones}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"reason": " "}, "reason"),
        ({"identifier": ""}, "identifier"),
        ({"name_pattern": "*casino*"}, "identifier"),
        ({"identifier": "com play"}, "identifier"),
        ({"identifier": "com.play.*"}, "identifier"),
        ({"identifier": "", "name_pattern": "*"}, "name_pattern"),
        ({"platform": "amiga"}, "platform"),
        ({"verdict": Verdict.ALLOWED, "minimum_version": "new"}, "minimum_version"),
        ({"minimum_version": "1.0"}, "minimum_version"),
        ({"until": date(2026, 11, 24)}, "until"),
    ],
)
def test_what_could_not_be_judged_by_is_refused(cast, at, wrong, field):
    with pytest.raises(InvalidInput) as told:
        decide(cast, at, **wrong)
    assert told.value.facts["field"] == field
    assert not ApplicationDecision.objects.exists()


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_itmd_decides_and_answers(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    made, asked = DecisionFactory(), QuestionFactory(asked_by=getattr(cast, who))
    for refused in (
        lambda: actions.decide(decision=about(), actor=actor, at=at),
        lambda: actions.end_decision(decision=made, reason="x", actor=actor, at=at),
        lambda: actions.answer(question=asked, decision=about(), actor=actor, at=at),
    ):
        with pytest.raises(Refused):
            refused()


def test_a_decision_is_ended_once_and_for_a_reason(cast, at):
    made, ida = DecisionFactory(), cast.acting(cast.ida)
    with pytest.raises(InvalidInput):
        actions.end_decision(decision=made, reason=" ", actor=ida, at=at)
    actions.end_decision(decision=made, reason="The maker mended it", actor=ida, at=at)
    assert (made.ended_at, made.end_reason) == (at, "The maker mended it")
    with pytest.raises(Conflict):
        actions.end_decision(decision=made, reason="Again", actor=ida, at=at)


def test_the_database_keeps_what_must_hold(cast):
    DecisionFactory(identifier="com.a", platform="")
    for broken in (
        lambda: DecisionFactory(identifier="COM.A", platform=""),
        lambda: DecisionFactory(identifier="", name_pattern=""),
        lambda: DecisionFactory(reason=""),
        lambda: DecisionFactory(verdict="maybe"),
        lambda: DecisionFactory(end_reason="no time"),
        lambda: QuestionFactory(state="answered"),
        lambda: QuestionFactory(purpose=""),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


@pytest.mark.clause("G-4")
def test_an_answer_is_for_everybody_who_asked_and_for_everybody_to_find(cast, at):
    anas = ask(cast.ana, cast, at, link="https://apps.example/sketches")
    rexs = ask(cast.rex, cast, at, title="SKETCHES")
    other = ask(cast.sue, cast, at, platform="macos")
    made = actions.answer(
        question=anas,
        decision=about(title="Sketches", identifier="com.sketch", verdict=Verdict.ALLOWED),
        actor=cast.acting(cast.ida),
        at=at,
    )
    for question in (anas, rexs, other):
        question.refresh_from_db()
    assert (anas.state, rexs.state, other.state) == ("answered", "answered", "waiting")
    assert anas.decision == rexs.decision == made
    mails = Message.objects.filter(template=actions.TEMPLATE)
    assert set(mails.values_list("recipient", flat=True)) == {cast.ana.email, cast.rex.email}
    assert all(cast.ana.family_name not in mail.text for mail in mails if "Rex" in mail.text)
    for person in (cast.ana, cast.rex, cast.sue, cast.cole):
        assert list(decisions_visible_to(cast.acting(person))) == [made]
    with pytest.raises(Conflict, match="decided already: Sketches is allowed"):
        ask(cast.cole, cast, at, title=" sketches ")


def test_a_question_is_between_who_asked_and_itmd(cast, at):
    asked = ask(cast.ana, cast, at)
    seen = {
        who: list(questions_visible_to(cast.acting(getattr(cast, who))))
        for who in ("ana", "ida", "cole", "sue", "rex")
    }
    assert seen == {"ana": [asked], "ida": [asked], "cole": [], "sue": [], "rex": []}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"purpose": ""}, "purpose"),
        ({"platform": "amiga"}, "platform"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "http://apps.example"}, "link"),
        ({"link": "https://" + "a" * 500}, "link"),
    ],
)
def test_an_odd_question_is_refused(cast, at, wrong, field):
    with pytest.raises(InvalidInput) as told:
        ask(cast.ana, cast, at, **wrong)
    assert told.value.facts["field"] == field


def test_nobody_asks_the_same_twice_or_without_end(cast, at):
    ask(cast.ana, cast, at)
    with pytest.raises(Conflict, match="asked this already"):
        ask(cast.ana, cast, at, title="sketches")
    for number in range(actions.MOST_WAITING - 1):
        ask(cast.ana, cast, at, title=f"App {number}")
    with pytest.raises(Conflict, match="wait for an answer"):
        ask(cast.ana, cast, at, title="One more")
    with pytest.raises(Refused):
        actions.ask(title="x", platform="ios", purpose="x", actor=HOUSE, at=at)


def test_ones_own_question_is_taken_back_once(cast, at):
    asked = ask(cast.ana, cast, at)
    for other in (cast.rex, cast.cole, cast.ida):
        with pytest.raises(Refused):
            actions.withdraw_question(question=asked, actor=cast.acting(other), at=at)
    ana = cast.acting(cast.ana)
    actions.withdraw_question(question=asked, actor=ana, at=at)
    assert asked.state == "withdrawn"
    for late in (
        lambda: actions.withdraw_question(question=asked, actor=ana, at=at),
        lambda: actions.answer(
            question=asked, decision=about(), actor=cast.acting(cast.ida), at=at
        ),
    ):
        with pytest.raises(Conflict):
            late()
    assert not ApplicationDecision.objects.exists()  # no answer, no decision


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(cast, at):
    asked = QuestionFactory(asked_by=cast.ana, title="Sketches")
    ida = cast.acting(cast.ida)
    barrier, outcomes = threading.Barrier(2), []

    def work(verdict):
        barrier.wait(10)
        try:
            decision = about(title="Sketches", verdict=verdict)
            actions.answer(question=asked, decision=decision, actor=ida, at=at)
            outcomes.append("answered")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(item,)) for item in (Verdict.ALLOWED, "blocked")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(outcomes) == ["answered", "refused"]
    assert ApplicationDecision.objects.filter(ended_at=None).count() == 1
    assert Message.objects.count() == 1
    assert ApplicationQuestion.objects.get().decision == ApplicationDecision.objects.get()


def test_what_is_judged_by_is_what_holds_on_the_day(cast, at):
    DecisionFactory(title="kept", until=at.date() + timedelta(days=1))
    DecisionFactory(title="run out", until=at.date())
    DecisionFactory(title="ended", ended_at=at, end_reason="x")
    assert [item.title for item in decided(at.date()).rows] == ["kept"]
    assert decided(at.date() + timedelta(days=1)).rows == ()


@pytest.mark.clause("G-4", "G-10")
def test_the_requirements_follow_by_a_plan_and_nothing_is_copied(cast, at):
    decide(cast, at)
    decide(cast, at, title="Forms", identifier="com.city.forms", verdict=Verdict.ALLOWED)
    decide(cast, at, title="Names", identifier="", name_pattern="*casino*")
    gap = Gap(at.date())
    assert [row.title for row in gap.to_block] == ["Lucky Casino"]
    assert [row.title for row in gap.to_require] == ["Forms"]
    assert gap.to_unblock == []
    before = policy.rulebook().city.get("city")
    proposal = gap.proposal(
        frozenset({"com.play.casino"}), frozenset(), frozenset({"com.city.forms"})
    )
    assert policy.rulebook().city.get("city") == before  # proposed, not done
    plan = policy.plan(proposal)
    apply_proposal(proposal=proposal, digest=plan.digest, actor=HOUSE, at=at)
    asked = policy.rulebook().city["city"]
    assert asked.blocked_software == {"com.play.casino"}
    assert asked.required_software == {"com.city.forms"}
    assert Gap(at.date()).to_block == Gap(at.date()).to_require == []
    decide(cast, at, verdict=Verdict.ALLOWED)
    assert [row.title for row in Gap(at.date()).to_unblock] == ["Lucky Casino"]


def test_other_requirements_stay_as_they_are(cast, at):
    strict = Gap(at.date()).proposal(frozenset(), frozenset(), frozenset())
    strict = type(strict)(city={"city": {"passcode_required": True}})
    apply_proposal(proposal=strict, digest=policy.plan(strict).digest, actor=HOUSE, at=at)
    decide(cast, at)
    made = Gap(at.date()).proposal(frozenset({"com.play.casino"}), frozenset(), frozenset())
    apply_proposal(proposal=made, digest=policy.plan(made).digest, actor=HOUSE, at=at)
    asked = policy.rulebook().city["city"]
    assert (asked.passcode_required, asked.blocked_software) == (True, {"com.play.casino"})
