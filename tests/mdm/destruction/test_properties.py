"""Whatever two people, a clock and a device do, in whatever order: what may never be, is not."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, destruction, schedule, settling
from quartermaster.mdm.models import Command, DestructiveRequest, Enrolment
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.rules.destruction import PENDING, RequestState
from tests.factories.destruction import approved, asked, proof

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-10")]
MINUTE = timedelta(minutes=1)
HOUSE = system("test")


class Life:
    """One device, its requests, and everything that can be done to them."""

    def __init__(self, enrolment, ida, ben, at):
        self.enrolment, self.ida, self.ben, self.at = enrolment, ida, ben, at
        self.agreed, self.stopped = set(), set()

    def newest(self):
        return DestructiveRequest.objects.order_by("-requested_at", "-id").first()

    def ask(self):
        asked([self.enrolment], self.ida, self.at)

    def approve(self):
        request = self.newest()
        approved(request, self.ben, self.at)
        self.agreed.add(request.id)

    def approve_own(self):
        request = self.newest()
        given = proof(request, self.ida, self.at)
        actions.approve_destruction(request_id=request.id, proof=given, actor=self.ida, at=self.at)
        self.stopped.add("never")  # an own approval that goes through fails the test below

    def refuse(self):
        actions.refuse_destruction(
            request_id=self.newest().id, reason="I do not agree", actor=self.ben, at=self.at
        )

    def stop(self):
        actions.stop_everything(reason="halt", actor=self.ida, at=self.at)
        self.stopped.add(self.at)

    def wait(self):
        self.at += 7 * MINUTE

    def wait_long(self):
        self.at += timedelta(hours=13)

    def tick(self):
        schedule.look_at_requests(self.at)

    def send(self):
        Command.objects.filter(target__isnull=False, state="queued").update(
            state="sent", sent_at=self.at
        )
        Enrolment.objects.update(last_seen_at=self.at)

    def answer(self, outcome=Outcome.ACKNOWLEDGED):
        command = Command.objects.get(target__isnull=False, state="sent")
        said = Answered(str(command.id), outcome, b"<plist/>", "")
        actions.record_answer(enrolment=self.enrolment, answered=said, actor=HOUSE, at=self.at)

    def fail(self):
        self.answer(Outcome.FAILED)

    def leave(self):
        actions.check_out(enrolment=self.enrolment, actor=HOUSE, at=self.at)

    def speak(self):
        Enrolment.objects.update(last_seen_at=self.at)

    def release(self):
        destruction.release_due(self.at)

    def settle(self):
        settling.settle(self.at)


STEPS = sorted(name for name in vars(Life) if not name.startswith("_") and name != "newest")
LIKELY = ["ask", "approve", "wait", "wait", "tick", "send", "answer", "settle"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from([*STEPS, *LIKELY]), max_size=25))
def test_no_order_of_events_breaks_the_rules(fleet, ida, ben, at, steps):
    (enrolment,) = fleet()
    life = Life(enrolment, ida, ben, at)
    known = set(DestructiveRequest.objects.values_list("id", flat=True))
    for step in steps:
        with suppress(HouseError, AttributeError, Command.DoesNotExist):
            getattr(life, step)()
        enrolment.refresh_from_db()
        _check(life, known, enrolment)
    assert "never" not in life.stopped


def _check(life, known, enrolment):
    requests = DestructiveRequest.objects.exclude(id__in=known)
    commands = Command.objects.filter(target__request__in=requests)
    for command in commands.select_related("target__request"):
        request = command.target.request
        assert request.id in life.agreed
        waited = request.released_at - request.approval.approved_at
        assert waited >= 10 * MINUTE
        assert request.state not in {RequestState.REQUESTED, RequestState.WAITING}
    open_ones = commands.filter(state__in=["queued", "sent", "deferred"])
    assert open_ones.count() <= 1
    assert not open_ones.exclude(target__request__state="released").exists()
    if enrolment.state == "ended":
        assert not open_ones.exists()
    confirmed = requests.filter(state="confirmed")
    acknowledged = Command.objects.filter(target__request__in=confirmed, state="acknowledged")
    assert acknowledged.count() == confirmed.count()
    if life.at in life.stopped:
        left = requests.filter(state__in=sorted(PENDING), requested_at__lt=life.at)
        answered = Command.objects.filter(target__request__in=left, answered_at__isnull=False)
        assert left.count() == answered.count()
