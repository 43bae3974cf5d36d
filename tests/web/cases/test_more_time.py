"""From the holder's page to the coordinator's decision and back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.compliance.actions import cases, extensions
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


@pytest.mark.clause("C-1")
def test_the_own_page_offers_more_time_while_it_can_be_asked_for(cast, logged_in, at):
    finding = make.told(cast.ana, at)
    client, own = logged_in(cast.ana), reverse("cases:mine")
    address = reverse("cases:extension-ask", kwargs={"key": finding.pk})
    assert address in text(client.get(own))
    extensions.ask_extension(
        finding=finding, days=3, reason="On leave", actor=cast.acting(cast.ana), at=at
    )
    assert address not in text(client.get(own))


@pytest.mark.clause("C-1")
def test_that_something_was_said_is_told_to_whoever_does_not_read_it(cast, logged_in, at):
    case = make.referred(cast, at)
    page = reverse("cases:case", kwargs={"key": case.pk})
    nothing, told = "Nothing so far", "has said their side"
    assert nothing in text(logged_in(cast.ida).get(page))
    cases.answer(
        finding=case.finding,
        text="It was the repair shop",
        actor=cast.acting(cast.ana),
        at=case.referred_at + timedelta(minutes=1),
    )
    for person, reads in ((cast.ida, False), (cast.sue, True), (cast.ana, True)):
        shown = text(logged_in(person).get(page))
        assert ("repair shop" in shown, told in shown) == (reads, not reads), person
        assert nothing not in shown
