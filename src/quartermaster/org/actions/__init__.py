"""The room's verbs."""

from quartermaster.org.actions.departments import (
    change_department,
    create_department,
    set_coverage,
)
from quartermaster.org.actions.import_departments import import_departments, plan_departments
from quartermaster.org.actions.import_people import import_people, plan_people
from quartermaster.org.actions.people import change_person, create_person, move_person, supervise
from quartermaster.org.actions.roles import end_role, grant_role
from quartermaster.org.actions.separation import reinstate, separate, separate_due

__all__ = [
    "change_department",
    "change_person",
    "create_department",
    "create_person",
    "end_role",
    "grant_role",
    "import_departments",
    "import_people",
    "move_person",
    "plan_departments",
    "plan_people",
    "reinstate",
    "separate",
    "separate_due",
    "set_coverage",
    "supervise",
]
