"""Menu and search show each what is theirs."""

import pytest


@pytest.mark.django_db
def test_search_finds_only_what_one_may_see(logged_in, cast):
    found = logged_in(cast.ida).get("/search/", {"q": "reyes"}).content.decode()
    assert f"/people/{cast.ana.pk}/" in found
    hidden = logged_in(cast.rex).get("/search/", {"q": "reyes"}).content.decode()
    assert "Ana Reyes" not in hidden


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "%", "\x00", "x" * 5000, "'; DROP TABLE org_person"])
def test_odd_searches_do_no_harm(logged_in, cast, text):
    assert logged_in(cast.ida).get("/search/", {"q": text}).status_code == 200


@pytest.mark.django_db
def test_menu_has_what_one_may_open(logged_in, cast):
    assert b'href="/audit/"' in logged_in(cast.ida).get("/").content
    assert b'href="/audit/"' not in logged_in(cast.rex).get("/").content


@pytest.mark.django_db
def test_page_one_stands_on_is_marked_in_the_menu(logged_in, cast):
    assert b'href="/audit/" aria-current="page"' in logged_in(cast.ida).get("/audit/").content
