"""Who asked for usage detail: one request that waits, one that is open, one that was declined."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for, people_with_role, reports_of
from quartermaster.org.roles import Role
from quartermaster.usage.actions import detail_requests as verbs
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DetailReason

TITLE = "Requests for usage detail"
ORDER = 70
SUPERVISOR = "2004"
DAY = timedelta(days=1)


def tell(at: datetime) -> None:
    """Have a supervisor ask about some of their people, and ITMD decide."""
    supervisor = Person.objects.filter(number=SUPERVISOR).first()
    decider = people_with_role(Role.ITMD_ADMIN, at).order_by("number").first()
    if supervisor is None or decider is None:
        return
    people = list(Person.objects.filter(id__in=reports_of(supervisor.id)).order_by("number")[:3])
    ida = actor_for(decider, at)
    for number, person in enumerate(people):
        when = at - (3 - number) * DAY
        request = _ask(supervisor, person, when)
        decided = when + DAY / 2
        if number == 0:
            why = "The bill of the month is three times the usual"
            verbs.grant_detail(request_id=request.id, decision=why, actor=ida, at=decided)
        elif number == 1:
            why = "The summary of the month answers it"
            verbs.decline_detail(request_id=request.id, decision=why, actor=ida, at=decided)


def _ask(supervisor: Person, person: Person, at: datetime) -> DetailRequest:
    today = localdate(at)
    return verbs.ask_detail(
        person_id=person.id,
        since_on=today - 60 * DAY,
        until_on=today - 30 * DAY,
        category=DetailReason.BILL,
        reason="The bill shows calls abroad that I cannot explain.",
        actor=actor_for(supervisor, at),
        at=at,
    )
