"""The hot path: one command is handed to one connection, and only to its own device."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Command
from quartermaster.mdm.poll import poll
from tests.factories import mdm

pytestmark = pytest.mark.django_db(transaction=True)
UDID = "UDID-1"


def words():
    given = {k: v for k, v in connection.get_connection_params().items() if isinstance(v, str)}
    names = ("dbname", "host", "user", "password", "port")
    return {name: given[name] for name in names if name in given}


def enrolled_with(assigned, at, commands, tag="PH-1", udid=UDID):
    enrolment = mdm.enrolled(assigned(tag), at, udid, last_seen_at=at)
    orders = [mdm.order(f"Kind{n}") for n in range(commands)]
    made = actions.queue_orders(enrolment=enrolment, orders=orders, actor=system("test"), at=at)
    return mdm.certificate(enrolment, at).fingerprint, [command.id for command in made]


def ask(fingerprint, at, *, idle=True, udid=UDID):
    async def once():
        async with await psycopg.AsyncConnection.connect(**words()) as link:
            return await poll(link, fingerprint=fingerprint, external_id=udid, idle=idle, at=at)

    return asyncio.run(once())


@pytest.mark.clause("G-10")
def test_two_connections_of_one_device_never_get_the_same_command(assigned, at):
    fingerprint, ids = enrolled_with(assigned, at, 2)

    async def both():
        connect = psycopg.AsyncConnection.connect
        async with await connect(**words()) as one, await connect(**words()) as two:
            said = {"fingerprint": fingerprint, "external_id": UDID, "idle": True}
            first = await poll(one, **said, at=at)  # not committed while the second asks
            second = await asyncio.wait_for(poll(two, **said, at=at), 5)
            return first.command_id, second.command_id

    assert asyncio.run(both()) == tuple(ids)
    assert set(Command.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_command_that_was_lost_is_offered_again_to_an_idle_device(assigned, at):
    fingerprint, (command,) = enrolled_with(assigned, at, 1)
    assert ask(fingerprint, at).command_id == command
    assert ask(fingerprint, at + timedelta(seconds=5)).command_id is None
    later = at + timedelta(minutes=1)
    assert ask(fingerprint, later, idle=False).command_id is None
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
