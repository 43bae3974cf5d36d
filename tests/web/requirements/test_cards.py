"""What the dashboard and a department's page say of requirements."""

from datetime import timedelta

from django.test import RequestFactory

from quartermaster.kernel.clock import now
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal, request_exception
from quartermaster.policy.plan import Proposal
from quartermaster.web.requirements.cards import requested_exceptions, waiting_changes
from quartermaster.web.requirements.panels import requirements


def _request(cast, person):
    made = RequestFactory().get("/")
    made.actor, made.at = cast.acting(person), now()
    return made


def test_cards_are_for_the_second_person(cast, second, applied, at):
    assert waiting_changes(_request(cast, second)) is None
    assert requested_exceptions(_request(cast, second)) is None
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
    for card in (waiting_changes, requested_exceptions):
        assert card(_request(cast, second)).figure == 1
        assert card(_request(cast, cast.ida)) is None


def test_the_panel_of_a_department(cast, applied):
    body = requirements(_request(cast, cast.cole), cast.water)
    assert body.context["held"][0].setting.key == "passcode_required"
    assert requirements(_request(cast, cast.rex), cast.water) is None
