"""People, as far as the owner of the token may see them."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.org import queries
from quartermaster.org.models import Person

router = Router()
READ = BearerToken("people:read")


class PersonOut(Schema):
    """A person."""

    id: UUID
    number: str
    given_name: str
    family_name: str
    email: str
    title: str
    employment: str
    standing: str
    department_id: UUID
    supervisor_id: UUID | None


@router.get("people", response=Page[PersonOut], auth=READ, operation_id="list_people")
def list_people(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, department: UUID | None = None
) -> dict[str, object]:
    """The people whom one may see, in the order in which they were added."""
    rows = queries.people_visible_to(actor_of(request))
    if department is not None:
        rows = rows.filter(department_id=department)
    return page_of(rows, cursor, limit)


@router.get("people/{person_id}", response=PersonOut, auth=READ, operation_id="get_person")
def get_person(request: HttpRequest, person_id: UUID) -> Person:
    """One person."""
    return queries.person(actor_of(request), person_id)
