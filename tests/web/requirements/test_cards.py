"""What the dashboard and a department's page say of requirements."""

from datetime import timedelta

from django.test import RequestFactory

from quartermaster.kernel.clock import now
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal, request_exception
from quartermaster.policy.plan import Proposal
from quartermaster.web.cards import cards_for
from quartermaster.web.requirements.panels import requirements

TITLES = ("Changes that wait for you", "Exceptions to decide")


def _request(cast, person):
    made = RequestFactory().get("/")
    made.actor, made.at = cast.acting(person), now()
    return made


def _cards(cast, person):
    found = {card.title: card.figure for card in cards_for(_request(cast, person))}
    return {title: figure for title, figure in found.items() if title in TITLES}


def test_cards_are_for_the_second_person(cast, second, applied, at):
    assert _cards(cast, second) == {}
    proposal = Proposal(city={"city": {"failed_attempts_before_erase": 10}})
    apply_proposal(
        proposal=proposal,
        digest=queries.plan(proposal).digest,
        actor=cast.acting(cast.ida),
        at=at,
    )
    request_exception(
        setting="passcode_minimum_length",
        value=4,
        ownership="city",
        department_id=cast.water.id,
        reason="Old meters",
        expires_at=at + timedelta(days=3),
        actor=cast.acting(cast.ida),
        at=at,
    )
    assert _cards(cast, second) == dict.fromkeys(TITLES, 1)
    assert _cards(cast, cast.ida) == {}


def test_the_panel_of_a_department(cast, applied):
    body = requirements(_request(cast, cast.cole), cast.water)
    assert body.context["held"][0].setting.key == "passcode_required"
    assert requirements(_request(cast, cast.rex), cast.water) is None
