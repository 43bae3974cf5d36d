"""What of this room can be found by the global search."""

from quartermaster.org.permits import DEPARTMENT_VIEW, PERSON_VIEW
from quartermaster.org.queries import departments_visible_to, people_visible_to
from quartermaster.web.search import searchable

searchable(
    "People",
    rows=people_visible_to,
    permit=PERSON_VIEW,
    fields=("family_name", "given_name", "number", "email"),
    url_name="org:person",
    note=lambda person: person.department.name,
    order=10,
)
searchable(
    "Departments",
    rows=departments_visible_to,
    permit=DEPARTMENT_VIEW,
    fields=("name", "code"),
    url_name="org:department",
    note=lambda department: department.get_coverage_display(),
    order=20,
)
