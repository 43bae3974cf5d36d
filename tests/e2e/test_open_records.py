"""A request, from the public's page to the release, as the custodian works on it."""

import io
import re

import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from quartermaster.disclosure import actions, schedule
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.kernel.clock import now
from quartermaster.org.models import User
from quartermaster.records.models import Record
from tests.disclosure.redaction.proof import places_of
from tests.e2e.test_sweep import look_at
from tests.factories.disclosure import TEXT, filed, record_of, released
from tests.factories.documents import OPEN, SECRET, leaky_pdf
from tests.factories.records import custodian, paul
from tests.web.addresses import all_addresses
from tests.web.samples import open_addresses

GROUND = "19.36(10)(a)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-5")
def test_custodian_answers_a_request_from_intake_to_release(
    enter, browser, live_server, cast, at, settings, tmp_path
):
    settings.DATA = tmp_path
    paul = custodian(cast)
    record_of(cast, at, leaky_pdf(), "report.pdf", "application/pdf")
    record_of(cast, at, TEXT.encode(), "chat.txt", "text/plain")

    outside = browser.new_context(base_url=live_server.url, accept_downloads=True)
    public = outside.new_page()
    public.goto("/open-records/")
    public.get_by_role("link", name="Ask for records").click()
    public.get_by_label("What records do you ask for?").fill("All on the main at Third Street")
    public.get_by_role("button", name="Send the request").click()
    code = public.locator("code").inner_text()

    page = enter(paul)
    page.goto("/waiting/")
    page.get_by_role("link", name=re.compile("Acknowledge OR-")).click()
    page.get_by_role("link", name="Acknowledge", exact=True).click()
    page.get_by_role("button", name="Acknowledge it").click()
    page.get_by_role("link", name="Find records").click()
    page.get_by_label("Words").fill("main")
    page.get_by_role("button", name="Search", exact=True).last.click()
    for box in page.get_by_role("checkbox", name=re.compile("Pick R-")).all():
        box.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Add what is picked").click()
    page.get_by_role("link", name="To the request").click()
    page.get_by_role("link", name="Close the search").click()
    page.get_by_role("button", name="Close the search").click()

    page.get_by_role("link", name="report.pdf").click()
    _draw(page)
    page.locator("#id_area_code").select_option(GROUND)
    page.get_by_role("button", name="Mark the area").click()
    page.get_by_text("The area is marked.").wait_for()
    _take_out_words(page)
    page.get_by_role("link", name="The next one").click()
    _take_out_words(page)

    page.get_by_role("link", name="OR-", exact=False).first.click()
    page.get_by_role("link", name="Put the release together").click()
    page.get_by_role("button", name="Put it together").click()
    page.get_by_text("A release is being put together").wait_for()
    schedule.make_packages(now())
    page.get_by_role("link", name="Release 1").click()  # the page looks again by itself
    page.get_by_role("link", name="Give it out").click()
    page.get_by_label("What the answer says").fill("Here is what we have.")
    page.get_by_role("button", name="Give it out").click()
    page.get_by_text("It is given out").wait_for()

    public.get_by_role("link", name="See how it stands").click()
    public.get_by_label("Status code").fill(code.lower())
    public.get_by_role("button", name="Show it").click()
    with public.expect_download() as download:
        public.get_by_role("link", name=re.compile("release.pdf")).click()
    content = download.value.path().read_bytes()
    outside.close()
    assert places_of(SECRET, content) == []
    pages = [leaf.extract_text() for leaf in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert OPEN in " ".join(pages)
    request = RecordsRequest.objects.get()
    assert (request.outcome, request.packages.get().downloads) == ("partial", 1)
    assert Record.objects.filter(about__startswith="Release 1").count() == 1


def _draw(page):
    """Draw an area with the pointer, at the foot of the page where nothing stands."""
    leaf = page.locator("#redact-page")
    leaf.scroll_into_view_if_needed()
    edges = leaf.bounding_box()
    page.mouse.move(edges["x"] + 40, edges["y"] + 60)
    page.mouse.down()
    page.mouse.move(edges["x"] + 140, edges["y"] + 90, steps=4)
    page.mouse.up()
    assert float(page.locator("#id_area_right").input_value()) > 0


def _take_out_words(page):
    page.locator("#id_words_words").fill(SECRET)
    page.locator("#id_words_code").select_option(GROUND)
    page.get_by_role("button", name="Mark the words").click()
    page.get_by_text(re.compile("Marked in [0-9]+ places?")).wait_for()
    page.get_by_text("Release with redactions", exact=True).click()
    page.get_by_role("button", name="Decide").click()
    page.get_by_role("link", name="The copy as it is given out").wait_for()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["custodian", "holder", "nobody"])
def test_every_page_of_requests(enter, context, axe, cast, at, who, settings, tmp_path):
    settings.DATA = tmp_path
    person = {"custodian": custodian(cast), "holder": cast.ana, "nobody": None}[who]
    page, client = (enter(person) if person else context.new_page()), Client()
    if person:
        client.force_login(User.objects.get_or_create(person=person)[0])
    console: list[str] = []
    page.on("console", lambda said: console.append(f"{page.url}: {said.text}"))
    found = []
    addresses = [item for item in all_addresses() if item.name.startswith("disclosure:")]
    for address, url, _ in open_addresses(addresses, cast, at):
        answer = client.get(url)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found += look_at(page, axe, address.name, url)
    refused = [line for line in console if "Content Security Policy" in line or "Refused" in line]
    assert (found, refused) == ([], [])
    assert reverse("disclosure:public") == "/open-records/"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answered", [False, True], ids=["new", "answered"])
def test_the_pages_of_who_has_a_status_code(context, axe, cast, at, settings, tmp_path, answered):
    settings.DATA = tmp_path
    if answered:
        package = released(cast, at)
        code = actions.new_status_code(request_id=package.request_id, actor=paul(cast), at=at)
    else:
        _, code = filed(at)
    page = context.new_page()
    page.goto("/open-records/status/")
    page.get_by_label("Status code").fill(code)
    page.get_by_role("button", name="Show it").click()
    page.get_by_text("What you asked for").wait_for()
    assert look_at(page, axe, "status", "/open-records/status/") == []
    if answered:
        page.get_by_text("I do not agree with the answer").click()
        assert axe(page) == []
    page.goto("/open-records/ask/")
    page.get_by_label("What records do you ask for?").fill("All on the main at Third Street")
    page.get_by_role("button", name="Send the request").click()
    page.get_by_text("Write down this status code").wait_for()
    assert axe(page) == []
