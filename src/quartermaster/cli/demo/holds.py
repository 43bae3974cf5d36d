"""The demo city's legal hold: three people, one of whom has not answered yet."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records.actions import holds
from quartermaster.records.models import HoldKeeper
from quartermaster.records.rules.holds import Terms
from quartermaster.records.schedule import take_steps

DAY = timedelta(days=1)
CUSTODIAN = "2008"
UNDER_IT = ("2003", "2004", "2006")  # Cole and Sue answer; Rex, who holds a device too, does not


def hold(at: datetime) -> None:
    """Open it ten days ago, have two acknowledge it, and remind the third."""
    opened = at - 10 * DAY
    people = {row.number: row for row in Person.objects.filter(number__in=UNDER_IT)}
    made = holds.open_hold(
        terms=Terms(
            matter="Water main at Third Street",
            subject="Messages, pictures, voicemails and notes about the main that broke at Third"
            " Street: who was told when, what was decided, and what contractors wrote.",
            reason="Notice of claim 2026-118 was served on the City.",
            legal_contact="Office of the City Attorney, 555-0142",
            since=localdate(at - 60 * DAY),
        ),
        people=[row.id for row in people.values()],
        actor=actor_for(Person.objects.get(number=CUSTODIAN), opened),
        at=opened,
    )
    for number in UNDER_IT[:2]:
        keeper = HoldKeeper.objects.get(hold=made, person=people[number])
        answered = opened + DAY
        holds.acknowledge_notice(
            keeper_id=keeper.id,
            version=1,
            actor=actor_for(people[number], answered),
            at=answered,
        )
    for days in (3, 6, 9):
        take_steps(opened + days * DAY)
