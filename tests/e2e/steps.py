"""What people do on every page: fill in what is asked by its name, press the button, sit down."""

from typing import Any

from playwright.sync_api import Page, expect


def put(page: Page, **given: Any) -> None:
    """Fill in the form of a page, each field by its name."""
    for name, value in given.items():
        field = page.locator(f"main [name='{name}']")
        kind = field.first.get_attribute("type") or ""
        if kind == "file":
            field.set_input_files(value)
        elif kind in {"radio", "checkbox"}:
            chosen = page.locator(f"main [name='{name}'][value='{value}']")
            key = (field if value is True else chosen).first.get_attribute("id")
            page.locator(f"main label[for='{key}']").click()
        elif field.first.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def press(page: Page, name: str = "") -> None:
    """Press a button, or the only one, and wait for the page that answers."""
    main = page.locator("main")
    button = main.get_by_role("button", name=name, exact=True) if name else None
    with page.expect_navigation():
        (button or main.locator("form button[type=submit]")).click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def refused(page: Page, address: str, said: str = "There is no such page") -> None:
    """A page that this reader does not get, with the sentence that they do get."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(said)


def alerted(page: Page, words: str) -> None:
    """What was sent was not taken, and the page says why."""
    expect(page.get_by_role("alert").first).to_contain_text(words)
