"""Each month, to each coordinator, how their departments kept the policy.

A mail in plain text with a link to the page. The key of the mail names month and person, so that
it goes out once however often the clock asks.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import structlog
from django.conf import settings

from quartermaster.kernel.permits import Actor, require
from quartermaster.notify.actions import send
from quartermaster.notify.models import Message
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for, roles_in_force
from quartermaster.org.roles import Role
from quartermaster.policy.rules.versions import city_date
from quartermaster.reports.compliance import Report, report
from quartermaster.reports.permits import COMPLIANCE_VIEW
from quartermaster.reports.standing import departments_reported

log = structlog.get_logger(__name__)
TEMPLATE = "reports/notices/monthly"
FIRST_DAYS = 7  # a machine that stood still on the first still sends; a new one does not at once


def send_monthly(*, actor: Actor, at: datetime) -> int:
    """Send the reports of this month that were not sent yet; how many (G-10, C-1)."""
    require(actor, COMPLIANCE_VIEW)
    today = city_date(at, settings.TIME_ZONE)
    if today.day > FIRST_DAYS:
        return 0
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
    names = [department.name for department in departments_reported(reader)]
    context = _context(found, names, today)
    send(
        template=TEMPLATE,
        to=person.email,
        name=person.name,
        context=context,
        key=key,
        about=person,
        actor=actor,
        at=at,
    )
    return True


def _context(found: Report, names: list[str], today: date) -> dict[str, Any]:
    first = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    last_month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    began = [tally.share for day, tally in found.days if (day.year, day.month) == last_month]
    return {
        "report": found,
        "departments": first,
        "month": f"{today:%B %Y}",
        "before": began[0] if began else None,
        "failing": [check for check in found.checks if check.counts["failing"]],
        "open": sum(many for _, many in found.ages),
        "ages": [(age.lower(), many) for age, many in found.ages if many],
        "link": settings.WEB_URL.rstrip("/") + "/reports/compliance/",
    }
