"""What the room does when people and departments change."""

from datetime import datetime

from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import loans, requests
from quartermaster.org.events import DepartmentCoverageChanged, PersonMoved, PersonSeparated

HOUSE = system("lifecycle")


@on(DepartmentCoverageChanged)
def close_requests_of_excluded(event: DepartmentCoverageChanged, at: datetime) -> None:
    """What waits for people of a department that ITMD does not serve any longer is closed (S-3)."""
    requests.close_excluded(department_id=event.department_id, actor=HOUSE, at=at)
    loans.close_loans(department_id=event.department_id, actor=HOUSE, at=at)


@on(PersonSeparated)
def close_requests_of_separated(event: PersonSeparated, at: datetime) -> None:
    requests.close_of_person(person_id=event.person_id, actor=HOUSE, at=at)
    loans.close_loans(person_id=event.person_id, actor=HOUSE, at=at)


@on(PersonMoved)
def follow_who_moved(event: PersonMoved, at: datetime) -> None:
    requests.follow_move(person_id=event.person_id, actor=HOUSE, at=at)
