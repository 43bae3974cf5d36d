"""Mail to people who are asked to search. What is looked for stands on the page."""

from django.conf import settings

from quartermaster.disclosure.models import Search
from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import supervisors_above


def tell_asked(search: Search, what: str, doing: Act) -> None:
    """Write to who is asked: "asked" or "reminder"."""
    _send(search, what, search.person, f"/my-searches/{search.id}/", doing)


def tell_supervisor(search: Search, doing: Act) -> None:
    """Tell the nearest supervisor at work that somebody has not answered."""
    above = supervisors_above(search.person)
    nearest = next((one for one in above if one.standing == Standing.ACTIVE), None)
    if nearest is not None:
        _send(search, "escalated", nearest, "", doing)


def _send(search: Search, what: str, to: Person, path: str, doing: Act) -> None:
    if to.standing != Standing.ACTIVE:
        return
    send(
        template="disclosure/mail/search",
        to=to.email,
        name=to.name,
        context={
            "search": search,
            "what": what,
            "link": f"{settings.WEB_URL}{path}" if path else "",
        },
        key=f"disclosure.search/{search.id}/{what}/{search.reminders}/{to.id}",
        actor=doing.actor,
        at=doing.at,
        about=search,
    )
