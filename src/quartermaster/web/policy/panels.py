"""What the policy adds to a person's page."""

from quartermaster.org.models import Person
from quartermaster.policy import queries
from quartermaster.policy.permits import ACKNOWLEDGEMENT_VIEW
from quartermaster.web.panels import Body, panel
from quartermaster.web.request import HouseRequest


@panel("person", title="Policy", order=40, permit=ACKNOWLEDGEMENT_VIEW)
def acknowledgement(request: HouseRequest, person: Person) -> Body | None:
    """What the person has acknowledged, and what is due (S-2)."""
    seen = queries.requests_visible_to(request.actor).filter(person=person).exists()
    given = list(queries.acknowledgements_visible_to(request.actor).filter(person=person)[:10])
    if not seen and not given:
        return None
    due = queries.my_acknowledgement(person.id, request.at)
    return Body("policy/panels/person.html", due=due, given=given)
