"""The first walk: log in, look at the dashboard, the ledger and the search."""

import pytest
from django.test import Client

from quartermaster.org.models import User


@pytest.fixture
def ida(cast) -> Client:
    user = User(email="ida@city.example", person=cast.ida)
    user.set_password("correct horse battery")
    user.save()
    client = Client()
    answer = client.post("/log-in/", {"email": user.email, "password": "correct horse battery"})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize(
    "address",
    ["/", "/audit/", "/audit/1/", "/search/?q=x", "/me/", "/me/password/", "/audit/?format=csv"],
)
def test_page_opens(ida, address):
    assert ida.get(address).status_code == 200


def test_stranger_is_sent_to_the_log_in_page(db):
    answer = Client().get("/audit/?q=x")
    assert answer.url == "/log-in/?next=%2Faudit%2F%3Fq%3Dx"


def test_wrong_password_is_refused(ida, cast):
    answer = Client().post("/log-in/", {"email": "ida@city.example", "password": "wrong"})
    assert answer.status_code == 401


def test_unknown_address_is_not_found(ida):
    assert ida.get("/nope/").status_code == 404
