"""Mail about requests: to whose step it is, and to whose request it is."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.queries.steps import told_of, told_when_late, turn_of
from quartermaster.lifecycle.rules.requests import RequestState
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing

_OUTCOME = {
    "asked": "your request was received. The telecom coordinator of your department looks at it"
    " next",
    "recommended": "your department recommends your request. ITMD decides next",
    "declined": "your department does not recommend your request",
    "authorised": "ITMD authorised your request. You hear again when it can be handed out",
    "refused": "ITMD did not authorise your request",
    "fulfilled": "everything that was authorised has been handed out",
    "withdrawn": "the request was withdrawn",
    "expired": "nobody took the request further in time, and it expired. Ask again if you still"
    " need it",
}
_HEADINGS = {
    "asked": "received",
    "recommended": "recommended",
    "declined": "not recommended",
    "authorised": "authorised",
    "refused": "refused",
    "fulfilled": "handed out",
    "withdrawn": "withdrawn",
    "expired": "expired",
}
_ASKED = {
    RequestState.ASKED: "Please recommend it, or decline it with the reason.",
    RequestState.RECOMMENDED: "Please look what is in stock, and authorise or refuse it.",
    RequestState.AUTHORISED: "Please see that it is handed out.",
}


def tell_people(request: Request, doing: Act) -> None:
    """Each step is told to whose request it is, and to who asked for them."""
    sentence = _OUTCOME[request.state]
    words = {"sentence": sentence, "heading": _HEADINGS[request.state]}
    people = {one.id: one for one in (request.person, request.asker)}
    why = {
        "declined": request.recommendation,
        "refused": request.authorisation,
        "withdrawn": request.closing_reason,
    }.get(request.state, "")
    doer = doing.actor.person_id
    for person in people.values():
        if person.standing == Standing.ACTIVE and (person.id != doer or request.state == "asked"):
            _send(request, "outcome", request.state, [person], doing, why=why, **words)


def tell_owners(request: Request, what: str, doing: Act) -> None:
    """Tell whose step it is. ``what``: "due" (now), "reminder" or "overdue"."""
    asked = _ASKED.get(RequestState(request.state))
    if asked is None:
        return
    late = what == "overdue"
    people = told_when_late(request, doing.at) if late else told_of(request, doing.at)
    _send(
        request,
        "owner",
        f"{request.state}-{what}",
        people,
        doing,
        sentence=asked,
        urgency=what,
        turn=turn_of(request, doing.at).said,
    )


def _send(
    request: Request, template: str, what: str, people: Iterable[Person], doing: Act, **more: str
) -> None:
    for person in people:
        post.send(
            template=f"lifecycle/requests/{template}",
            to=person.email,
            name=person.name,
            context={
                "request": request,
                "items": list(request.items.order_by("place")),
                "link": f"{settings.WEB_URL}/requests/{request.id}/",
                **more,
            },
            key=f"request:{request.id}:{what}:{localdate(doing.at):%Y%m%d}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=request,
        )
