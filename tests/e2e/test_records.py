"""A phone saves screenshots while its connection comes and goes: all arrive, each once."""

import re

import pytest
from playwright.sync_api import expect

from quartermaster.records.models import Record, RecordItem
from tests.e2e.conftest import NARROW
from tests.factories.quarantine import PROGRAM
from tests.factories.records import PNG, custodian

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("G-5"),
    pytest.mark.clause("C-2"),
]
SHOTS = [
    {"name": f"Screenshot {number}.png", "mimeType": "image/png", "buffer": PNG + bytes([number])}
    for number in range(1, 4)
]


EMPTY = """async () => {
    for (let tries = 0; tries < 150 && (await records.all()).length; tries += 1) {
        await new Promise((go) => setTimeout(go, 200));
    }
}"""
CONTROLLED = """async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
        await new Promise((go) =>
            navigator.serviceWorker.addEventListener("controllerchange", go, {once: true}));
    }
}"""


@pytest.fixture
def phone(enter, cast):
    page = enter(cast.ana)
    page.set_viewport_size(NARROW)
    page.goto("/records/save/")
    return page


def fill(page, about="The main at Third Street"):
    page.get_by_label("What it is about").fill(about)
    page.get_by_label("With whom").fill("Pipe Works")
    page.get_by_text("Nothing is left on the device").click()


def cut_at_the_second(page):
    """The connection goes while the second file is on its way."""
    seen = []

    def handle(route):
        seen.append(route.request.url)
        if len(seen) == 2:
            page.context.set_offline(True)
            route.abort()
        else:
            route.continue_()

    page.route("**/records/queue/items/", handle)
    return seen


def saved_everything():
    items = RecordItem.objects.order_by("position")
    return [(item.name, item.size) for item in items if item.record_id]


def test_three_screenshots_with_the_network_cut_in_the_middle_all_arrive_once(phone):
    cut_at_the_second(phone)
    phone.get_by_label("Pictures, documents, recordings").set_input_files(SHOTS)
    fill(phone)
    phone.get_by_role("button", name="Save the record").click()
    expect(phone.locator("#records-said")).to_contain_text("kept on this phone")
    expect(phone.locator("#records-waiting")).to_contain_text("1 of 3 files sent")
    assert not Record.objects.exists()
    phone.context.set_offline(False)
    expect(phone.locator("#records-said")).to_contain_text("Saved: R-2", timeout=30_000)
    assert saved_everything() == [(shot["name"], len(PNG) + 1) for shot in SHOTS]
    assert Record.objects.count() == 1
    phone.get_by_role("link", name=re.compile("^R-2")).click()
    expect(phone.get_by_role("heading", level=2, name="Files, as they came")).to_be_visible()


def test_what_waits_outlives_the_page_and_goes_when_it_is_opened_again(phone):
    cut_at_the_second(phone)
    phone.get_by_label("Pictures, documents, recordings").set_input_files(SHOTS)
    fill(phone)
    phone.get_by_role("button", name="Save the record").click()
    expect(phone.locator("#records-said")).to_contain_text("kept on this phone")
    context = phone.context
    phone.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/records/save/")  # the worker may be quicker than the page
    again.evaluate(EMPTY)
    assert len(saved_everything()) == 3
    assert Record.objects.count() == 1


def test_with_a_connection_it_leads_to_the_receipt_and_what_is_wrong_is_said(phone):
    phone.get_by_label("Pictures, documents, recordings").set_input_files(SHOTS[:1])
    phone.get_by_role("button", name="Save the record").click()
    expect(phone.locator("#records-said")).to_contain_text("required")
    fill(phone)
    phone.get_by_role("button", name="Save the record").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("R-2")
    assert len(saved_everything()) == 1


def test_what_another_app_shares_waits_on_the_page_with_its_files(phone):
    phone.evaluate(CONTROLLED)
    phone.evaluate(
        """() => {
            const form = document.createElement("form");
            form.method = "post"; form.action = "/records/share/";
            form.enctype = "multipart/form-data";
            const input = document.createElement("input");
            input.type = "file"; input.name = "files"; input.multiple = true;
            const given = new DataTransfer();
            given.items.add(new File(["a shared letter"], "letter.txt", {type: "text/plain"}));
            input.files = given.files;
            const words = document.createElement("input");
            words.name = "text"; words.value = "From the contractor";
            form.append(input, words); document.body.append(form); form.submit();
        }"""
    )
    expect(phone.locator("#records-said")).to_contain_text("1 file from another app")
    expect(phone.get_by_label("Or the words of a message")).to_have_value("From the contractor")
    fill(phone, "A letter")
    phone.get_by_role("button", name="Save the record").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("R-2")
    assert [name for name, _ in saved_everything()] == ["letter.txt", "message.txt"]


def test_a_program_is_refused_in_words_and_the_custodian_sees_to_it(phone, enter, cast):
    program = {"name": "invoice.exe", "mimeType": "image/png", "buffer": PROGRAM}
    phone.get_by_label("Pictures, documents, recordings").set_input_files([program])
    fill(phone)
    phone.get_by_role("button", name="Save the record").click()
    expect(phone.locator("#records-said")).to_contain_text("It is kept for the records custodian")
    desk = enter(custodian(cast))
    desk.goto("/records/refused/")
    desk.get_by_role("link", name="invoice.exe").click()
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Take it away unopened").click()
    assert taken.value.suggested_filename == "invoice.exe.quarantined"
    desk.get_by_role("link", name="Save as a record").click()
    desk.get_by_label("With whom").fill("Pipe Works")
    desk.get_by_role("button", name="Save it").click()
    expect(desk.get_by_text("Saved by the custodian")).to_be_visible()
    number = Record.objects.get().number
    phone.goto("/records/refused/")
    expect(phone.get_by_text(number)).to_be_visible()
