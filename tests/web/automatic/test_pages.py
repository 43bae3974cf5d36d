"""Pages of rules: written by one, switched on by another who sees the plan, stopped by anybody."""

import re

import pytest
from django.urls import reverse

from quartermaster.compliance.models import ActionRule, AutomaticAct, Restriction
from quartermaster.compliance.rules.automatic import Action
from quartermaster.mdm.models import DestructiveRequest
from quartermaster.web.cards import cards_for
from quartermaster.web.panels import panels_of
from tests.factories import automatic as make
from tests.factories.destruction import account, second_person
from tests.factories.org import PASSWORD
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db
WHY = {"reason": "I looked at the plan"}
RULE = {
    "name": "Phones without a passcode",
    "action": "restrict",
    "checks": ["passcode"],
    "after_days": "1",
    "count": "3",
    "percent": "25",
    "hours": "24",
    "reason": "Too many lie about open",
}


@pytest.fixture
def ben(cast):
    account(cast.ida)
    return second_person(cast)


@pytest.fixture
def failing(cast, at, settings):
    settings.AUTOMATIC_JUMP_LEAST = 1000
    make.ask(at)
    found = make.phones(cast, 4, at)
    make.fail(found, at)
    make.later(found, at)
    return found


def to(name, thing=None):
    return reverse(f"automatic:{name}", kwargs={"key": thing.pk} if thing else {})


def text(answer):
    return answer.content.decode()


def shown(answer):
    return re.search(r'name="shown" value="([0-9a-f]{64})"', text(answer)).group(1)


class TestRules(RoomViewTests):
    list_name = "automatic:rules"
    detail_name = "automatic:rule"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"one", "two"}, "rex": set()}

    def things(self, cast, at):
        ida = cast.acting(cast.ida)
        return {"one": make.proposed(ida, at), "two": make.tried(ida, at)}


class TestActs(RoomViewTests):
    list_name = "automatic:acts"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"one"}, "rex": set()}

    def things(self, cast, at):
        make.ask(at)
        found = make.phones(cast, 1, at)
        make.fail(found, at)
        make.tried(cast.acting(cast.ida), at)
        make.tick(make.later(found, at))
        return {"one": AutomaticAct.objects.get()}


@pytest.mark.clause("G-10")
def test_from_a_proposal_to_a_rule_that_is_on(logged_in, cast, ben, at):
    ida, second = logged_in(cast.ida), logged_in(ben)
    answer = ida.post(to("propose"), RULE)
    rule = ActionRule.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, to("rule", rule))
    assert "Passcode" in text(ida.get(to("rule", rule)))
    ida.post(to("try", rule))
    assert ida.post(to("approve", rule), {**WHY, "password": PASSWORD}).status_code == 422
    page = second.get(to("approve", rule))
    digest = shown(page)
    wrong = second.post(to("approve", rule), {**WHY, "shown": digest, "password": "guess"})
    assert wrong.status_code == 401
    stale = second.post(to("approve", rule), {**WHY, "shown": "0" * 64, "password": PASSWORD})
    assert (stale.status_code, shown(stale)) == (409, digest)
    second.post(to("approve", rule), {**WHY, "shown": digest, "password": PASSWORD})
    rule.refresh_from_db()
    assert (rule.state, rule.current.approval.approver) == ("on", ben)
    buttons = text(second.get(to("rule", rule)))
    assert f'href="{to("stop", rule)}"' in buttons


