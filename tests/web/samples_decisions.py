"""Samples of decisions about applications and of questions."""

from tests.factories.applications import DecisionFactory, QuestionFactory
from tests.web.samples import sample


@sample("decisions:one", everybody=True)
def found_by_everybody(cast, at):
    return {"key": DecisionFactory().pk}


@sample("decisions:end")
def decision(cast, at):
    return {"key": DecisionFactory().pk}


@sample("decisions:question", "decisions:answer", "decisions:question-withdraw")
def question(cast, at):
    return {"key": QuestionFactory(asked_by=cast.ana).pk}
