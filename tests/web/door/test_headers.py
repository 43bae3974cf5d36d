"""What every answer carries."""

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
def test_page_allows_nothing_inline_and_no_foreign_host(logged_in, cast):
    answer = logged_in(cast.ida).get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_no_page_has_anything_inline(logged_in, cast):
    for address in ("/", "/audit/", "/people/", "/log-in/"):
        page = logged_in(cast.ida).get(address, follow=True).content.decode()
        assert (address, " style=" in page, "<style" in page) == (address, False, False)
        assert " onclick=" not in page


def test_static_files_are_kept_for_ever_under_an_address_of_their_content():
    answer = Client().get(f"{settings.STATIC_URL}house/house.css")
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.django_db
def test_form_without_its_token_is_refused_with_a_page(cast):
    answer = Client(enforce_csrf_checks=True).post("/log-in/", {"email": "a", "password": "b"})
    assert answer.status_code == 403
    assert b"This form is too old" in answer.content


@pytest.mark.django_db
def test_htmx_of_an_ended_session_is_sent_to_the_log_in_page(cast):
    answer = Client().get("/audit/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/log-in/?next=%2Faudit%2F"


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_after_logging_in_one_goes_nowhere_else(logged_in, cast, wanted):
    answer = logged_in(cast.ana).get("/log-in/", {"next": wanted})
    assert answer.url == "/"


@pytest.mark.django_db
def test_problem_of_a_room_is_a_page_with_its_sentence(logged_in, cast):
    answer = logged_in(cast.ida).get("/audit/999999/")
    assert answer.status_code == 404
    assert b"There is no such entry, or you may not see it." in answer.content
