"""Samples of people, departments and roles."""

from quartermaster.org.models import RoleAssignment
from tests.web.samples import sample


@sample(
    "org:person",
    "org:person-change",
    "org:person-close-log-in",
    "org:person-open-log-in",
    "org:person-end-sessions",
    "org:person-invite",
    "org:person-move",
    "org:person-reinstate",
    "org:person-separate",
    "org:person-supervise",
)
def person(cast, at):
    return {"key": cast.ana.pk}


@sample("org:department-change", "org:department-coverage")
def department(cast, at):
    return {"key": cast.water.pk}


@sample("org:department", everybody=True)
def department_page(cast, at):
    return {"key": cast.water.pk}


@sample("org:role-end")
def role(cast, at):
    return {"key": RoleAssignment.objects.get(person=cast.cole).pk}
