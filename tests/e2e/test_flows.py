"""What people do: log in by keyboard, narrow a list, sort it, find, log out."""

import re

import pytest
from playwright.sync_api import expect

from quartermaster.jobs.acts import act
from quartermaster.org.models import User
from tests.e2e.conftest import NARROW

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ledger(cast, at):
    with act(cast.acting(cast.ida), at) as doing:
        for number in range(60):
            doing.record("org.person.changed", cast.ana, number=number)
        doing.record("org.department.added", cast.water)


@pytest.fixture
def ida_can_log_in(cast):
    user = User(email="ida@city.example", person=cast.ida)
    user.set_password(PASSWORD)
    user.save()


@pytest.mark.django_db(transaction=True)
def test_log_in_and_out_with_the_keyboard(context, cast, ida_can_log_in):
    page = context.new_page()
    page.goto("/audit/")
    expect(page).to_have_url(re.compile(r"/log-in/\?next=%2Faudit%2F"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the main content")).to_be_focused()
    page.get_by_label("City e-mail address").focus()
    page.keyboard.type("ida@city.example")
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is not right")
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit ledger")
    page.get_by_role("button", name="Log out").press("Enter")
    expect(page.get_by_text("You are logged out.")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_list_is_narrowed_sorted_and_paged_in_place(enter, cast, ledger):
    page = enter(cast.ida)
    page.goto("/audit/")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"1.25 of 61 entries"))
    page.get_by_label(re.compile("^Search what")).fill("department")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\s*1 entry"))
    expect(page).to_have_url(re.compile("q=department"))
    page.get_by_label(re.compile("^Search what")).fill("")
    expect(page.get_by_role("status")).to_have_text(re.compile("of 61 entries"))
    page.get_by_role("link", name="Entry").first.click()
    expect(page).to_have_url(re.compile("sort=seq"))
    expect(page.get_by_role("row").nth(1)).to_contain_text("org.person.changed")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"26.50 of 61 entries"))
    page.go_back()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"1.25 of 61 entries"))


@pytest.mark.django_db(transaction=True)
def test_slash_leads_to_the_search(enter, cast):
    page = enter(cast.ida)
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_label("Search everything")
    expect(box).to_be_focused()
    page.keyboard.type("zebra")
    page.keyboard.press("Enter")
    expect(page.get_by_text("matches “zebra”")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_menu_on_a_phone(enter, cast):
    page = enter(cast.ida)
    page.set_viewport_size(NARROW)
    page.goto("/")
    button = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("link", name="Audit ledger")).to_be_hidden()
    button.click()
    expect(page.get_by_role("link", name="Audit ledger")).to_be_hidden()  # its section is folded
    page.get_by_text("Administration", exact=True).click()
    page.get_by_role("link", name="Audit ledger", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit ledger")


@pytest.mark.django_db(transaction=True)
def test_sections_of_the_menu_unfold_by_keyboard_and_stay_from_page_to_page(enter, cast):
    page = enter(cast.ida)
    page.goto("/findings/")
    here = page.get_by_role("navigation", name="Main").get_by_role("link", name="Findings")
    expect(here).to_have_attribute("aria-current", "page")
    lines = page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Lines", exact=True
    )
    expect(lines).to_be_hidden()
    page.locator("summary", has_text="Equipment").focus()
    page.keyboard.press("Enter")
    expect(lines).to_be_visible()
    page.goto("/people/")
    expect(lines).to_be_visible()
    page.locator("summary", has_text="Equipment").focus()
    page.keyboard.press("Space")
    page.goto("/people/")
    expect(lines).to_be_hidden()


@pytest.mark.django_db(transaction=True)
def test_sections_of_the_menu_unfold_without_javascript(browser, live_server, enter, cast):
    state = enter(cast.ida).context.storage_state()
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=state
    )
    page = plain.new_page()
    page.goto("/findings/")
    lines = page.get_by_role("navigation", name="Main").get_by_role(
        "link", name="Lines", exact=True
    )
    expect(lines).to_be_hidden()
    page.locator("summary", has_text="Equipment").click()
    expect(lines).to_be_visible()
    plain.close()


@pytest.mark.django_db(transaction=True)
def test_list_works_without_javascript(browser, live_server, enter, cast, ledger):
    page = enter(cast.ida)
    state = page.context.storage_state()
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=state
    )
    page = plain.new_page()
    page.goto("/audit/")
    page.get_by_label(re.compile("^Search what")).fill("department")
    page.get_by_role("button", name="Apply").click()
    assert "1 entry" in page.content()
    plain.close()
