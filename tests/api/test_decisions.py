"""Decisions over the API: for everybody with the scope; questions as everywhere."""

import pytest

from tests.factories.applications import DecisionFactory, QuestionFactory

READ = "applications:read"


def ids(answer):
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


@pytest.mark.clause("G-4")
def test_decisions_are_found_by_everybody(cast, call, at):
    made = DecisionFactory(identifier="com.play.casino")
    ended = DecisionFactory(verdict="allowed", ended_at=at, end_reason="x")
    for who in (cast.ana, cast.rex, cast.ida):
        assert ids(call(who, "application-decisions", READ)) == {str(made.id), str(ended.id)}
    for query, found in (
        ("in_force=true", {str(made.id)}),
        ("identifier=COM.play.casino", {str(made.id)}),
        ("verdict=allowed", {str(ended.id)}),
        ("verdict=allowed&in_force=true", set()),
    ):
        assert ids(call(cast.rex, f"application-decisions?{query}", READ)) == found
    one = call(cast.rex, f"application-decisions/{made.id}", READ).json()
    assert (one["verdict"], one["reason"]) == ("blocked", made.reason)
    assert call(cast.rex, f"application-decisions/{cast.rex.id}", READ).status_code == 404
    assert call(cast.rex, "application-decisions", "people:read").status_code == 403


@pytest.mark.clause("G-4")
def test_questions_are_between_who_asked_and_itmd(cast, call):
    asked = QuestionFactory(asked_by=cast.ana)
    for who, found in ((cast.ana, {str(asked.id)}), (cast.ida, {str(asked.id)}), (cast.rex, set())):
        assert ids(call(who, "application-questions", READ)) == found
    assert ids(call(cast.ida, "application-questions?state=answered", READ)) == set()
