"""The search page: words, counts to narrow by, passages escaped, pages, searches that are kept."""

from urllib.parse import parse_qs, urlparse

import pytest
from django.urls import reverse

from quartermaster.records.models import SavedSearch
from quartermaster.records.rules.capture import Source
from quartermaster.records.search import results
from quartermaster.records.search.alike import compare_next
from tests.factories.records import PNG, custodian
from tests.factories.searching import kept, told
from tests.web.suites import QueryBudget

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
PAGE = "/records/search/"


@pytest.fixture
def valve(cast, at):
    return told(cast.acting(cast.ana), at, "The <b>valve</b> & more", about="<i>Valve</i> at Polk")


def test_what_is_found_is_marked_and_never_raw(logged_in, cast, at, valve):
    page = logged_in(cast.ana).get(PAGE, {"q": "valve"}).content.decode()
    assert "&lt;i&gt;<mark>Valve</mark>&lt;/i&gt; at Polk" in page
    assert "&lt;b&gt;<mark>valve</mark>&lt;/b&gt; &amp; more" in page
    assert "<b>valve" not in page
    assert "1 record<" in page


def test_others_find_nothing_of_it(logged_in, cast, at, valve):
    for who in (cast.rex, cast.cole, cast.sue, cast.ida):
        page = logged_in(who).get(PAGE, {"q": "valve"}).content.decode()
        assert "Nothing that you may see matches." in page
        assert valve.number not in page
        assert "Polk" not in page


def test_the_counts_narrow_and_are_taken_away_again(logged_in, cast, at, valve):
    told(cast.acting(cast.sue), at, "A valve of Sue's", source=Source.CHAT)
    paul = logged_in(custodian(cast))
    answer = paul.get(PAGE, {"q": "valve"})
    ways = {facet.key: given for facet, given in answer.context["ways"]}
    chat = next(way for way in ways["kind"] if way.label == "Messaging app")
    assert (chat.number, parse_qs(urlparse(chat.address).query)) == (
        1,
        {"q": ["valve"], "kind": ["chat"]},
    )
    narrowed = paul.get(chat.address)
    assert [one.record.author for one in narrowed.context["results"].results] == [cast.sue]
    assert 'form="seek-form" name="kind" value="chat"' in narrowed.content.decode()
    (chip,) = narrowed.context["chips"]
    assert (chip.label, chip.address) == ("Messaging app", f"{PAGE}?q=valve")


def test_htmx_gets_what_was_found_alone(logged_in, cast, valve):
    answer = logged_in(cast.ana).get(PAGE, {"q": "valve"}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert page.lstrip().startswith('<section id="found"')
    assert valve.number in page


def test_pages_follow_one_another(logged_in, cast, at):
    ana = cast.acting(cast.ana)
    numbers = {told(ana, at, "sluice").number for _ in range(results.PAGE + 1)}
    client = logged_in(cast.ana)
    first = client.get(PAGE, {"q": "sluice"})
    second = client.get(first.context["following"])
    got = [
        one.record.number for answer in (first, second) for one in answer.context["results"].results
    ]
    assert (set(got), len(got), second.context["following"]) == (numbers, results.PAGE + 1, "")
    assert "Back to the first page" in second.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"q": "before:soon"},
        {"kind": "nonsense"},
        {"person": "x"},
        {"after": "x"},
        {"q": "held:yes"},
        {"since": "x"},
        {"department": "' OR 1=1"},
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(logged_in, cast, query):
    answer = logged_in(cast.ana).get(PAGE, query)
    assert answer.status_code == 200
    assert answer.context["problem"]


@pytest.mark.parametrize("q", ["\x00", "'\"\\", "((((", "a" * 5000, "!&|<->:*", "%s %(x)s", "🙂"])
def test_whatever_is_typed_is_answered(logged_in, cast, q):
    assert logged_in(cast.ana).get(PAGE, {"q": q}).status_code == 200


def test_a_record_shows_its_text_its_conversation_and_those_alike(logged_in, cast, at):
    text = " ".join(f"word{place}" for place in range(30))
    ana = cast.acting(cast.ana)
    one = told(ana, at, f"{text} <script>", content=PNG)
    two = told(ana, at, text, content=PNG + b"2", about="The second of two")
    told(cast.acting(cast.sue), at, text, about="Alike, of Sue")
    compare_next()
    page = logged_in(cast.ana).get(reverse("records:record", kwargs={"key": one.pk}))
    shown = page.content.decode()
    assert "word29 &lt;script&gt;" in shown
    assert [row.pk for row in page.context["thread"]] == [two.pk]
    assert [row.pk for row in page.context["alike"]] == [two.pk]
    assert "Alike, of Sue" not in shown
    found = logged_in(cast.ana).get(PAGE, {"q": "word3"}).content.decode()
    assert "1 more alike" in found


def test_the_box_of_the_house_leads_there(logged_in, cast):
    page = logged_in(cast.ana).get("/search/", {"q": "a valve"}).content.decode()
    assert f"{PAGE}?q=a+valve" in page


def test_a_search_is_kept_opened_changed_and_forgotten(logged_in, cast, at):
    client = logged_in(cast.ana)
    keep = f"{reverse('records:search-keep')}?q=valve&kind=chat&order=newest&nonsense=1"
    assert "valve · kind: chat" in client.get(keep).content.decode()
    client.post(keep, {"name": "Valves", "alert": "on", "shared": "on"})
    row = SavedSearch.objects.get()
    assert (row.words, row.chosen, row.order) == ("valve", {"kind": "chat"}, "newest")
    assert (row.alert, row.shared) == (True, False)
    opened = client.get(reverse("records:search-open", kwargs={"key": row.pk}))
    assert opened["Location"] == f"{PAGE}?q=valve&kind=chat&order=newest"
    client.post(reverse("records:search-change", kwargs={"key": row.pk}), {})
    row.refresh_from_db()
    assert row.alert is False
    assert client.post(keep, {"name": "Valves"}).status_code == 409
    client.post(reverse("records:search-forget", kwargs={"key": row.pk}), {})
    assert not SavedSearch.objects.exists()


def test_a_shared_search_is_opened_by_custodians_and_by_nobody_else(logged_in, cast, at):
    paul = custodian(cast)
    row = kept(cast.acting(paul), at, shared=True)
    address = reverse("records:search-kept", kwargs={"key": row.pk})
    assert logged_in(paul).get(address).status_code == 200
    for who in (cast.ana, cast.rex, cast.ida):
        assert logged_in(who).get(address).status_code == 404


def test_a_search_takes_a_bounded_number_of_statements(logged_in, cast, at):
    for place in range(12):
        told(cast.acting(cast.ana), at, f"valve {place}")
    client = logged_in(cast.ana)
    client.get(PAGE)
    with QueryBudget(40):
        client.get(PAGE, {"q": "valve"})
