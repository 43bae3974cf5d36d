"""The hot path: one command is handed to one connection, and only to its own device."""

import asyncio
import re
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from quartermaster.config.asgi import PLANS
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Certificate, Command
from quartermaster.mdm.poll import _ANSWER, _LOOK, _POLL, Answered, Call, Outcome, poll
from tests.factories import mdm
from tests.loops import play

pytestmark = pytest.mark.django_db(transaction=True)
UDID = "UDID-1"
ELSEWHERE = Answered("none of ours", Outcome.ACKNOWLEDGED, b"")  # in the middle of a session


def words():
    given = {k: v for k, v in connection.get_connection_params().items() if isinstance(v, str)}
    names = ("dbname", "host", "user", "password", "port")
    return {name: given[name] for name in names if name in given}


def enrolled_with(assigned, at, commands, tag="PH-1", udid=UDID):
    enrolment = mdm.enrolled(assigned(tag), at, udid, last_seen_at=at)
    orders = [mdm.order(f"Kind{n}") for n in range(commands)]
    made = actions.queue_orders(enrolment=enrolment, orders=orders, actor=system("test"), at=at)
    return mdm.certificate(enrolment, at).fingerprint, [command.id for command in made]


def ask(fingerprint, at, *, said=None, udid=UDID):
    async def once():
        async with await psycopg.AsyncConnection.connect(**words()) as link:
            (polled,) = await poll(link, [Call(fingerprint, udid, at, said)])
            return polled

    return play(once())