def test_who_wrote_it_is_not_offered_to_switch_it_on(logged_in, cast, ben, at):
    rule = make.tried(cast.acting(cast.ida), at)
    offered = f'href="{to("approve", rule)}"'
    pages = [text(logged_in(person).get(to("rule", rule))) for person in (cast.ida, ben)]
    assert [offered in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"checks": []}, "no rule acts on everything"),
        ({"action": "wipe"}, "Only devices of the City"),
        ({"count": "5000"}, "1000"),
        ({"checks": ["made-up"]}, "made-up"),
        ({"reason": "no"}, "Say why"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_why(logged_in, cast, wrong, said):
    answer = logged_in(cast.ida).post(to("propose"), {**RULE, **wrong})
    assert (answer.status_code, ActionRule.objects.count()) == (422, 0)
    assert said in text(answer)


@pytest.mark.clause("G-10", "C-1")
def test_the_plan_names_devices_reasons_and_where_it_would_stop(logged_in, cast, ben, failing, at):
    rule = make.tried(cast.acting(cast.ida), at, make.terms(count=2))
    late = make.phones(cast, 1, at)[0]
    make.report(late, at)
    page = text(logged_in(ben).get(to("rule", rule)))
    assert "City services that ask this house turn the device away" in page
    assert all(phone.asset_tag in page for phone in failing)
    assert "The holder was not told yet." in page


def test_a_stopped_rule_is_on_the_dashboard_and_goes_on(logged_in, cast, ben, failing, at, rf):
    ida, second = cast.acting(cast.ida), cast.acting(ben)
    then = at + 14 * make.DAY
    rule = make.on(ida, second, then, make.terms(percent=25))
    make.tick(then)
    request = rf.get("/")
    request.actor, request.at = second, then
    titles = {card.title: card.figure for card in cards_for(request)}
    assert titles["Rule stopped"] == 1
    assert Restriction.objects.count() == 1
    page = text(logged_in(cast.ida).get(to("rule", rule)))
    assert "more than 1 takes a person" in page


def test_everything_is_stopped_on_one_page_and_goes_on_by_another_person(logged_in, cast, ben, at):
    helper = second_person(cast, "itmd_helpdesk", "1010")
    logged_in(helper).post(to("stop-everything"), {"reason": "an attack"})
    page = text(logged_in(cast.ida).get(to("rules")))
    address = re.search(r'href="(/automatic-actions/stops/[^"]+)"', page).group(1)
    assert "Everything stands still" in page
    assert logged_in(helper).get(address).status_code == 403
    answer = logged_in(ben).post(address, {"reason": "It was a drill", "password": PASSWORD})
    assert answer.status_code == 302
    assert "Everything stands still" not in text(logged_in(cast.ida).get(to("rules")))


@pytest.mark.clause("G-10")
def test_what_a_rule_proposes_becomes_the_request_of_a_person(logged_in, cast, ben, failing, at):
    then = at + 14 * make.DAY
    rule = make.on(
        cast.acting(cast.ida), cast.acting(ben), then, make.terms(Action.REMOVAL, percent=25)
    )
    make.tick(then)
    page = text(logged_in(cast.ida).get(to("rule", rule)))
    assert "Proposed, two people decide" in page
    assert "Two people decide" in text(logged_in(cast.ida).get(to("approve", rule)))
    assert DestructiveRequest.objects.count() == 0
    logged_in(cast.ida).post(to("decline", rule), {"reason": "Talked with Ana about it"})
    assert AutomaticAct.objects.filter(state="declined").count() == 1
    again = logged_in(cast.ida).post(to("ask", rule), {"reason": "As the rule says it"})
    assert again.status_code == 409


@pytest.mark.clause("G-10", "G-1")
def test_the_holder_sees_on_the_device_what_restricts_it_and_others_do_not(
    logged_in, cast, ben, at, rf
):
    phone = make.phones(cast, 1, at)[0]
    logged_in(cast.ida).post(to("restrict", phone), {"reason": "Stolen, says a caller"})

    def panel(person):
        request = rf.get("/")
        request.actor, request.at = cast.acting(person), at
        found = {item.slug: str(item.html) for item in panels_of("device", request, phone)}
        return found.get("access-to-city-services", "")

    assert "Stolen, says a caller" in panel(cast.ana)
    assert "Lift" not in panel(cast.ana)
    assert "Lift" in panel(cast.ida)
    assert panel(cast.rex) == ""
    assert logged_in(cast.rex).get(to("restrict", phone)).status_code == 403
    placed = Restriction.objects.get()
    logged_in(cast.ida).post(to("lift", placed), {"reason": "It was a joke"})
    placed.refresh_from_db()
    assert placed.lifted_by == cast.ida
