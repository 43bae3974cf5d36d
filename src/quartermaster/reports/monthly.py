"""Each month, to each coordinator, how their departments kept the policy.

A mail in plain text with a link to the page, and the paper of each department for the month that
has ended. The key of the mail names month and person, so that it goes out once however often the
clock asks.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import structlog
from django.conf import settings

from quartermaster.files.actions import store
from quartermaster.files.models import StoredFile
from quartermaster.files.papers import PDF
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify.actions import send
from quartermaster.notify.models import Message
from quartermaster.org.models import Department, Person, Standing
from quartermaster.org.queries import actor_for, roles_in_force
from quartermaster.org.roles import Role
from quartermaster.policy.rules.versions import city_date
from quartermaster.reports.compliance import Report, report
from quartermaster.reports.models import DepartmentMonth
from quartermaster.reports.month import FIRST_DAYS, file_name, month_before, paper, take_months
from quartermaster.reports.permits import COMPLIANCE_VIEW
from quartermaster.reports.standing import departments_reported
from quartermaster.reports.unmanaged import unmanaged_by_department

log = structlog.get_logger(__name__)
TEMPLATE = "reports/notices/monthly"
MOST_PAPERS = 8  # with one mail; the page has the others


def send_monthly(*, actor: Actor, at: datetime) -> int:
    """Send the reports of this month that were not sent yet; how many (G-10, C-1)."""
    require(actor, COMPLIANCE_VIEW)
    today = city_date(at, settings.TIME_ZONE)
    if today.day > FIRST_DAYS:
        return 0
    take_months(actor=actor, at=at)
    sent = 0
    for person, key in _waiting(today, at):
        try:
            sent += _send_one(person, key, today, actor=actor, at=at)
        except Exception:  # one coordinator's trouble is not the others'
            log.exception("reports.monthly-failed", person=str(person.id))
    return sent


def _waiting(today: date, at: datetime) -> Iterator[tuple[Person, str]]:
    roles = roles_in_force(at).filter(role=Role.COORDINATOR).values("person_id")
    prefix = f"reports.monthly/{today:%Y-%m}/"
    done = set(Message.objects.filter(key__startswith=prefix).values_list("key", flat=True))
    for person in Person.objects.filter(id__in=roles, standing=Standing.ACTIVE).order_by("number"):
        key = f"{prefix}{person.id}"
        if person.email and key not in done:
            yield person, key


def _send_one(person: Person, key: str, today: date, *, actor: Actor, at: datetime) -> bool:
    reader = actor_for(person, at)
    found = report(reader, at)
    if not found.devices:
        return False
    departments = list(departments_reported(reader))
    month = month_before(today)
    attached = _papers(departments, month, actor=actor, at=at)
    context = _context(found, [department.name for department in departments], month)
    context |= {"attached": len(attached), "unmanaged": unmanaged_by_department(reader)}
    send(
        template=TEMPLATE,
        to=person.email,
        name=person.name,
        context=context,
        key=key,
        about=person,
        actor=actor,
        at=at,
        attachments=attached,
    )
    return True


def _papers(
    departments: Sequence[Department], month: date, *, actor: Actor, at: datetime
) -> list[StoredFile]:
    """The papers of the departments that have anything to tell, as far as a mail takes them."""
    kept = DepartmentMonth.objects.filter(month=month, department__in=departments)
    told = [row for row in kept.order_by("department__name") if row.figures["devices"]]
    return [
        store(
            content=paper(row.figures, at=row.taken_at),
            media_type=PDF,
            name=file_name(row.figures),
            actor=actor,
            at=at,
        )
        for row in told[:MOST_PAPERS]
    ]


def _context(found: Report, names: list[str], month: date) -> dict[str, Any]:
    first = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    its_days = [
        tally.share
        for day, tally in found.days
        if (day.year, day.month) == (month.year, month.month)
    ]
    return {
        "report": found,
        "departments": first,
        "month": f"{month:%B %Y}",
        "before": its_days[0] if its_days else None,
        "failing": [check for check in found.checks if check.counts["failing"]],
        "open": sum(many for _, many in found.ages),
        "ages": [(age.lower(), many) for age, many in found.ages if many],
        "link": settings.WEB_URL.rstrip("/") + "/reports/compliance/",
    }
