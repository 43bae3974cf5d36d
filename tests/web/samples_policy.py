"""Samples of policy documents and requirements."""

from datetime import timedelta

from quartermaster.kernel.permits import system
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal
from quartermaster.policy.models import PolicyVersion, RequirementChange, RequirementException
from quartermaster.policy.plan import read_defaults
from tests.cast import LONG_AGO
from tests.factories import policy as policies
from tests.web.samples import sample


def _adopted(at) -> PolicyVersion:
    known = PolicyVersion.objects.exclude(adopted_at=None).first()
    day = LONG_AGO.date()  # the pages read the real clock, which may be before the tests' day
    return known or policies.adopted(at=LONG_AGO, in_force_on=day)


def _draft(at) -> PolicyVersion:
    _adopted(at)
    return policies.draft(policies.SECOND, at=at)


@sample("policy:version", "policy:source", everybody=True)
def version(cast, at):
    return {"key": _adopted(at).pk}


@sample("policy:clause", everybody=True)
def clause(cast, at):
    return {"key": _adopted(at).clauses.first().pk}


@sample("policy:compare", everybody=True)
def compare(cast, at):
    first = _adopted(at)
    text = policies.SECOND.replace("eight", "nine")
    return {"key": first.pk, "other": policies.draft(text, at=at).pk}


@sample("policy:adopt", "policy:related", "policy:review", "policy:withdraw")
def draft(cast, at):
    return {"key": _draft(at).pk}


@sample("policy:paper")
def paper(cast, at):
    _adopted(at)
    return {"key": cast.ana.pk}


def _defaults(cast, at) -> None:
    if RequirementChange.objects.exists():
        return
    proposal = read_defaults()
    digest = queries.plan(proposal).digest
    apply_proposal(proposal=proposal, digest=digest, actor=system("tests"), at=at)


@sample("requirements:department", "requirements:adoption")
def department(cast, at):
    _defaults(cast, at)
    return {"key": cast.water.pk}


@sample("requirements:overlay")
def overlay(cast, at):
    return {"key": cast.water.pk, "ownership": "city"}


@sample("requirements:edit-city")
def city(cast, at):
    return {"ownership": "city"}


@sample(
    "requirements:change",
    "requirements:change-confirm",
    "requirements:change-decline",
    "requirements:change-withdraw",
)
def change(cast, at):
    _defaults(cast, at)
    return {"key": RequirementChange.objects.first().pk}


@sample(
    "requirements:exception",
    "requirements:exception-approve",
    "requirements:exception-decline",
    "requirements:exception-end",
    "requirements:exception-withdraw",
)
def exception(cast, at):
    _defaults(cast, at)
    asked = RequirementException.objects.create(
        setting="passcode_minimum_length",
        value=4,
        scope="person",
        department=cast.water,
        person=cast.ana,
        subject_label=cast.ana.name,
        reason="Works with thick gloves.",
        state="requested",
        requested_by=cast.ana,
        requested_at=at,
        expires_at=at + timedelta(days=30),
    )
    return {"key": asked.pk}
