"""Every door tried by a stolen administrator's session, to destroy: nothing comes through (G-10).

The doors are found by themselves: each page with its form filled in, each operation of the API with
the body that its description asks for, each command with an asset tag, each action of each room
with what its names ask for. After each, a day passes. A new door is tried without a word here.

What the thief may do alone with a plan of their own is rehearsed in `tests/mdm/destruction` and
`tests/compliance/automatic`.
"""

import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from itertools import product

import pytest
import typer
from django.db import transaction
from django.test import Client
from typer.testing import CliRunner

import quartermaster
from quartermaster.api.base import openapi
from quartermaster.cli.root import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm.models import DestructiveRequest
from quartermaster.org.models import Department
from quartermaster.org.queries import actor_for
from quartermaster.policy.models import Overlay
from tests.doors.test_call_detail import SERVE, bearers, browser, commands, operations, undone
from tests.doors.thieving import WHY, Bodies, asked_for, filled, harm, the_clock_goes_on
from tests.factories.automatic import tried
from tests.factories.destruction import account, asked, second_person
from tests.factories.fleet import enrolled_fleet
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-10")]
FLEET = 24


class World:
    """Two dozen phones, a second person who would agree to nothing, and the thief."""

    def __init__(self, cast):
        self.at = now()
        self.cast = cast
        account(cast.ida)
        second_person(cast)
        fleet = enrolled_fleet(cast, FLEET, self.at)
        self.ida = actor_for(cast.ida, self.at)
        self.asked = asked(fleet[:3], self.ida, self.at)
        self.enrolments = fleet[3:]  # of which nothing is asked for yet
        self.tags = [one.device.asset_tag for one in self.enrolments]
        self.rule = tried(self.ida, self.at)
        self.before = harm()
        self.stands = asked_for()

    def done(self):
        """The harm that there is more of than before, a day later where anything was asked for."""
        if asked_for() != self.stands:
            with suppress(Exception), transaction.atomic():
                the_clock_goes_on(self.at)
        return dict(harm() - self.before)


@pytest.fixture
def world(cast):
    return World(cast)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path / "data"
    monkeypatch.chdir(tmp_path)


def test_harm_is_seen_where_it_is_done(world):
    """What counts the harm does count: otherwise nothing of the rest says anything."""
    assert world.done() == {}
    with undone():
        Overlay.objects.create(
            department=world.cast.water,
            ownership="city",
            settings={"failed_attempts_before_erase": 4},
            changed_at=world.at,
        )
        assert world.done() == {"settings by which devices erase themselves": 1}
    assert world.done() == {}


def tries(world, cast, at) -> Iterator[tuple[str, str]]:
    """Each page with what it is about: its sample, a phone, an enrolment, a request, a rule."""
    keys = (world.enrolments[0].pk, world.enrolments[0].device_id, world.asked.pk, world.rule.pk)
    for address, url, _ in open_addresses(all_addresses(), cast, at):
        yield address.name, url
        if address.arguments == {"key"}:
            for key in keys:
                with suppress(Exception):
                    yield address.name, address.url({"key": key})


def test_no_page_destroys(world, cast, at, settings):
    known = list(tries(world, cast, at))
    client = browser(cast.ida)
    client.raise_request_exception = False
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    world.before, world.stands = harm(), asked_for()  # the samples are made by now
    tags = "\n".join(world.tags)
    found, taken, asked_by = [], set(), set()
    for name, url in known:
        if name == "account:log-out":
            continue
        client.cookies[settings.SESSION_COOKIE_NAME] = session  # a page may have ended it
        with undone():
            page = client.get(url)
            if page.status_code == 404:
                continue
            form = (page.context or {}).get("form") if page.status_code == 200 else None
            given = filled(form, tags) if form is not None else {}
            said = {"reason": WHY, "password": "guess", "tags": tags, "confirmed": "on", **given}
            answer = client.post(url, said)
            if answer.status_code in {200, 302}:
                taken.add(name)
            if asked_for() != world.stands:
                asked_by.add(name)
            if more := world.done():
                found.append((name, more))
    assert found == []
    # the thief may ask: that is tried, and all that comes of it in a day
    assert {"destruction:erase", "destruction:remove", "automatic:propose"} <= asked_by
    assert "mdm:end" in taken
    assert len(taken) > 100


