"""Addresses of decisions about applications, and of questions."""

from django.urls import path

from quartermaster.inventory.permits import DECISION_VIEW
from quartermaster.web.decisions import deciding, questions, views
from quartermaster.web.menu import MenuItem

app_name = "decisions"
_ROOT = "application-decisions"
_ONE = f"{_ROOT}/<uuid:key>"
_QUESTIONS = "application-questions"
_QUESTION = f"{_QUESTIONS}/<uuid:key>"

urlpatterns = [
    path(f"{_ROOT}/", views.Decisions.as_view(), name="list"),
    path(f"{_ROOT}/decide/", deciding.Decide.as_view(), name="decide"),
    path(f"{_ROOT}/requirements/", deciding.InStep.as_view(), name="requirements"),
    path(f"{_ONE}/", views.DecisionPage.as_view(), name="one"),
    path(f"{_ONE}/end/", deciding.End.as_view(), name="end"),
    path(f"{_QUESTIONS}/", questions.Questions.as_view(), name="questions"),
    path(f"{_QUESTIONS}/ask/", questions.Ask.as_view(), name="ask"),
    path(f"{_QUESTION}/", questions.QuestionPage.as_view(), name="question"),
    path(f"{_QUESTION}/answer/", questions.Answer.as_view(), name="answer"),
    path(f"{_QUESTION}/withdraw/", questions.Withdraw.as_view(), name="question-withdraw"),
]
menu = [
    MenuItem(
        "May I install this?",
        "decisions:list",
        DECISION_VIEW,
        "Device management",
        order=70,
        icon="help",
    ),
]
