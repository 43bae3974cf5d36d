"""From the holder's page to the coordinator's decision and back."""

import pytest
from django.urls import reverse

from quartermaster.compliance.actions import extensions
from quartermaster.compliance.models import Extension
from tests.factories import cases as make
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing):
    return reverse(f"cases:extension-{name}", kwargs={"key": thing.pk})


def text(answer):
    return answer.content.decode()


class TestExtensions(RoomViewTests):
    list_name = "cases:extensions"
    seen_by = {"ana": {"one"}, "cole": {"one"}, "sue": set(), "ida": {"one"}, "rex": set()}

    def things(self, cast, at):
        asked = extensions.ask_extension(
            finding=make.told(cast.ana, at),
            days=3,
            reason="On leave",
            actor=cast.acting(cast.ana),
            at=at,
        )
        return {"one": asked}


@pytest.mark.clause("C-1")
def test_more_time_from_the_holders_page_to_the_decision(logged_in, cast, at):
    finding = make.told(cast.ana, at)
    ana, cole, rex = (logged_in(person) for person in (cast.ana, cast.cole, cast.rex))
    page = reverse("compliance:finding", kwargs={"key": finding.pk})
    assert to("ask", finding) in text(ana.get(page))
    assert to("ask", finding) not in text(cole.get(page))
    assert rex.get(to("ask", finding)).status_code in {403, 404}
    ana.post(to("ask", finding), {"days": "3", "reason": "I am on leave"})
    asked = Extension.objects.get()
    assert to("ask", finding) not in text(ana.get(page))
    assert "I am on leave" in text(cole.get(to("grant", asked)))
    assert ana.post(to("grant", asked), {"reason": ""}).status_code == 403
    assert cole.post(to("decline", asked), {"reason": ""}).status_code == 422
    cole.post(to("grant", asked), {"reason": "Have a good time"})
    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("granted", "Have a good time")
    assert "More time: granted" in text(ana.get(page))