def bodies(world) -> Iterator[tuple[str, str, str, bytes]]:
    """Each operation that writes, on each planted thing, with the body that it describes."""
    described = openapi()
    known = described["components"]["schemas"]
    ids = [str(one.pk) for one in world.enrolments]
    about = (world.enrolments[0].pk, world.enrolments[0].device_id, world.asked.pk, world.rule.pk)
    for method, path, scope in operations():
        if method == "get":
            continue
        asks = described["paths"][path][method].get("requestBody", {}).get("content", {})
        schema = next((one["schema"] for one in asks.values() if "schema" in one), None)
        devices = [str(one.device_id) for one in world.enrolments]
        for things, yes in product((ids, devices), (True, False)):
            written = Bodies(known, things, world.tags, yes=yes)
            body = {} if schema is None else written.of(schema)
            urls = {re.sub(r"{[^}]*}", str(key), path) for key in (*about, world.tags[0])}
            yield from ((method, url, scope, json.dumps(body).encode()) for url in sorted(urls))


def test_no_operation_of_the_api_destroys(world, cast):
    headers, client = bearers(cast.ida), Client(raise_request_exception=False)
    world.before = harm()
    found, codes = [], set()
    requests = DestructiveRequest.objects.count()
    most = 0
    for method, url, scope, body in bodies(world):
        with undone():
            answer = client.generic(
                method.upper(), url, body, "application/json", headers=headers[scope]
            )
            codes.add(answer.status_code)
            most = max(most, DestructiveRequest.objects.count() - requests)
            if more := world.done():
                found.append((method, url, more))
    assert found == []
    assert most == 1  # the thief may ask: that is tried, and all that comes of it
    assert {200, 403, 404, 422} <= codes


def test_no_command_destroys(world, cast):
    found, known = [], set()
    tag, reply = world.tags[0], "guess\n" * 4
    answers = {"reason": WHY, "email": cast.ida.email, "kind": "wipe", "verb": "erase"}
    for words, command in commands(typer.main.get_command(app)):
        if words[0] in SERVE:
            continue
        for thing in (tag, str(world.asked.pk), str(world.rule.pk)):
            line = list(words)
            for one in (item for item in command.params if item.required):
                value = answers.get(one.name, thing)
                line += [value] if one.param_type_name == "argument" else [one.opts[0], value]
            with undone():
                CliRunner().invoke(app, line, input=reply)
                known.add(words)
                if more := world.done():
                    found.append((line, more))
    assert found == []
    assert {("mdm", "erase", "request"), ("mdm", "do")} <= known


def acts() -> Iterator[tuple[str, object]]:
    """Every action of every room: what is public in a module of actions and takes an actor."""
    for module in pkgutil.walk_packages(quartermaster.__path__, "quartermaster."):
        parts = module.name.split(".")
        if "actions" not in parts or "cli" in parts:
            continue
        for name, thing in vars(import_module(module.name)).items():
            if name.startswith("_") or not inspect.isfunction(thing):
                continue
            if thing.__module__ == module.name and "actor" in inspect.signature(thing).parameters:
                yield f"{module.name}.{name}", thing


def given(world, parameter: inspect.Parameter) -> object:
    """What the thief gives for a parameter, by its name."""
    first = world.enrolments[0]
    things = {
        "at": world.at,
        "earlier": world.at - timedelta(days=1),
        "enrolment": first,
        "enrolments": world.enrolments,
        "enrolment_id": first.pk,
        "enrolment_ids": [one.pk for one in world.enrolments],
        "device": first.device,
        "devices": [one.device for one in world.enrolments],
        "device_id": first.device_id,
        "device_ids": [one.device_id for one in world.enrolments],
        "request": world.asked,
        "request_id": world.asked.pk,
        "rule": world.rule,
        "rule_id": world.rule.pk,
        "version": world.rule.current,
        "department": Department.objects.get(code="WATER"),
        "department_id": world.cast.water.id,
        "person_id": world.cast.ana.id,
        "holder_id": world.cast.ana.id,
        "proof": None,
        "verb": "EraseDevice",
        "arguments": {},
        "kind": "wipe",
        "count": 1000,
        "limit": 1000,
        "days": 1,
        "extra": 500,
        "hours": 24,
        "shown": world.asked.digest,
        "digest": world.asked.digest,
    }
    return things.get(parameter.name, WHY)


def test_no_action_destroys(world):
    """As from a shell: with the thief's actor, and with that of the house itself."""
    found, tried_out, through = [], 0, 0
    for name, act in acts():
        known = inspect.signature(act).parameters.values()
        for actor in (world.ida, system("me")):
            said = {
                one.name: actor if one.name == "actor" else given(world, one)
                for one in known
                if one.default is one.empty and one.kind is one.KEYWORD_ONLY
            }
            tried_out += 1
            with undone():
                with suppress(Exception), transaction.atomic():
                    act(**said)
                    through += 1
                if more := world.done():
                    found.append((name, actor.label, more))
    assert found == []
    assert tried_out > 300
    assert through > 30
