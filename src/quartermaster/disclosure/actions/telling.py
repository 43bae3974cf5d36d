"""Mail about requests. To staff it names no requester and quotes nothing: there is the page."""

from django.conf import settings

from quartermaster.disclosure.models import RecordsRequest
from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.models import Person
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role


def tell_custodians(
    request: RecordsRequest, what: str, doing: Act, only: Person | None = None
) -> None:
    """Write to the custodians, or to one of them: "filed", "assigned", "late" or other."""
    people = [only] if only else list(people_with_role(Role.CUSTODIAN, doing.at).order_by("number"))
    for person in people:
        send(
            template="disclosure/mail/custodian",
            to=person.email,
            name=person.name,
            context={
                "request": request,
                "what": what,
                "link": f"{settings.WEB_URL}/records-requests/{request.id}/",
            },
            key=f"disclosure.request/{request.id}/{what}/{doing.at:%Y%m%dT%H%M%S}/{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=request,
        )


def tell_requester(request: RecordsRequest, what: str, doing: Act) -> None:
    """Write to the requester where they gave an address: such as "received".

    The status code is never mailed: it opens what is released.
    """
    if not request.requester_email:
        return
    send(
        template="disclosure/mail/requester",
        to=request.requester_email,
        name=request.requester_name or "Requester",
        context={
            "request": request,
            "what": what,
            "link": f"{settings.WEB_URL}/open-records/status/",
        },
        key=f"disclosure.requester/{request.id}/{what}/{doing.at:%Y%m%dT%H%M%S}",
        actor=doing.actor,
        at=doing.at,
        about=request,
    )
