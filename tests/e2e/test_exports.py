"""On a phone somebody chooses City business out of an export, and the rest is gone."""

import re

import pytest
from playwright.sync_api import expect

from quartermaster.records.models import Record, StagedExport
from tests.e2e.conftest import NARROW
from tests.factories.exports import chat

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G-5")]


def test_two_messages_of_a_chat_are_chosen_looked_at_and_saved(enter, cast):
    page = enter(cast.ana)
    page.set_viewport_size(NARROW)
    page.goto("/records/exports/")
    name = "WhatsApp Chat - Pipe Works.zip"
    file = {"name": name, "mimeType": "application/zip", "buffer": chat()}
    page.get_by_label("The export").set_input_files(file)
    page.get_by_role("button", name="Look into it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Pipe Works").click()
    page.get_by_text("Only the messages ticked below").click()
    page.get_by_text("The main is open at Third and Polk").click()
    page.get_by_text("On our way").click()
    expect(page.get_by_label("Which of them are you")).to_have_value("Ana Reyes")
    page.get_by_label("What it is about").fill("The main at Third Street")
    page.get_by_role("button", name="Choose this").click()
    page.get_by_role("link", name="Save what I chose").click()
    expect(page.locator("main")).to_contain_text("2 of 4 messages become one record")
    page.get_by_text("Nothing is left on the device").click()
    page.get_by_role("button", name="Save, and destroy the rest").click()
    expect(page.locator("main")).to_contain_text(re.compile("Saved as R-2"))
    assert Record.objects.get().about == "The main at Third Street"
    assert not StagedExport.objects.exists()
