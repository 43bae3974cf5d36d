"""The desk: who calls at the same instant is served together, and nobody suffers for another."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from quartermaster.mdm.desk import Gathering
from quartermaster.mdm.poll import Call, Polled
from tests.loops import play

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


def call(name):
    return Call(name.encode(), name, AT)


def found(item):
    return Polled(UUID(int=0), over=False, wrong=False, fresh=False, payload=item.fingerprint)


async def some_turns():
    """A few turns of the loop, in which no clock moves on."""
    for _ in range(5):
        await asyncio.sleep(0)


class Counter:
    """Serves calls and notes who came together; ``bad`` is refused by the database."""

    def __init__(self, problem=None):
        self.served = []
        self.problem = problem
        self.gathering = Gathering(self.take)

    async def take(self, calls):
        self.served.append([item.external_id for item in calls])
        if self.problem is not None and b"bad" in {item.fingerprint for item in calls}:
            raise self.problem
        return [found(item) for item in calls]

    def all_at_once(self, *names):
        async def story():
            asked = (self.gathering.serve(call(name)) for name in names)
            return await asyncio.gather(*asked, return_exceptions=True)

        return [getattr(item, "payload", item) for item in play(story())]


def test_who_calls_at_the_same_instant_shares_one_statement():
    counter = Counter()
    assert counter.all_at_once("a", "b", "c") == [b"a", b"b", b"c"]
    assert counter.served == [["a", "b", "c"]]


def test_a_certificate_that_calls_twice_is_served_twice_one_after_the_other():
    counter = Counter()
    assert counter.all_at_once("a", "a", "b", "a") == [b"a", b"a", b"b", b"a"]
    assert counter.served == [["a", "b"], ["a"], ["a"]]


def test_there_is_a_bound_to_what_shares_a_statement():
    counter = Counter()
    names = [f"n{number}" for number in range(150)]
    assert counter.all_at_once(*names) == [name.encode() for name in names]
    assert [len(batch) for batch in counter.served] == [64, 64, 22]


def test_what_the_database_refuses_of_one_is_told_to_that_one_alone():
    refused = psycopg.errors.CharacterNotInRepertoire("no such character")
    counter = Counter(refused)
    assert counter.all_at_once("a", "bad", "c") == [b"a", refused, b"c"]
    assert counter.served == [["a", "bad", "c"], ["a"], ["bad"], ["c"]]


@pytest.mark.parametrize("problem", [psycopg.OperationalError("gone"), TimeoutError("no link")])
def test_a_lost_connection_is_told_to_all_and_not_tried_for_each(problem):
    counter = Counter(problem)
    assert counter.all_at_once("a", "bad") == [problem, problem]
    assert counter.served == [["a", "bad"]]


def test_after_a_failure_the_next_call_is_served():
    counter = Counter(psycopg.OperationalError("gone"))

    async def story():
        with pytest.raises(psycopg.OperationalError):
            await counter.gathering.serve(call("bad"))
        return await counter.gathering.serve(call("a"))

    assert play(story()).payload == b"a"


def test_a_slow_statement_holds_up_nobody_behind_it():
    async def story():
        begun, free = asyncio.Event(), asyncio.Event()

        async def take(calls):
            if calls[0].external_id == "slow":
                begun.set()
                await free.wait()
            return [found(item) for item in calls]

        gathering = Gathering(take)
        slow = asyncio.ensure_future(gathering.serve(call("slow")))
        await begun.wait()
        quick = await asyncio.wait_for(gathering.serve(call("quick")), 30)
        held = not slow.done()
        free.set()
        return quick.payload, held, (await slow).payload

    assert play(story()) == (b"quick", True, b"slow")


def test_who_hangs_up_does_not_disturb_the_others():
    counter = Counter()

    async def story():
        gone = asyncio.ensure_future(counter.gathering.serve(call("gone")))
        stays = asyncio.ensure_future(counter.gathering.serve(call("stays")))
        await asyncio.sleep(0)
        gone.cancel()
        return (await stays).payload

    assert play(story()) == b"stays"


def test_who_comes_alone_waits_for_nobody():
    counter = Counter()

    async def story():
        await counter.gathering.serve(call("a"))
        alone = asyncio.ensure_future(counter.gathering.serve(call("b")))
        await some_turns()
        return list(counter.served), await alone

    assert play(story())[0] == [["a"], ["b"]]


def test_after_some_came_together_the_next_waits_for_as_many():
    counter = Counter()

    async def story():
        serve = counter.gathering.serve
        await asyncio.gather(*(serve(call(name)) for name in "abc"))
        early = asyncio.ensure_future(serve(call("a")))
        await some_turns()
        assert not early.done()
        await asyncio.gather(early, serve(call("b")), serve(call("c")))

    play(story())
    assert counter.served == [["a", "b", "c"], ["a", "b", "c"]]


def test_where_they_do_not_come_again_fewer_are_waited_for_each_time():
    counter = Counter()

    async def story():
        await asyncio.gather(*(counter.gathering.serve(call(name)) for name in "abc"))
        expected = []
        for name in "defg":
            await counter.gathering.serve(call(name))
            expected.append(counter.gathering.expected)
        return expected

    assert play(story()) == [2, 1, 1, 1]
    assert counter.served == [["a", "b", "c"], ["d"], ["e"], ["f"], ["g"]]
