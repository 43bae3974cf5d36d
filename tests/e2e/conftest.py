"""A real browser on a live server. Skipped, with a clear line, where no Chromium is installed.

``QUARTERMASTER_REQUIRE_BROWSER=1`` makes its absence a failure; ``QUARTERMASTER_CHROMIUM`` names
a browser elsewhere.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from quartermaster.org.models import Person, User

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where the browser is."""
    named = os.environ.get("QUARTERMASTER_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session", autouse=True)
def ledger_can_be_emptied() -> Iterator[None]:
    """After a test on the live server every table is emptied; the ledger's trigger refuses that.

    A request of the browser's last page may be under way still: it reads several tables, and
    emptying takes them all, so that one may wait for the other in a circle. Whoever waits for a
    second in a circle is cancelled by the database; emptying gives way long before, and tries
    again, so that no page ever is.
    """
    flush = DatabaseOperations.sql_flush

    def without_triggers(*args: Any, **kwargs: Any) -> list[str]:
        first = ["SET LOCAL session_replication_role = replica;", "SET LOCAL lock_timeout = 200;"]
        return [*first, *flush(*args, **kwargs)]

    run = DatabaseOperations.execute_sql_flush

    def patiently(self: DatabaseOperations, statements: list[str]) -> None:
        for _ in range(49):
            try:
                return run(self, statements)
            except OperationalError:
                continue
        return run(self, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", without_triggers)
        patch.setattr(DatabaseOperations, "execute_sql_flush", patiently)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for all tests of this process."""
    path = chromium()
    if path is None:
        message = "No Chromium is installed: the browser tests did not run."
        if os.environ.get("QUARTERMASTER_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    # Playwright runs a loop in this thread; Django's guard against that is for servers.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A fresh window on the live server, with nobody logged in."""
    opened = browser.new_context(base_url=live_server.url, viewport=WIDE)
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def enter(context: BrowserContext, live_server: Any) -> Callable[[Person], Page]:
    """A page of somebody who has logged in already: ``enter(cast.ida)``."""

    def log_in(person: Person) -> Page:
        user, _ = User.objects.get_or_create(person=person, defaults={"email": person.email})
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return context.new_page()

    return log_in


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Serious and critical violations of the page on show, one line each.

    axe comes in by the debugging protocol, so that the page keeps its content security policy.
    """
    if not AXE.exists():
        pytest.fail("axe-core is not there; run make setup.")
    source = AXE.read_text(encoding="utf-8")

    def look(page: Page) -> list[str]:
        link = page.context.new_cdp_session(page)
        link.send("Runtime.evaluate", {"expression": source})
        run = """axe.run({resultTypes: ["violations"]}).then(found => JSON.stringify(
            found.violations.filter(v => ["serious", "critical"].includes(v.impact))
              .map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.html).join(" | "))))"""
        asked = {"expression": run, "awaitPromise": True, "returnByValue": True}
        answer = link.send("Runtime.evaluate", asked)
        link.detach()
        return list(json.loads(answer["result"]["value"]))

    return look
