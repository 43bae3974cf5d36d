"""Every door tried for call detail by everybody (G-9): what comes through is a table of three.

Doors are found by themselves: each page, each operation of the API, each command, each table, each
file. Marked calls are taken in as a carrier's bill brings them; the mark is looked for in all that
any door answers, within archives and papers too. A new door is tried without a word here.
"""

import gzip
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from typer.testing import CliRunner

from quartermaster.api.base import api, openapi
from quartermaster.cli.root import app
from quartermaster.files.models import StoredFile
from quartermaster.files.queries import read_file
from quartermaster.kernel.clock import now
from quartermaster.notify.models import Message
from quartermaster.org.models import Person, User
from quartermaster.org.queries import actor_for
from quartermaster.org.tokens import create_token
from quartermaster.usage.models import SummaryPost
from tests.doors.opening import of_things, questions, refused_by_permit
from tests.doors.planted import HOUSE, NUMBER, marked, plant
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-9")]
WAYS = ("look", "take csv", "take pdf")
# Of all people, states and doors: whoever asked, while it is granted, and by the one page.
ALLOWED = {("supervisor", "granted", way) for way in WAYS}
# These begin a server, a city of its own, or hand the rest to Django; the last is tried below.
WIDEST = "administrator, nobody asked"
WALKERS = (
    WIDEST,
    "supervisor",
    "supervisor of another",
    "employee, the calls are theirs",
    "coordinator",
    "auditor",
)
SERVE = {"serve", "web", "devices", "worker", "lmtp", "demo", "manage"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path / "data"
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")  # where a command writes what it is not told where to


@pytest.fixture
def world(cast):
    return plant(cast, now())


def browser(person: Person) -> Client:
    user, _ = User.objects.get_or_create(person=person, defaults={"email": person.email})
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return client


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class undone:  # noqa: N801 (read as a word)
    """What is done within is undone: one door's act must not close the next."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *problem):
        if not connection.needs_rollback:
            transaction.set_rollback(True)
        self.atomic.__exit__(*problem)


def test_the_mark_is_found_however_it_is_written_and_packed(tmp_path):
    for text in ("(262) 555-8642", "+12625558642", "262 555 8642", "QUILLMARKER falls"):
        assert marked(text.encode()), text
        assert marked(gzip.compress(text.encode()))
        with zipfile.ZipFile(tmp_path / "one.zip", "w") as packed:
            packed.writestr("a.txt", text, zipfile.ZIP_DEFLATED)
        assert marked((tmp_path / "one.zip").read_bytes())
    assert not marked(b"(262) 555-8643, Quill Falls")


def test_by_the_one_page_whoever_asked_and_nobody_else(world):
    requests = {"granted": world.granted, "expired": world.expired, "asked": world.asked}
    through, refused = set(), set()
    for who, person in world.people.items():
        client = browser(person)
        for state, request in requests.items():
            for way in WAYS:
                verb, _, kind = way.partition(" ")
                answer = client.post(f"/usage-detail/{request.pk}/{verb}/", {"kind": kind})
                if marked(body(answer)):
                    through.add((who, state, way))
                else:
                    assert answer.status_code in {403, 404}, (who, state, way)
                    refused.add((who, state, way))
    assert through == ALLOWED
    assert len(refused) == len(world.people) * len(requests) * len(WAYS) - len(ALLOWED)


def opened(client, name, url, there, found, who):
    """Open a page, and look for the mark in it."""
    answer = client.get(url)
    if answer.status_code not in {404, 405}:
        there.add(name)
    if marked(body(answer)):
        found.append((who, url))
    return answer.status_code


def test_no_page_of_many_things_shows_it_to_anybody(world):
    """Lists, searches, plots and front pages: by themselves, searched, as a sheet."""
    known = [address for address in all_addresses() if not address.arguments]
    there, found = set(), []
    for who in WALKERS:
        client, actor = browser(world.people[who]), actor_for(world.people[who], now())
        for address in known:
            if who != WIDEST and refused_by_permit(address, actor):
                continue
            for question in questions(address):
                opened(client, address.name, address.url({}) + question, there, found, who)
    assert found == []
    assert len(there) > len(known) * 3 // 4


def test_no_page_of_one_thing_shows_it_to_anybody(world):
    """Pages with the key of each planted thing. That opening changes nothing is proven elsewhere.

    What a page does not find is tried with one key of each page, as the widest of them.
    """
    known = [address for address in all_addresses() if address.arguments == {"key"}]
    there, found, otherwise = set(), [], []
    for who in WALKERS:
        client, at = browser(world.people[who]), now()
        actor = actor_for(world.people[who], at)
        for address in known:
            if who != WIDEST and refused_by_permit(address, actor):
                continue
            leading, empty = of_things(address, world.keys, actor, at)
            for url in leading:
                opened(client, address.name, url, there, found, who)
            for url in empty[-1:] if who == WIDEST else ():
                status = opened(client, address.name, url, set(), found, who)
                otherwise += [url] if status not in {403, 404, 405} else []
    assert (found, otherwise) == ([], [])
    assert {"imports:file", "inventory:line", "detail_requests:request"} <= there


def test_no_page_of_another_thing_shows_it_to_anybody(world, cast, at):
    """The samples of every room: what is shown beside them may be of the planted things."""
    there, found = set(), []
    known = [one for one in open_addresses(all_addresses(), cast, at) if one[0].arguments]
    for who in WALKERS:
        client, actor = browser(world.people[who]), actor_for(world.people[who], now())
        for address, url, _ in known:
            # what is opened by nobody but by sending is tried below
            if who == WIDEST or (address.name in there and not refused_by_permit(address, actor)):
                opened(client, address.name, url, there, found, who)
    assert found == []
    assert len(there) > len(known) // 3


def test_no_page_that_is_sent_to_gives_it_back(world, cast, at):
    """Pages that act, sent nothing but what they are about: all but the two that look."""
    looking = {"detail_requests:look", "detail_requests:take"}
    found, silent = [], set(looking)  # and those that are opened only
    samples = {address.name: url for address, url, _ in open_addresses(all_addresses(), cast, at)}
    for who in (WIDEST, "supervisor", "coordinator"):
        client = browser(world.people[who])
        actor = actor_for(world.people[who], now())
        for address in all_addresses():
            if address.name in silent or (who != WIDEST and refused_by_permit(address, actor)):
                continue
            for url in sent_to(address, samples[address.name], world, actor):
                with undone():
                    answer = client.post(url, {"kind": "csv", "reason": "x", "q": "quillm"})
                if answer.status_code == 405:
                    silent.add(address.name)
                    break
                if marked(body(answer)):
                    found.append((who, url))
    assert found == []
    assert len(silent) < len(all_addresses()) * 3 // 4


def sent_to(address, sample, world, actor):
    """The sample of an address, and the planted things that it is for."""
    things = of_things(address, world.keys, actor, now())[0] if address.arguments == {"key"} else []
    return [sample, *things]


def operations() -> list[tuple[str, str, str]]:
    """Method, path and scope of every operation; it is checked that none is left out."""
    found = [
        (method.lower(), f"/api/v1/{path.lstrip('/')}", check.scope)
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
        for check in (operation.auth_callbacks if operation.include_in_schema else ())
    ]
    described = {(m, path) for path, known in openapi()["paths"].items() for m in known}
    assert {(method, path) for method, path, _ in found} == described
    return sorted(found)


def bearers(person: Person) -> dict[str, dict[str, str]]:
    """Headers for each scope: somebody who was given every token that there is."""
    asked = sorted({scope for _, _, scope in operations()})
    found = {}
    for some in (asked[:40], asked[40:]):
        if some:
            words = {"actor": HOUSE, "at": now(), "expires_at": now() + timedelta(days=1)}
            _, secret = create_token(owner_id=person.id, name="All", scopes=some, **words)
            found |= {scope: {"Authorization": f"Bearer {secret}"} for scope in some}
    return found


def addressed(path: str, world) -> set[str]:
    """The address with each planted thing's key, the line's number and the person's own number."""
    if "{" not in path:
        return {path, f"{path}?limit=100&q=quillm"}
    keys = (*world.keys, NUMBER, "lines", "voice")
    return {re.sub(r"{[^}]*}", str(key), path) for key in keys}


def test_no_operation_of_the_api_answers_it(world):
    found, codes, there = [], set(), set()
    calls = [
        (method, url, scope)
        for method, path, scope in operations()
        for url in addressed(path, world)
    ]
    for who in WALKERS:
        headers, client = bearers(world.people[who]), Client()
        for call in calls if who == WIDEST else sorted(there):
            method, url, scope = call
            with undone():
                answer = client.generic(
                    method.upper(), url, b"{}", "application/json", headers=headers[scope]
                )
            codes.add(answer.status_code)
            if answer.status_code not in {404, 422}:
                there.add(call)
            if marked(body(answer)):
                found.append((who, method, url))
    assert found == []
    assert {200, 403, 404, 422} <= codes
    assert 401 not in codes


def commands(group, before=()) -> Iterator[tuple[tuple[str, ...], typer.core.TyperCommand]]:
    """Every command with its words."""
    for name, inner in group.commands.items():
        if hasattr(inner, "commands"):
            yield from commands(inner, (*before, name))
        else:
            yield (*before, name), inner


def spoken(words, command, world, answers) -> Iterator[list[str]]:
    """A command with whatever it needs: each planted key where it asks for one thing."""
    needed = [one for one in command.params if one.required]
    more = [one.opts[0] for one in command.params if one.name in {"as_json", "as_csv", "ended"}]
    for key in (NUMBER, world.people["supervisor"].number, world.granted.pk) if needed else ("",):
        given = []
        for one in needed:
            value = answers.get(one.name, str(key))
            given += [value] if one.param_type_name == "argument" else [one.opts[0], value]
        yield [*words, *given, *more]
    if more:
        yield [*words, *given]


def test_no_command_prints_or_writes_it(world, cast, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("number\n")
    answers = {"file": str(empty), "paths": str(empty), "body": str(empty), "email": cast.ida.email}
    answers |= {
        "month": "2026-09",
        "from_on": "2026-08-02",
        "until_on": "2026-09-01",
        "reason": "x",
    }
    answers |= {
        "directory": str(tmp_path / "here"),
        "to": str(tmp_path / "here"),
        "owner": cast.ida.number,
    }
    found, tried = [], set()
    for words, command in commands(typer.main.get_command(app)):
        if words[0] in SERVE:
            continue
        for line in spoken(words, command, world, answers):
            with undone():
                done = CliRunner().invoke(app, line)
            tried.add(words)
            if marked(done.output.encode()) or marked(repr(done.exception).encode()):
                found.append(line)
    found += [
        str(path)
        for path in (tmp_path / "here").rglob("*")
        if path.is_file() and marked(path.read_bytes())
    ]
    assert found == []
    assert len(tried) > 100


def test_no_table_holds_it_whoever_reads(world):
    """Not even the owner of the database: what a row stores is sealed, or not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE'"
            " AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [(table, row[0]) for row in cursor.fetchall() if marked(row[0].encode())]
    assert found == []
    assert {"public.usage_refusedrow", "public.audit_entry", "public.notify_message"} <= set(tables)


def test_neither_mail_nor_its_papers_nor_a_dump_say_it(world, tmp_path):
    letters = Message.objects.all()
    assert {"usage/detail/person", "usage/detail/granted"} <= set(
        letters.values_list("template", flat=True)
    )
    assert SummaryPost.objects.count() == 1
    assert not any(marked(f"{one.subject} {one.text}".encode()) for one in letters)
    papers = [read_file(stored.digest) for stored in StoredFile.objects.all()]
    assert papers
    assert not any(marked(paper) for paper in papers)
    call_command("dumpdata", output=str(tmp_path / "dump.json"))
    assert not marked((tmp_path / "dump.json").read_bytes())


def test_no_file_of_the_installation_has_it_in_clear(world, settings):
    files = [path for path in Path(settings.DATA).rglob("*") if path.is_file()]
    assert any(path.suffix == ".parquet" for path in files)
    assert [path for path in files if marked(path.read_bytes())] == []


def test_there_is_no_other_way_in(settings):
    """No page of Django's own administration: every page is one of the house, with its permit."""
    assert not any("admin" in address.name.split(":")[0] for address in all_addresses())
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
