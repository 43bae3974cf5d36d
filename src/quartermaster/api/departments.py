"""Departments, as far as the owner of the token may see them."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.org import queries
from quartermaster.org.models import Department

router = Router()
READ = BearerToken("departments:read")


class DepartmentOut(Schema):
    """A department, or a division under its parent."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    coverage: str
    exclusion_reason: str


@router.get("departments", response=Page[DepartmentOut], auth=READ, operation_id="list_departments")
def list_departments(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The departments that one may see."""
    return page_of(queries.departments_visible_to(actor_of(request)), cursor, limit)


@router.get(
    "departments/{department_id}",
    response=DepartmentOut,
    auth=READ,
    operation_id="get_department",
)
def get_department(request: HttpRequest, department_id: UUID) -> Department:
    """One department."""
    return queries.department(actor_of(request), department_id)
