"""Logging in, being thrown out, and setting a password by a link."""

import pytest
from django.test import Client

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.org import accounts
from quartermaster.org.models import User
from quartermaster.web.session import SEEN

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ida(cast) -> User:
    user = User(email="ida@city.example", person=cast.ida)
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client: Client, password: str = PASSWORD, **more: str):
    return client.post("/log-in/", {"email": "Ida@city.example", "password": password, **more})


@pytest.mark.django_db
def test_right_password_leads_to_where_one_was_going(ida, client):
    assert log_in(client, next="/audit/").url == "/audit/"
    assert client.get("/audit/").status_code == 200


@pytest.mark.django_db
def test_wrong_password_is_refused_with_the_sentence(ida, client):
    answer = log_in(client, "not this one")
    assert answer.status_code == 401
    assert b"The e-mail address or the password is not right." in answer.content


@pytest.mark.django_db
def test_too_many_tries_are_held_off(ida, client):
    answers = [log_in(client, "not this one") for _ in range(11)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.django_db
def test_idle_session_ends(ida, client):
    log_in(client)
    session = client.session
    session[SEEN] -= 16 * 60
    session.save()
    assert client.get("/me/").url == "/log-in/?next=%2Fme%2F"


@pytest.mark.django_db
def test_log_out_takes_a_button(ida, client):
    log_in(client)
    assert client.get("/log-out/").status_code == 405
    client.post("/log-out/")
    assert client.get("/me/").status_code == 302


@pytest.mark.django_db
def test_link_sets_a_password_once(cast, client):
    link = accounts.link_for(person_id=cast.ana.id, actor=system("test"), at=now())
    path = "/log-in/link/" + link.rstrip("/").rsplit("/", 1)[-1] + "/"
    assert b"This sets the password of Ana Reyes." in client.get(path).content
    weak = client.post(path, {"new": "short", "again": "short"})
    assert weak.status_code == 422
    differ = client.post(path, {"new": PASSWORD, "again": "another"})
    assert b"The two passwords differ." in differ.content
    assert client.post(path, {"new": PASSWORD, "again": PASSWORD}).url == "/"
    assert client.get("/me/").status_code == 200
    assert Client().get(path).status_code == 404


@pytest.mark.django_db
def test_password_is_changed_by_whoever_knows_it(ida, client):
    log_in(client)
    fresh = "another long password here"
    wrong = client.post("/me/password/", {"old": "no", "new": fresh, "again": fresh})
    assert wrong.status_code == 401
    right = client.post("/me/password/", {"old": PASSWORD, "new": fresh, "again": fresh})
    assert right.url == "/me/"
    assert client.get("/me/").status_code == 200


@pytest.mark.django_db
def test_forgotten_password_tells_nothing_about_the_address(ida, client):
    answers = {
        client.post("/log-in/forgot/", {"email": email}).status_code
        for email in ("ida@city.example", "nobody@city.example")
    }
    assert answers == {200}
