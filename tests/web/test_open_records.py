"""The pages of open-records requests, the public's first."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from quartermaster.disclosure import actions, schedule
from quartermaster.disclosure.models import Appeal, RecordsRequest, RequestItem, Search
from quartermaster.kernel.clock import now
from quartermaster.org.models import User
from tests.factories.disclosure import GROUND, acknowledged, collected, released, reviewed
from tests.factories.documents import SECRET
from tests.factories.records import custodian, paul, saved
from tests.factories.searching import told
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def told_code(answer):
    return re.search(r"<code>([0-9A-Z-]{29})</code>", answer.content.decode())[1]


def ask(client, **more):
    given = {"wanted": "Everything on the main", **more}
    return client.post(reverse("disclosure:public-file"), given)


@pytest.mark.clause("G-5")
def test_anybody_asks_and_sees_how_it_stands(client):
    code = told_code(ask(client))
    page = client.get(reverse("disclosure:public-status"))
    assert "Everything on the main" not in page.content.decode()
    answer = client.post(reverse("disclosure:public-status"), {"code": code.lower()}, follow=True)
    assert "Everything on the main" in answer.content.decode()
    assert code not in answer.content.decode()
    assert Client().get(reverse("disclosure:public-status")).context.get("asked") is None


def test_a_program_that_fills_in_everything_is_told_so(client):
    answer = ask(client, website="http://spam.example")
    assert (answer.status_code, RecordsRequest.objects.count()) == (422, 0)
    assert "Leave this field empty" in answer.content.decode()


def test_too_many_get_the_status_of_too_many(client, settings):
    settings.OPEN_RECORDS_HOURLY_PLACE = 1
    assert [ask(client).status_code, ask(client).status_code] == [200, 429]


def test_what_cannot_be_a_request_is_shown_at_its_field(client):
    for given in ({"wanted": ""}, {"email": "nobody"}, {"wanted": "x" * 7000}):
        assert ask(client, **given).status_code == 422
    assert RecordsRequest.objects.count() == 0


def test_a_wrong_code_tells_nothing(client):
    answer = client.post(reverse("disclosure:public-status"), {"code": "AAAAA"})
    assert answer.status_code == 404
    assert "No request has this code" in answer.content.decode()


def test_nothing_is_there_where_it_is_switched_off(client, settings):
    settings.OPEN_RECORDS_PAGE = False
    for name in ("public", "public-file", "public-status"):
        assert client.get(reverse(f"disclosure:{name}")).status_code == 404


@pytest.fixture
def answered(cast, at, client, logged_in):
    """A request that was filed on the page and released, its code given in this browser."""
    package = released(cast, at)
    fresh = logged_in(custodian(cast)).post(
        reverse("disclosure:code", kwargs={"key": package.request_id})
    )
    client.post(reverse("disclosure:public-status"), {"code": told_code(fresh)})
    return package


def test_release_and_letter_are_fetched_by_the_code_alone(answered, client):
    file, letter = answered.files.get(), answered.request.letters.get()
    for name, key in (("public-fetch", file.pk), ("public-letter", letter.pk)):
        address = reverse(f"disclosure:{name}", kwargs={"key": key})
        got = client.get(address)
        assert (got.status_code, got["Content-Type"]) == (200, "application/pdf")
        assert "attachment" in got["Content-Disposition"]
        assert Client().get(address).status_code == 404
    answered.refresh_from_db()
    assert answered.downloads == 1


def test_a_release_of_another_request_is_not_fetched(answered, client, cast, at):
    other = released(cast, at)
    address = reverse("disclosure:public-fetch", kwargs={"key": other.files.get().pk})
    assert client.get(address).status_code == 404


def test_who_has_the_code_may_appeal_once(answered, client):
    address = reverse("disclosure:public-status")
    assert client.post(address, {"text": "Too much is black"}).status_code == 302
    assert "It is being looked at" in client.get(address).content.decode()
    assert Appeal.objects.get().text == "Too much is black"
    assert Client().post(address, {"text": "Not mine"}).status_code == 404


def test_reading_room_shows_what_was_published_and_nothing_else(answered, cast, at):
    file = answered.files.get()
    address = reverse("disclosure:public-read", kwargs={"key": file.pk})
    assert Client().get(address).status_code == 404
    actions.publish(package_id=answered.id, title="The main", actor=paul(cast), at=at)
    assert Client().get(address).status_code == 200
    room = Client().get(reverse("disclosure:public")).content.decode()
    assert "The main" in room
    assert "Pat Public" not in room
    actions.unpublish(package_id=answered.id, actor=paul(cast), at=at)
    assert Client().get(address).status_code == 404


class TestRequests(RoomViewTests):
    list_name = "disclosure:requests"
    detail_name = "disclosure:request"
    seen_by = {"paul": {"one", "two"}, "ana": set(), "rex": set(), "cole": set()}

    def things(self, cast, at):
        cast.paul = cast.ida = custodian(cast)  # whom the suite lets sort and count
        return {"one": acknowledged(cast, at), "two": acknowledged(cast, at)}

    def test_htmx_gets_the_results_alone(self, logged_in, cast, at):
        self.things(cast, at)
        super().test_htmx_gets_the_results_alone(logged_in, cast, at)

    def test_odd_questions_do_no_harm(self, logged_in, cast, at):
        self.things(cast, at)
        super().test_odd_questions_do_no_harm(logged_in, cast, at)


@pytest.fixture
def reviewer(cast, logged_in):
    return logged_in(custodian(cast))


def test_review_marks_and_decides_by_forms_alone(cast, at, reviewer):
    item = collected(cast, at)[0]
    address = reverse("disclosure:review", kwargs={"key": item.pk})
    edges = {"page": 1, "left": "10", "top": "10.5", "right": "20", "bottom": "12"}
    for given in (
        {"do": "words", "words": SECRET, "code": GROUND},
        {"do": "area", "code": GROUND, **edges},
        {"do": "decide", "decision": "redact", "code": ""},
    ):
        assert reviewer.post(address, given).status_code == 302, given
    item.refresh_from_db()
    assert (item.decision, item.redactions.get(top=1050).right) == ("redact", 2000)
    copy = reviewer.get(reverse("disclosure:copy", kwargs={"key": item.pk}))
    assert copy.content.startswith(b"%PDF-")
    assert reviewer.post(address, {"do": "reconsider"}).status_code == 302
    mark = item.redactions.first()
    assert reviewer.post(address, {"do": "unmark", "mark": str(mark.pk)}).status_code == 302


@pytest.mark.parametrize(
    "given",
    [
        {"do": "area", "code": GROUND, "page": 1, "left": 90, "top": 1, "right": 10, "bottom": 2},
        {"do": "area", "code": "", "page": 1, "left": 1, "top": 1, "right": 10, "bottom": 2},
        {"do": "words", "words": "zyzzyva", "code": GROUND},
        {"do": "passage", "start": 0, "end": 4, "code": GROUND},
        {"do": "decide", "decision": "withhold", "code": ""},
        {"do": "decide", "decision": "redact", "code": ""},
        {"do": "nothing"},
    ],
)
def test_what_cannot_be_marked_or_decided_is_said(cast, at, reviewer, given):
    item = collected(cast, at)[0]
    address = reverse("disclosure:review", kwargs={"key": item.pk})
    assert reviewer.post(address, given).status_code == 422
    assert RequestItem.objects.get(id=item.id).decision == "pending"


def test_a_passage_of_a_text_is_counted_in_letters(cast, at, reviewer):
    text = "Ω🙂 secret end"
    record = saved(cast.acting(cast.ana), at, text.encode())
    (item,) = collected(cast, at, record)
    start = text.index("secret")
    given = {"do": "passage", "start": start, "end": start + 6, "code": GROUND}
    address = reverse("disclosure:review", kwargs={"key": item.pk})
    assert reviewer.post(address, given).status_code == 302
    assert b">secret</mark>" in reviewer.get(address).content


def test_records_are_found_and_picked(cast, at, reviewer):
    record = saved(cast.acting(cast.ana), at)
    request = acknowledged(cast, at)
    address = reverse("disclosure:find", kwargs={"key": request.pk})
    nothing = reviewer.get(address, {"look": "1", "q": "zyzzyva"})
    assert nothing.context["found"].counted.number == 0
    for query in ({"q": "main"}, {"people": "reyes"}, {"since": "2026-11-01"}):
        found = reviewer.get(address, {"look": "1", **query})
        assert [row.pk for row in found.context["found"].records] == [record.pk], query
    assert reviewer.post(address, {"records": ["odd"]}).status_code == 422
    assert reviewer.post(address, {"records": [str(record.pk)]}).status_code == 302
    assert request.items.count() == 1


def test_what_is_found_is_narrowed_by_counts_and_added_at_once(cast, at, reviewer, monkeypatch):
    ana, sue = cast.acting(cast.ana), cast.acting(cast.sue)
    mine = told(ana, at, "The gate valve leaks")
    told(ana, at, "Something else", with_whom="Kim Banks")
    hers = told(sue, at, "The gate valve is shut", with_whom="Reyes & Co")
    request = acknowledged(cast, at)
    address = reverse("disclosure:find", kwargs={"key": request.pk})
    found = reviewer.get(address, {"look": "1", "q": '"gate valve"'})
    assert {row.pk for row in found.context["found"].records} == {mine.pk, hers.pk}
    ways = {facet.key: given for facet, given in found.context["ways"]}
    of_ana = next(way.address for way in ways["person"] if way.label == cast.ana.name)
    assert [row.pk for row in reviewer.get(of_ana).context["found"].records] == [mine.pk]
    both = reviewer.get(address, {"look": "1", "people": "reyes", "q": "valve"})
    assert {row.pk for row in both.context["found"].records} == {mine.pk, hers.pk}
    assert reviewer.get(address, {"look": "1", "q": "before:soon"}).context["problem"]
    monkeypatch.setattr("quartermaster.disclosure.actions.collecting.MOST_AT_ONCE", 1)
    too_many = reviewer.post(f"{address}?look=1&q=valve", {"all": "1"})
    assert (too_many.status_code, request.items.count()) == (422, 0)
    assert "More than 1 records fit" in too_many.content.decode()
    assert reviewer.post(of_ana, {"all": "1"}).status_code == 302
    assert [item.item.record_id for item in request.items.all()] == [mine.pk]


def test_who_is_asked_answers_for_themselves(cast, at, logged_in, reviewer):
    request, record = acknowledged(cast, at), saved(cast.acting(cast.ana), at)
    ask_page = reverse("disclosure:ask", kwargs={"key": request.pk})
    given = {"people": "1001", "what": "Messages on the main"}
    assert reviewer.post(ask_page, {**given, "people": "nobody"}).status_code == 422
    assert reviewer.post(ask_page, given).status_code == 302
    search = Search.objects.get()
    address = reverse("disclosure:my-search", kwargs={"key": search.pk})
    assert logged_in(cast.rex).get(address).status_code == 404
    ana = logged_in(cast.ana)
    answer = {"answer": "transferred", "records": [str(record.pk)], "searched": "on"}
    assert ana.post(address, {"answer": "transferred", "searched": "on"}).status_code == 422
    assert ana.post(address, answer).status_code == 302
    search.refresh_from_db()
    assert (search.state, list(search.records.all())) == ("attested", [record])


def test_auditor_sees_that_there_is_one_but_not_who_asks(cast, at, logged_in):
    from quartermaster.org.roles import Role
    from tests.factories.destruction import second_person

    auditor = second_person(cast, role=Role.AUDITOR, number="1018")
    request = acknowledged(cast, at)
    page = logged_in(auditor).get(reverse("disclosure:request", kwargs={"key": request.pk}))
    assert page.status_code == 200
    assert "Pat Public" not in page.content.decode()
    assert User.objects.filter(person=auditor).exists()


def test_waiting_for_me_names_what_is_the_custodian_s(cast, at, reviewer):
    request = acknowledged(cast, at)
    assert request.number in reviewer.get(reverse("waiting:mine")).content.decode()


def test_a_release_is_asked_for_on_its_page_and_shown_while_it_is_made(cast, at, logged_in):
    page = logged_in(custodian(cast))
    made = reviewed(cast, at)
    address = reverse("disclosure:request", kwargs={"key": made.pk})
    asked = page.post(reverse("disclosure:package", kwargs={"key": made.pk}), {}, follow=True)
    assert asked.redirect_chain[-1][0] == f"{address}#releases"
    shown = asked.content.decode()
    assert "A release is being put together" in shown
    assert 'hx-trigger="every 4s"' in shown
    assert "None yet." not in shown[shown.index('id="releases"') :]
    schedule.make_packages(now())
    ready = page.get(address).content.decode()
    assert "Release 1</a>, not given out" in ready
    assert "every 4s" not in ready


def test_why_a_release_was_not_made_stands_on_the_page(cast, at, logged_in):
    made = reviewed(cast, at)
    actions.order_package(request_id=made.id, actor=paul(cast), at=at)
    actions.withdraw(request_id=made.id, reason="They wrote so", actor=paul(cast), at=at)
    schedule.make_packages(at)
    page = logged_in(custodian(cast))
    shown = page.get(reverse("disclosure:request", kwargs={"key": made.pk})).content.decode()
    assert "was not put together: This request is closed. Reopen it first." in shown