@pytest.mark.clause("G-10")
def test_two_connections_of_one_device_never_get_the_same_command(assigned, at):
    fingerprint, ids = enrolled_with(assigned, at, 2)

    async def both():
        connect = psycopg.AsyncConnection.connect
        async with await connect(**words()) as one, await connect(**words()) as two:
            calls = [Call(fingerprint, UDID, at)]
            (first,) = await poll(one, calls)  # not committed while the second asks
            (second,) = await asyncio.wait_for(poll(two, calls), 5)
            return first.command_id, second.command_id

    assert play(both()) == tuple(ids)
    assert set(Command.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_command_that_was_lost_is_offered_again_to_an_idle_device(assigned, at):
    fingerprint, (command,) = enrolled_with(assigned, at, 1)
    assert ask(fingerprint, at).command_id == command
    assert ask(fingerprint, at + timedelta(seconds=5)).command_id is None
    later = at + timedelta(minutes=1)
    assert ask(fingerprint, later, said=ELSEWHERE).command_id is None
    assert ask(fingerprint, later).command_id == command
    assert Command.objects.get().attempts == 2


@pytest.mark.clause("G-10")
def test_a_certificate_takes_the_commands_of_its_own_device_alone(assigned, at):
    mine, _ = enrolled_with(assigned, at, 1)
    other, _ = enrolled_with(assigned, at, 1, "PH-2", "UDID-2")
    posed = ask(other, at)
    assert (posed.wrong, posed.command_id, posed.payload) == (True, None, b"")
    assert ask(b"\0" * 32, at) is None
    assert set(Command.objects.values_list("state", flat=True)) == {"queued"}
    assert ask(mine, at).wrong is False


def test_nothing_is_handed_out_once_a_certificate_or_a_command_is_too_old(assigned, at):
    fingerprint, _ = enrolled_with(assigned, at, 1)
    assert ask(fingerprint, at + timedelta(days=15)).command_id is None
    old = ask(fingerprint, at + timedelta(days=365))
    assert (old.over, old.command_id) == (True, None)


def answer(fingerprint, at, said, udid=UDID):
    return ask(fingerprint, at, said=said, udid=udid)


@pytest.mark.clause("G-10")
def test_an_answer_and_the_next_command_are_one_statement(assigned, at):
    fingerprint, (first, second) = enrolled_with(assigned, at, 2)
    assert ask(fingerprint, at).command_id == first
    said = Answered(str(first), Outcome.ACKNOWLEDGED, b"<plist/>")
    polled = answer(fingerprint, at, said)
    assert (polled.kept, polled.command_id) == (True, second)
    row = Command.objects.get(id=first)
    assert (row.state, bytes(row.answer), row.learn_due_at) == ("acknowledged", b"<plist/>", at)


@pytest.mark.clause("G-10")
def test_an_answer_given_twice_is_recorded_once(assigned, at):
    fingerprint, (command,) = enrolled_with(assigned, at, 1)
    ask(fingerprint, at)
    first = Answered(str(command), Outcome.ACKNOWLEDGED, b"first")
    again = Answered(str(command), Outcome.FAILED, b"again", "no")
    assert answer(fingerprint, at, first).kept
    assert not answer(fingerprint, at + timedelta(minutes=1), again).kept
    row = Command.objects.get()
    assert (row.state, bytes(row.answer), row.error) == ("acknowledged", b"first", "")


@pytest.mark.clause("G-10")
def test_two_connections_that_answer_at_once_are_recorded_once(assigned, at):
    fingerprint, (command,) = enrolled_with(assigned, at, 1)
    ask(fingerprint, at)
    said = Answered(str(command), Outcome.ACKNOWLEDGED, b"x")

    async def once():
        async with await psycopg.AsyncConnection.connect(**words(), autocommit=True) as link:
            (polled,) = await poll(link, [Call(fingerprint, UDID, at, said)])
            return polled

    async def eight():
        return await asyncio.gather(*(once() for _ in range(8)))

    assert sorted(polled.kept for polled in play(eight())) == [False] * 7 + [True]


@pytest.mark.clause("G-10")
def test_what_was_answered_is_never_handed_out_again(assigned, at):
    fingerprint, (command,) = enrolled_with(assigned, at, 1)
    ask(fingerprint, at)
    answer(fingerprint, at, Answered(str(command), Outcome.ACKNOWLEDGED, b"x"))
    for minutes in range(1, 5):
        assert ask(fingerprint, at + timedelta(minutes=minutes)).command_id is None


def test_a_crash_between_answer_and_reply_loses_neither(assigned, at):
    fingerprint, (first, second) = enrolled_with(assigned, at, 2)
    ask(fingerprint, at)
    said = Answered(str(first), Outcome.ACKNOWLEDGED, b"x")
    answer(fingerprint, at, said)  # kept, and the reply with the second command is lost
    later = at + timedelta(minutes=1)
    repeated = answer(fingerprint, later, said)  # the device says it again, as it got no reply
    assert (repeated.kept, repeated.command_id) == (False, None)
    assert ask(fingerprint, later).command_id == second
    assert Command.objects.get(id=first).state == "acknowledged"


def test_not_now_is_not_answered_and_nothing_is_to_be_learned(assigned, at):
    fingerprint, (command,) = enrolled_with(assigned, at, 1)
    ask(fingerprint, at)
    polled = answer(fingerprint, at, Answered(str(command), Outcome.NOT_NOW, b"x"))
    assert (polled.kept, polled.command_id) == (True, None)
    row = Command.objects.get()
    assert (row.state, row.answered_at, row.learn_due_at) == ("deferred", None, None)


@pytest.mark.clause("G-10")
def test_no_device_answers_for_another(assigned, at):
    _, (command,) = enrolled_with(assigned, at, 1)
    other, _ = enrolled_with(assigned, at, 0, "PH-2", "UDID-2")
    said = Answered(str(command), Outcome.ACKNOWLEDGED, b"x")
    assert not answer(other, at, said, "UDID-2").kept
    assert answer(other, at, said).wrong
    assert Command.objects.get().state == "queued"


def all_at_once(calls):
    async def once():
        async with await psycopg.AsyncConnection.connect(**words(), autocommit=True) as link:
            return await poll(link, calls)

    return play(once())


@pytest.mark.clause("G-10")
def test_who_polls_in_one_statement_gets_what_is_its_own(assigned, at):
    one, (first,) = enrolled_with(assigned, at, 1)
    two, (second, _) = enrolled_with(assigned, at, 2, "PH-2", "UDID-2")
    idle, _ = enrolled_with(assigned, at, 0, "PH-3", "UDID-3")
    calls = [
        Call(two, "UDID-2", at),
        Call(b"\0" * 32, "nobody", at),
        Call(idle, "UDID-3", at),
        Call(one, "UDID-2", at),
        Call(one, UDID, at),
    ]
    found = [item and (item.wrong, item.command_id) for item in all_at_once(calls)]
    assert found == [(False, second), None, (False, None), (True, None), (False, first)]
    assert Command.objects.filter(state="sent").count() == 2


@pytest.mark.clause("G-10")
def test_answers_in_one_statement_are_each_kept_by_their_own_command(assigned, at):
    one, (first, then) = enrolled_with(assigned, at, 2)
    two, (second,) = enrolled_with(assigned, at, 1, "PH-2", "UDID-2")
    three, (third,) = enrolled_with(assigned, at, 1, "PH-3", "UDID-3")
    for fingerprint, udid in ((one, UDID), (two, "UDID-2"), (three, "UDID-3")):
        ask(fingerprint, at, udid=udid)
    calls = [
        Call(three, "UDID-3", at, Answered(str(first), Outcome.ACKNOWLEDGED, b"another's")),
        Call(one, UDID, at, Answered(str(first), Outcome.FAILED, b"1", "broken")),
        Call(two, "UDID-2", at, Answered(str(second), Outcome.NOT_NOW, b"2")),
    ]
    found = [(item.kept, item.command_id) for item in all_at_once(calls)]
    assert found == [(False, None), (True, then), (True, None)]
    rows = Command.objects.filter(id__in=[first, second, third])
    assert dict(rows.values_list("id", "state")) == {
        first: "failed",
        second: "deferred",
        third: "sent",
    }
    row = Command.objects.get(id=first)
    assert (bytes(row.answer), row.error, row.learn_due_at) == (b"1", "broken", at)


@pytest.mark.clause("G-10")
def test_a_poll_tells_of_a_first_use_until_it_is_noted(assigned, at):
    fingerprint, _ = enrolled_with(assigned, at, 1)
    assert ask(fingerprint, at).fresh
    Certificate.objects.update(first_used_at=at)
    assert not ask(fingerprint, at).fresh


@pytest.mark.clause("G-10")
def test_who_has_an_answer_and_who_has_none_share_a_statement(assigned, at):
    one, (first, then) = enrolled_with(assigned, at, 2)
    two, (second,) = enrolled_with(assigned, at, 1, "PH-2", "UDID-2")
    idle, _ = enrolled_with(assigned, at, 0, "PH-3", "UDID-3")
    ask(one, at)
    calls = [
        Call(idle, "UDID-3", at),
        Call(one, UDID, at, Answered(str(first), Outcome.ACKNOWLEDGED, b"1")),
        Call(two, "UDID-2", at),
        Call(b"\0" * 32, "nobody", at),
    ]
    found = [item and (item.kept, item.command_id) for item in all_at_once(calls)]
    assert found == [(False, None), (True, then), (False, second), None]
    states = Command.objects.filter(id__in=[first, second, then]).values_list("id", "state")
    assert dict(states) == {first: "acknowledged", second: "sent", then: "sent"}


def test_each_call_of_a_statement_is_at_its_own_place_in_its_session(assigned, at):
    one, (first,) = enrolled_with(assigned, at, 1)
    two, (second,) = enrolled_with(assigned, at, 1, "PH-2", "UDID-2")
    ask(one, at)
    ask(two, at, udid="UDID-2")
    later = at + timedelta(minutes=1)
    calls = [Call(one, UDID, later), Call(two, "UDID-2", later, ELSEWHERE)]
    # both lost their command; one begins a session, the other is in the middle of one
    assert [item.command_id for item in all_at_once(calls)] == [first, None]
    assert set(Command.objects.values_list("id", "attempts")) == {(first, 2), (second, 1)}


# what a table is before it was first looked at: once the database's own housekeeping has found it
# empty, a plan for one row is right to read all of it
UNKNOWN = """
WITH mine AS (SELECT unnest(%s::text[])::regclass AS oid)
UPDATE pg_class SET reltuples = -1, relpages = 0
WHERE oid IN (
    SELECT oid FROM mine
    UNION SELECT i.indexrelid FROM pg_index i JOIN mine ON mine.oid = i.indrelid
)
"""


@pytest.mark.parametrize("statement", [_LOOK, _POLL, _ANSWER])
def test_no_statement_of_the_door_reads_more_than_the_rows_of_those_who_call(statement):
    """Neither a whole table nor a whole index, and nothing is put into a hash of all that waits."""
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)", statement)))
    kinds = {
        "fingerprints": "bytea[]",
        "names": "text[]",
        "channels": "uuid[]",
        "at": "timestamptz",
    }
    kinds |= {"commands": "uuid[]", "outcomes": "text[]", "answers": "bytea[]", "errors": "text[]"}
    text = re.sub(r"%\((\w+)\)[sb]", lambda found: f"${names.index(found[1]) + 1}", statement)
    typed = ", ".join(kinds[name] for name in names)
    nothing = ", ".join("now()" if name == "at" else "'{}'" for name in names)
    with psycopg.connect(**words(), options=PLANS) as link:
        link.execute(UNKNOWN, [["mdm_certificate", "mdm_enrolment", "mdm_command"]])
        link.execute(f"PREPARE asked ({typed}) AS {text}")
        plan = [line for (line,) in link.execute(f"EXPLAIN EXECUTE asked ({nothing})")]
        link.rollback()
    scans = [place for place, line in enumerate(plan) if " on mdm_" in line and "Scan" in line]
    assert scans
    assert all("Index Cond" in plan[place + 1] for place in scans), "\n".join(plan)
    assert not [line for line in plan if "hashed" in line.lower()]
