"""What an answer says is on the disk before the reply; what may be asked again need not be."""

import asyncio

import pytest
from psycopg_pool import PoolClosed

from quartermaster.config.asgi import open_pool
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.desk import LARGE, Desk
from quartermaster.mdm.models import Command
from quartermaster.mdm.poll import Answered, Call, Outcome
from tests.factories import mdm
from tests.loops import play

pytestmark = pytest.mark.django_db(transaction=True)


def sent(assigned, at, tag, udid):
    enrolment = mdm.enrolled(assigned(tag), at, udid, last_seen_at=at)
    (made,) = actions.queue_orders(
        enrolment=enrolment, orders=[mdm.order("Kind")], actor=system("test"), at=at
    )
    Command.objects.filter(id=made.id).update(state="sent", sent_at=at)
    return mdm.certificate(enrolment, at).fingerprint, made.id


def at_the_desk(*calls, closed):
    """What each call finds at a desk of which one pool is closed."""

    async def story():
        strict, relaxed = open_pool(), open_pool(relaxed=True)
        for pool in {strict, relaxed} - {strict if closed == "strict" else relaxed}:
            await pool.open()
        desk = Desk(strict, relaxed)
        try:
            asked = (desk.poll(call) for call in calls)
            return await asyncio.gather(*asked, return_exceptions=True)
        finally:
            await strict.close()
            await relaxed.close()

    return play(story())


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("size", [1, LARGE + 1])
def test_an_answer_waits_for_the_disk(assigned, at, size):
    fingerprint, command = sent(assigned, at, "PH-1", "UDID-1")
    call = Call(
        fingerprint, "UDID-1", at, Answered(str(command), Outcome.ACKNOWLEDGED, b"x" * size)
    )
    (refused,) = at_the_desk(call, closed="strict")
    assert isinstance(refused, PoolClosed)
    (found,) = at_the_desk(call, closed="relaxed")
    assert found.kept
    assert Command.objects.get().state == "acknowledged"


def test_who_only_asks_waits_for_no_disk(assigned, at):
    fingerprint, _ = sent(assigned, at, "PH-1", "UDID-1")
    (found,) = at_the_desk(Call(fingerprint, "UDID-1", at), closed="strict")
    assert not found.wrong


@pytest.mark.clause("G-10")
def test_who_asks_beside_an_answer_waits_with_it(assigned, at):
    one, command = sent(assigned, at, "PH-1", "UDID-1")
    two, _ = sent(assigned, at, "PH-2", "UDID-2")
    calls = [
        Call(two, "UDID-2", at),
        Call(one, "UDID-1", at, Answered(str(command), Outcome.ACKNOWLEDGED, b"x")),
    ]
    assert [type(item) for item in at_the_desk(*calls, closed="strict")] == [PoolClosed] * 2
    assert [item.kept for item in at_the_desk(*calls, closed="relaxed")] == [False, True]
