"""Whether ITMD serves a department or a person, and what an excluded one adopted (S-3)."""

from quartermaster.kernel.errors import Conflict
from quartermaster.lifecycle.errors import DepartmentExcluded
from quartermaster.org.models import Department, Person, Standing
from quartermaster.policy.models import Adoption


def adoption_of(department: Department) -> Adoption | None:
    """What an excluded department, or one above it, took on by its own decision."""
    here: Department | None = department
    while here is not None and not here.covered:
        found = Adoption.objects.select_related("decided_by").filter(department=here).first()
        if found is not None:
            return found
        here = here.parent
    return None


def held_to(department: Department, clause: str) -> bool:
    """Whether a clause binds the department: covered, or adopted by itself."""
    if department.covered:
        return True
    adopted = adoption_of(department)
    return adopted is not None and clause in adopted.clauses


def require_served(department: Department) -> None:
    """Raise `DepartmentExcluded` where ITMD buys and lends nothing for the department."""
    if not department.covered:
        raise DepartmentExcluded(
            f"{department.name} is excluded from the policy and orders from vendors of its own:"
            f" {department.exclusion_reason}. ITMD neither buys nor lends for it.",
            department=department.code,
        )


def require_at_work(person: Person) -> None:
    """Raise `Conflict` where the person has left: nothing is got, kept or lent for them (C-4)."""
    if person.standing != Standing.ACTIVE:
        raise Conflict(f"{person.name} has left the City's service.")
