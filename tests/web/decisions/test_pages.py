"""“May I install this?”: found by everybody, asked by anybody, answered by ITMD."""

from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion
from quartermaster.policy import queries as policy
from tests.factories.applications import DecisionFactory, QuestionFactory
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing=None):
    return reverse(f"decisions:{name}", kwargs={"key": thing.pk} if thing else None)


class TestDecisions(RoomViewTests):
    list_name = "decisions:list"
    detail_name = "decisions:one"
    seen_by = {who: {"casino"} for who in ("ana", "cole", "sue", "ida", "rex")}

    def things(self, cast, at):
        return {"casino": DecisionFactory()}


class TestQuestions(RoomViewTests):
    list_name = "decisions:questions"
    detail_name = "decisions:question"
    seen_by = {
        "ana": {"ana"},
        "cole": set(),
        "sue": set(),
        "ida": {"ana", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {
            "ana": QuestionFactory(asked_by=cast.ana),
            "rex": QuestionFactory(asked_by=cast.rex),
        }


def form(**more):
    return {
        "title": "Lucky Casino",
        "identifier": "com.play.casino",
        "verdict": "blocked",
        "reason": "It gambles for money.",
        **more,
    }


@pytest.mark.clause("G-4")
def test_a_question_becomes_an_answer_that_everybody_finds(logged_in, cast):
    ana, ida, rex = (logged_in(getattr(cast, who)) for who in ("ana", "ida", "rex"))
    asked = {
        "title": "Sketches",
        "platform": "ios",
        "link": "https://apps.example/sketches",
        "purpose": "To draw where a main broke",
    }
    answer = ana.post(to("ask"), asked)
    question = ApplicationQuestion.objects.get()
    assert (answer.status_code, answer.url) == (302, to("question", question))
    assert "Questions about applications" in ida.get("/").content.decode()
    page = ida.get(to("answer", question)).content.decode()
    assert "To draw where a main broke" in page
    given = form(title="Sketches", identifier="com.sketch", verdict="allowed", platform="ios")
    assert ida.post(to("answer", question), given).status_code == 302
    made = ApplicationDecision.objects.get()
    page = ana.get(to("question", question)).content.decode()
    assert to("one", made) in page
    found = rex.get(to("list") + "?q=sketches").content.decode()
    assert to("one", made) in found
    page = rex.get(to("one", made)).content.decode()
    assert "You may install it" in page
    assert cast.ana.name not in page  # the answer is for all, who asked is not
    assert cast.ana.name in ida.get(to("one", made)).content.decode()
    assert to("one", made) in rex.get("/search/?q=sketches").content.decode()
    again = rex.post(to("ask"), {**asked, "title": "sketches"})
    assert (again.status_code, "This is decided already" in again.content.decode()) == (409, True)


def test_what_is_wrong_with_a_decision_is_said_beside_the_form(logged_in, cast):
    client = logged_in(cast.ida)
    for wrong, words in (
        ({"identifier": ""}, "Give an identifier or a pattern of names."),
        ({"identifier": "", "name_pattern": "*"}, "at least three letters"),
        ({"verdict": "allowed", "minimum_version": "new"}, "Write a version in numbers"),
        ({"last_day": "2020-01-01"}, "Choose a later day."),
        ({"verdict": "maybe"}, "Select a valid choice"),
        ({"reason": ""}, "Fill this in."),
    ):
        answer = client.post(to("decide"), form(**wrong))
        assert (answer.status_code, words in answer.content.decode()) == (422, True), words
    assert not ApplicationDecision.objects.exists()


def test_the_last_day_belongs_to_the_decision(logged_in, cast, at):
    logged_in(cast.ida).post(to("decide"), form(last_day="2027-03-31"))
    made = ApplicationDecision.objects.get()
    assert made.until.isoformat() == "2027-04-01"
    assert "Mar 31, 2027" in logged_in(cast.ana).get(to("one", made)).content.decode()


def test_the_list_shows_what_holds_and_the_rest_when_asked(logged_in, cast, at):
    day = at.date()
    kept = DecisionFactory(title="Kept", until=None, platform="macos")
    over = DecisionFactory(title="Run out", until=day - timedelta(days=365))
    ended = DecisionFactory(title="Ended", ended_at=at, end_reason="Mended")
    client = logged_in(cast.ana)

    def shown(query=""):
        rows = client.get(to("list") + query).context["table"].page.object_list
        return {row.record.pk for row in rows}

    assert shown() == {kept.pk}
    assert shown("?standing=all") == {kept.pk, over.pk, ended.pk}
    assert shown("?platform=ios") == set()
    assert shown("?verdict=allowed") == set()
    assert "Mended" in client.get(to("one", ended)).content.decode()


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_itmd_decides(logged_in, cast, who):
    client = logged_in(getattr(cast, who))
    made, asked = DecisionFactory(), QuestionFactory()
    for url in (
        to("decide"),
        to("requirements"),
        to("end", made),
        to("answer", asked),
        to("question", asked),
        to("question-withdraw", asked),
    ):
        assert client.post(url, form()).status_code in {403, 404, 405}, url
    made.refresh_from_db()
    asked.refresh_from_db()
    assert (made.ended_at, asked.state) == (None, "waiting")


def test_a_question_is_taken_back_by_who_asked(logged_in, cast):
    asked = QuestionFactory(asked_by=cast.ana)
    ida = logged_in(cast.ida)
    assert ida.get(to("question-withdraw", asked)).status_code == 403
    assert ida.post(to("question-withdraw", asked)).status_code == 403
    client = logged_in(cast.ana)
    assert "Take it back" in client.get(to("question", asked)).content.decode()
    assert client.post(to("question-withdraw", asked)).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert client.post(to("question-withdraw", asked)).status_code == 404


def test_a_decision_is_ended_with_a_reason(logged_in, cast):
    made, client = DecisionFactory(), logged_in(cast.ida)
    assert client.post(to("end", made), {"reason": ""}).status_code == 422
    assert client.post(to("end", made), {"reason": "Mended"}).status_code == 302
    made.refresh_from_db()
    assert made.end_reason == "Mended"
    assert client.post(to("end", made), {"reason": "Mended"}).status_code == 404


@pytest.mark.clause("G-4", "G-10")
def test_the_requirements_follow_what_was_decided_after_a_plan(logged_in, cast):
    DecisionFactory(title="Lucky Casino", identifier="com.play.casino")
    DecisionFactory(title="Forms", identifier="com.city.forms", verdict="allowed")
    client = logged_in(cast.ida)
    page = client.get(to("requirements")).content.decode()
    assert "Lucky Casino (com.play.casino)" in page
    plan = client.post(
        to("requirements"), {"block": ["com.play.casino"], "need": ["com.city.forms"]}
    )
    assert policy.rulebook().city.get("city") is None  # a plan, and nothing more
    client.post(to("requirements"), {"parcel": plan.context["parcel"], "reason": "Decided"})
    asked = policy.rulebook().city["city"]
    assert (asked.blocked_software, asked.required_software) == (
        {"com.play.casino"},
        {"com.city.forms"},
    )
    made = ApplicationDecision.objects.get(identifier="com.play.casino")
    page = client.get(to("one", made)).content.decode()
    assert "The requirements of City devices block it." in page
    odd = client.post(to("requirements"), {"block": ["com.never.decided"]})
    assert odd.status_code == 422 or odd.context["plan"].pending is False


def test_a_hostile_link_and_title_are_shown_as_text(logged_in, cast):
    client = logged_in(cast.ana)
    asked = {"platform": "ios", "purpose": "x", "title": "<script>alert(1)</script>"}
    bad = client.post(to("ask"), {**asked, "link": "javascript:alert(1)"})
    assert bad.status_code == 422
    client.post(to("ask"), asked)
    page = logged_in(cast.ida).get(to("questions")).content.decode()
    assert "<script>alert(1)" not in page
    assert client.get(to("ask") + "?title=%00Notes").status_code == 200
