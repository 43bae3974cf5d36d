"""Mail to the records custodians, whatever of the room it is about."""

from django.conf import settings
from django.db.models import Model

from quartermaster.jobs.acts import Act
from quartermaster.notify.actions import send
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role


def tell_custodians(
    template: str, about: Model, doing: Act, *, link: str, key: str, **context: object
) -> None:
    """One letter to each; ``key`` is of the matter, so that each has it once."""
    for person in people_with_role(Role.CUSTODIAN, doing.at).order_by("number"):
        send(
            template=template,
            to=person.email,
            name=person.name,
            context={**context, "link": f"{settings.WEB_URL}{link}"},
            key=f"{key}/{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=about,
        )
