"""The page of the trace, and its CSV."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from quartermaster.org.models import User
from quartermaster.policy.controls import REQUIREMENT_IDS, controls


def _client(person):
    client = Client()
    client.force_login(User.objects.create(email=person.email, person=person))
    return client


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "ida", "rex"])
def test_every_requirement_is_on_the_page(cast, who):
    assert reverse("reports:trace") == "/policy/trace/"
    answer = _client(getattr(cast, who)).get("/policy/trace", follow=True)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert [clause for clause in REQUIREMENT_IDS if f'id="{clause}"' not in page] == []
    assert "Planned" in page


def test_csv(cast):
    answer = _client(cast.rex).get("/policy/trace/?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    lines = list(csv.DictReader(StringIO(answer.content.decode())))
    assert [line["control"] for line in lines] == [item.id for item in controls()]


def test_a_stranger_logs_in_first(db):
    assert Client().get("/policy/trace/").status_code == 302
