"""Pages of findings: who sees them, their story, and the verbs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.audit.models import Entry
from quartermaster.compliance.actions.findings import give_notice
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.web.cards import cards_for, glances_for
from quartermaster.web.panels import panels_of
from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def make(cast, holder, **more):
    return FindingFactory(device=DeviceFactory(holder=holder), **more)


def told(finding, at):
    with act(system("test"), at) as doing:
        give_notice(finding, doing)
    return finding


def to(name, finding):
    return reverse(f"compliance:{name}", kwargs={"key": finding.pk})


class TestFindings(RoomViewTests):
    """A supervisor hears of a finding when it is referred, not before."""

    list_name = "compliance:findings"
    detail_name = "compliance:finding"
    seen_by = {
        "ana": {"ana"},
        "cole": {"ana"},
        "sue": set(),
        "ida": {"ana", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {"ana": make(cast, cast.ana), "rex": make(cast, cast.rex)}


def test_the_list_shows_what_is_not_settled_unless_asked(logged_in, cast, at):
    live = make(cast, cast.ana)
    over = make(cast, cast.ana, state="cured", closed_at=at, clause="G-10")
    client = logged_in(cast.ida)

    def shown(**query):
        table = client.get(reverse("compliance:findings"), query).context["table"]
        return {row.record.pk for row in table.page.object_list}

    assert shown() == {live.pk}
    assert shown(state="all") == {live.pk, over.pk}
    assert shown(state="cured") == {over.pk}
    assert shown(state="all", clause="G-10") == {over.pk}
    assert shown(department="WATER", severity="high", check="passcode") == {live.pk}
    assert shown(severity="low") == set()
    assert shown(q="reyes") == {live.pk}


@pytest.mark.clause("C-1")
def test_a_finding_tells_its_story_with_the_mail_as_it_was_sent(logged_in, cast, at):
    finding = told(make(cast, cast.ana), at)
    page = logged_in(cast.ana).get(to("finding", finding)).content.decode()
    mail = Message.objects.get()
    assert finding.remedy in page
    assert f"Mail to Ana Reyes: {mail.subject}" in page
    assert "No passcode is set." in mail.text
    assert "The holder was told" in page
    assert to("finding-withdraw", finding) not in page
    assert f"/findings/{finding.pk}/" in mail.text


@pytest.mark.clause("C-1")
def test_a_finding_is_withdrawn_with_a_reason(logged_in, cast, at):
    finding = told(make(cast, cast.ana), at)
    client = logged_in(cast.ida)
    assert client.post(to("finding-withdraw", finding)).status_code == 422
    answer = client.post(to("finding-withdraw", finding), {"reason": "A faulty report."})
    assert answer["Location"] == to("finding", finding)
    finding.refresh_from_db()
    assert (finding.state, finding.closing_reason) == ("withdrawn", "A faulty report.")
    entry = Entry.objects.order_by("-seq").filter(tag="compliance.finding.withdrawn").get()
    assert (entry.actor_label, entry.data["reason"]) == ("Ida Lindqvist", "A faulty report.")
    assert "A faulty report." in client.get(to("finding", finding)).content.decode()


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_withdraw(logged_in, cast, at, who):
    finding = make(cast, cast.ana)
    answer = logged_in(getattr(cast, who)).post(to("finding-withdraw", finding), {"reason": "x"})
    assert answer.status_code == 403
    finding.refresh_from_db()
    assert finding.state == "open"


def test_a_coordinator_evaluates_the_devices_of_the_department_alone(logged_in, cast, at):
    ours, theirs = make(cast, cast.ana), make(cast, cast.rex)
    client = logged_in(cast.cole)
    assert client.get(to("finding-evaluate", ours)).status_code == 200
    assert client.post(to("finding-evaluate", ours)).status_code == 302
    assert client.post(to("finding-evaluate", theirs)).status_code == 404
    states = {finding.pk: finding.state for finding in type(ours).objects.all()}
    # not under management: nothing is asked of it any longer
    assert states == {ours.pk: "withdrawn", theirs.pk: "open"}


def test_the_panel_of_a_device_shows_each_check(asking, cast):
    finding = make(cast, cast.ana)
    EvaluationFactory(device=finding.device)

    def panel(person):
        shown = panels_of("device", asking(person), finding.device)
        return [item.html for item in shown if item.title == "Compliance"]

    assert "No passcode is set." in panel(cast.ana)[0]
    assert to("finding", finding) in panel(cast.cole)[0]
    assert "Evaluate again" not in panel(cast.ana)[0]
    assert "Evaluate again" in panel(cast.cole)[0]
    assert (panel(cast.sue), panel(cast.rex)) == ([], [])


def test_the_panel_of_a_person_shows_findings_to_whom_they_concern(asking, cast):
    finding = make(cast, cast.ana)

    def panel(person):
        shown = panels_of("person", asking(person), cast.ana)
        return [item.html for item in shown if item.title == "Findings"]

    assert to("finding", finding) in panel(cast.ana)[0]
    assert (panel(cast.sue), panel(cast.rex)) == ([], [])


def test_cards_name_what_needs_attention(asking, cast, at):
    late = told(make(cast, cast.ana), at)
    type(late).objects.filter(pk=late.pk).update(state="overdue", cure_until=at - timedelta(1))
    make(cast, cast.cole)

    def cards(person):
        shown = cards_for(asking(person))
        return {item.title: item.figure for item in shown if "inding" in item.title}

    def yours(person):
        shown = cards_for(asking(person))
        return [item.tone for item in shown if item.title.startswith("To put right")]

    assert cards(cast.ida) == {"Findings overdue": 1, "Findings not told yet": 1}
    assert cards(cast.cole) == cards(cast.ida)
    assert (cards(cast.sue), cards(cast.rex)) == ({}, {})
    assert (yours(cast.ana), yours(cast.cole), yours(cast.rex)) == (["bad"], [], [])


def test_the_glance_counts_what_one_looks_after(asking, cast):
    device = DeviceFactory(holder=cast.ana)
    EvaluationFactory(device=device)
    EnrolmentFactory(device=device)

    def glance(person):
        shown = glances_for(asking(person))
        return [body for title, body in shown if title == "Compliance at a glance"]

    assert glance(cast.cole)[0].context["chart"].total == 1
    assert (glance(cast.ana), glance(cast.rex)) == ([], [])


def test_findings_are_found_by_search(logged_in, cast, at):
    finding = make(cast, cast.ana)
    address = reverse("home:search")
    asked = {"q": finding.device.asset_tag}
    assert to("finding", finding) in logged_in(cast.ida).get(address, asked).content.decode()
    assert to("finding", finding) not in logged_in(cast.rex).get(address, asked).content.decode()
