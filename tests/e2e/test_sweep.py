"""Every page for each role: no barrier, nothing against its policy, no side scroll."""

import pytest
from django.test import Client

from quartermaster.org.models import User
from tests.e2e.conftest import NARROW, WIDE
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses

TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def look_at(page, axe, name, url) -> list[str]:
    """What is wrong with one page."""
    page.set_viewport_size(WIDE)
    page.goto(url)
    found = [f"{name}: {line}" for line in axe(page)]
    page.set_viewport_size(NARROW)
    cdp = page.context.new_cdp_session(page)
    asked = {"expression": f"({TOO_WIDE})()", "returnByValue": True}
    if cdp.send("Runtime.evaluate", asked)["result"]["value"]:
        found.append(f"{name}: scrolls sideways at {NARROW['width']} pixels")
    cdp.detach()
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["ida", "cole", "sue", "ana", "rex"])
def test_every_page(enter, axe, cast, at, who):
    page = enter(getattr(cast, who))
    client = Client()
    client.force_login(User.objects.get(person=getattr(cast, who)))
    console: list[str] = []
    page.on("console", lambda said: console.append(f"{page.url}: {said.text}"))
    found = []
    for address, url, _ in open_addresses(all_addresses(), cast, at):
        answer = client.get(url)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue  # a download, or refused: the page of a refusal is seen below
        found += look_at(page, axe, address.name, url)
    found += look_at(page, axe, "not found", "/no/such/page/")
    refused = [line for line in console if "Content Security Policy" in line or "Refused" in line]
    assert (found, refused) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_pages_without_log_in(context, axe, cast, at):
    page = context.new_page()
    found = []
    for name, url in [("log-in", "/log-in/"), ("forgot", "/log-in/forgot/")]:
        found += look_at(page, axe, name, url)
    assert found == []
