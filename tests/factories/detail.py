"""Usage detail in the warehouse, and requests for it, as the house itself makes them."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from quartermaster.inventory.actions import assign_line
from quartermaster.inventory.models import Line
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person, RoleAssignment
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from quartermaster.usage.actions import detail_requests as verbs
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.detail_requests import DetailReason
from quartermaster.usage.warehouse import ingest
from tests.cast import LONG_AGO
from tests.factories import inventory as things
from tests.usage.warehouse import making

HOUSE = system("test")
OCTOBER = Cycle("Lakeside Wireless", "342-0001", date(2026, 10, 1), date(2026, 10, 31))


def line(holder: Person, number: str = "+14145550101") -> Line:
    """A line that somebody has had for long."""
    made: Line = things.LineFactory(number=number, holder=holder, department=holder.department)
    return made


def given_to(about: Line, person: Person, at: datetime) -> None:
    """The line goes to somebody else."""
    assign_line(line_id=about.id, holder_id=person.id, actor=HOUSE, at=at)


def called(folder: Path, at: datetime, *rows: list[str], cycle: Cycle = OCTOBER) -> None:
    """Calls, as a carrier's file brings them."""
    ingest.ingest(file=making.voice(folder, *rows), cycle=cycle, actor=HOUSE, at=at)


def second_administrator(cast: Any) -> Person:
    """Another administrator of ITMD."""
    made = Person.objects.create(
        number="1099",
        given_name="Ben",
        family_name="Osei",
        email="ben@city.example",
        department=cast.itmd,
    )
    RoleAssignment.objects.create(person=made, role=Role.ITMD_ADMIN, granted_at=LONG_AGO)
    return made


def asked(cast: Any, at: datetime, **more: Any) -> DetailRequest:
    given: dict[str, Any] = {
        "person_id": cast.ana.id,
        "since_on": date(2026, 10, 1),
        "until_on": date(2026, 10, 31),
        "category": DetailReason.BILL,
        "reason": "The bill of October is four times that of September",
        "actor": actor_for(cast.sue, at),
        **more,
    }
    return verbs.ask_detail(at=at, **given)


def granted(cast: Any, at: datetime, **more: Any) -> DetailRequest:
    request = asked(cast, at, **more)
    return verbs.grant_detail(
        request_id=request.id, decision="It is plausible", actor=cast.acting(cast.ida), at=at
    )
