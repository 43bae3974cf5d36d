"""The pages of requests for usage detail, and every way to call detail for every role."""

import itertools
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.kernel.clock import now
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from quartermaster.usage.models import DetailLook, DetailRequest
from tests.cast import LONG_AGO
from tests.factories import detail as make
from tests.factories.org import PersonFactory
from tests.usage.warehouse.making import call
from tests.web.suites import RoomViewTests

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-9")]
PARTY = "+12625550199"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture
def calls(cast, tmp_path, at):
    make.line(cast.ana)
    make.called(tmp_path, at, call(number="414-555-0101", day="10/05/2026"))


def to(name, thing=None):
    kwargs = {"key": thing.pk} if thing is not None else {}
    return reverse(f"detail_requests:{name}", kwargs=kwargs)


def body(answer):
    return answer.content.decode()


class TestRequests(RoomViewTests):
    list_name = "detail_requests:requests"
    detail_name = "detail_requests:request"
    seen_by = {"ida": {"one"}, "sue": {"one"}, "ana": set(), "cole": set(), "rex": set()}

    def things(self, cast, at):
        return {"one": make.asked(cast, at)}


def test_from_asking_to_what_the_employee_sees(logged_in, cast, calls):
    sue = logged_in(cast.sue)
    asked = sue.post(
        to("new"),
        {
            "person": cast.ana.pk,
            "since_on": "2026-10-01",
            "until_on": "2026-10-31",
            "category": "bill",
            "reason": "The bill is high",
        },
    )
    request = DetailRequest.objects.get()
    assert asked.url == to("request", request)
    ida = logged_in(cast.ida)
    assert "Grant or decline: Usage detail of Ana Reyes" in body(ida.get(reverse("waiting:mine")))
    assert "The bill is high" in body(ida.get(to("request", request)))
    ida.post(to("grant", request), {"decision": "Plausible"})
    sue = logged_in(cast.sue)
    assert PARTY not in body(sue.get(to("look", request)))
    assert not DetailLook.objects.exists()
    shown = sue.post(to("look", request))
    assert PARTY in body(shown)
    assert "Taken by Sue Okafor" in body(shown)
    assert shown["Cache-Control"] == "no-store, private"
    copy = sue.post(to("take", request), {"kind": "csv"})
    assert PARTY in body(copy)
    assert "attachment" in copy["Content-Disposition"]
    paper = sue.post(to("take", request), {"kind": "pdf"})
    assert paper.content.startswith(b"%PDF")
    ana = logged_in(cast.ana)
    mine = body(ana.get(to("mine")))
    for text in ("Sue Okafor", "looked at", "taken as csv", "A bill that needs explaining"):
        assert text in mine, text
    assert "The bill is high" not in mine
    assert PARTY not in mine
    person = reverse("org:person", kwargs={"key": cast.ana.pk})
    assert "Who saw your usage detail" in body(ana.get(person))
    assert "Who saw your usage detail" not in body(logged_in(cast.sue).get(person))


def _actors(cast):
    """Somebody of every role there is, one a role."""
    found = {"supervisor": cast.sue, "employee": cast.rex, "subject": cast.ana}
    for role in Role:
        person = PersonFactory(department=cast.water)
        RoleAssignment.objects.create(
            person=person,
            role=role,
            department=cast.water if role == Role.COORDINATOR else None,
            granted_at=LONG_AGO,
        )
        found[str(role)] = person
    return found


WAYS = ("look", "take-csv", "take-pdf")
STATES = ("asked", "granted", "declined", "ended", "expired")


def test_every_role_at_every_way_in_every_state(logged_in, cast, calls):
    """Default-deny: of all of them one comes through, and that is written down."""
    at = now()
    requests = {"granted": make.granted(cast, at), "asked": make.asked(cast, at)}
    ida = cast.acting(cast.ida)
    words = {"actor": ida, "at": at}
    declined, ended = make.asked(cast, at), make.granted(cast, at)
    make.verbs.decline_detail(request_id=declined.id, decision="No", **words)
    make.verbs.end_detail(request_id=ended.id, **words)
    expired = make.granted(cast, at - 20 * DAY)
    requests |= {"declined": declined, "ended": ended, "expired": expired}
    through = set()
    for (who, person), state, way in itertools.product(_actors(cast).items(), STATES, WAYS):
        name, _, kind = way.partition("-")
        answer = logged_in(person).post(to(name, requests[state]), {"kind": kind})
        leaks = PARTY in body(answer) if way != "take-pdf" else answer.content[:4] == b"%PDF"
        if leaks:
            through.add((who, state, way))
        else:
            assert answer.status_code in {403, 404, 405}, (who, state, way, answer.status_code)
    assert through == {("supervisor", "granted", way) for way in WAYS}
    assert DetailLook.objects.count() == len(WAYS)


def test_no_other_page_of_the_house_shows_the_other_party(logged_in, cast, calls, at):
    make.granted(cast, at)
    for person in (cast.ida, cast.sue, cast.ana, cast.cole):
        client = logged_in(person)
        for url in ("/", "/lines/", "/usage-detail/", "/search/?q=2625550199", "/my-usage-detail/"):
            answer = client.get(url, follow=True)
            assert not re.search("262.{0,3}555.{0,2}0199</", body(answer)), url
            assert PARTY not in body(answer), url
