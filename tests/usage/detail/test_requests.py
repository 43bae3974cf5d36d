"""Usage detail on request: asked with a reason, granted by another, looked at on record (G-9)."""

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from quartermaster.audit.queries import entries_about
from quartermaster.inventory.actions import change_line
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.queries import actor_for
from quartermaster.usage.actions import detail_requests as verbs
from quartermaster.usage.models import DetailLook, DetailRequest
from quartermaster.usage.queries import detail_requests as queries
from quartermaster.usage.rules.detail_requests import LookKind
from tests.factories import detail as make
from tests.usage.warehouse.making import call

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-9")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HOUSE = system("usage detail")
CITY = ZoneInfo("America/Chicago")
FIRST, SECOND = "414-555-0101", "414-555-0102"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture
def sue(cast):
    return cast.acting(cast.sue)


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


@pytest.fixture
def calls(cast, tmp_path, at):
    """Ana's line, and one of Rex's, with calls in October."""
    make.line(cast.ana)
    make.line(cast.rex, "+14145550102")
    make.called(
        tmp_path,
        at,
        call(number=FIRST, day="10/05/2026", other="(262) 555-0199"),
        call(number=FIRST, day="10/20/2026", other="(262) 555-0188", minutes="61"),
        call(number=SECOND, day="10/06/2026", other="(262) 555-0177"),
    )


def others(shown):
    return [row["other"] for row in shown.rows]


def look(request, actor, at, **more):
    return verbs.look(request_id=request.id, actor=actor, at=at, **more)


def mailed(to, what):
    return Message.objects.filter(recipient=to.email, template=f"usage/detail/{what}").count()


def test_from_the_request_to_the_look(cast, sue, ida, calls, at):
    request = make.asked(cast, at)
    assert (mailed(cast.ida, "asked"), mailed(cast.ana, "person")) == (1, 0)
    with pytest.raises(Refused, match="not open"):
        look(request, sue, at)
    granted = verbs.grant_detail(request_id=request.id, decision="Yes", actor=ida, at=at)
    assert (granted.state, granted.expires_at) == ("granted", at + 14 * DAY)
    assert (mailed(cast.sue, "granted"), mailed(cast.ana, "person")) == (1, 1)
    shown = look(request, sue, at + HOUR)
    assert others(shown) == ["+12625550199", "+12625550188"]
    assert "Sue Okafor" in shown.mark
    (seen,) = DetailLook.objects.all()
    assert (seen.by, seen.at, seen.kind, seen.rows) == (cast.sue, at + HOUR, "view", 2)
    (entry,) = entries_about(request).filter(tag="usage.detail.looked-at")
    assert (entry.actor_label, entry.data["rows"]) == ("Sue Okafor", 2)
    assert "+12625550199" not in str(entry.data)
    (told,) = queries.told_to(cast.acting(cast.ana))
    assert [one.by for one in told.looks.all()] == [cast.sue]
    letter = Message.objects.get(recipient=cast.ana.email, template="usage/detail/person")
    assert "A bill that needs explaining" in letter.text
    assert "four times" not in letter.text
    assert not queries.told_to(cast.acting(cast.rex)).exists()


def test_a_grant_ends_by_itself_and_by_hand(cast, sue, ida, calls, at):
    request = make.granted(cast, at)
    for when in (at + 14 * DAY, at + 400 * DAY):
        with pytest.raises(Refused, match="not open"):
            look(request, sue, when)
    assert verbs.take_detail_steps(actor=HOUSE, at=at + 14 * DAY) == 1
    request.refresh_from_db()
    assert (request.state, request.closed_at) == ("ended", at + 14 * DAY)
    again = make.granted(cast, at)
    verbs.end_detail(request_id=again.id, actor=ida, at=at + HOUR)
    with pytest.raises(Refused):
        look(again, sue, at + HOUR)
    third = make.granted(cast, at)
    verbs.end_detail(request_id=third.id, actor=sue, at=at)
    with pytest.raises(Conflict):
        verbs.end_detail(request_id=third.id, actor=sue, at=at)


def test_copies_bear_who_took_them_on_every_row_and_page(cast, sue, calls, at):
    request = make.granted(cast, at)
    kind, content = verbs.export_detail(request_id=request.id, kind=LookKind.CSV, actor=sue, at=at)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert kind == "text/csv"
    assert [row["With"] for row in rows] == ["+12625550199", "+12625550188"]
    assert [row["Duration"] for row in rows] == ["1:30", "61:00"]
    assert all(row["Mark"].startswith("Taken by Sue Okafor on 2026-11-24") for row in rows)
    kind, content = verbs.export_detail(request_id=request.id, kind=LookKind.PDF, actor=sue, at=at)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]
    assert all("Taken by Sue Okafor" in page for page in pages)
    assert "+12625550188" in pages[0]
    assert list(DetailLook.objects.values_list("kind", flat=True)) == ["csv", "pdf"]
    with pytest.raises(InvalidInput):
        verbs.export_detail(request_id=request.id, kind=LookKind.VIEW, actor=sue, at=at)


def test_an_empty_copy_is_marked_too(cast, sue, at):
    request = make.granted(cast, at)
    _, content = verbs.export_detail(request_id=request.id, kind=LookKind.CSV, actor=sue, at=at)
    (row,) = csv.DictReader(io.StringIO(content.decode()))
    assert row["Mark"].startswith("Taken by Sue")


def test_a_line_that_moved_does_not_give_away_another(cast, sue, tmp_path, at):
    line = make.line(cast.ana)
    moved = datetime(2026, 10, 16, tzinfo=CITY)
    back = datetime(2026, 10, 25, tzinfo=CITY)
    make.given_to(line, cast.rex, moved)
    make.given_to(line, cast.ana, back)
    days = ("10/01/2026", "10/15/2026", "10/16/2026", "10/24/2026", "10/25/2026", "10/31/2026")
    rows = [
        call(
            number=FIRST,
            day=day,
            time="11:59 PM" if day[3:5] in {"15", "24"} else "12:00 AM",
            other=f"(262) 555-01{day[3:5]}",
        )
        for day in days
    ]
    make.called(tmp_path, at, *rows)
    shown = look(make.granted(cast, at), sue, at)
    assert others(shown) == ["+12625550101", "+12625550115", "+12625550125", "+12625550131"]
    assert [(span.since, span.until) for span in shown.spans] == [
        (datetime(2026, 10, 1, tzinfo=CITY), moved),
        (back, datetime(2026, 11, 1, tzinfo=CITY)),
    ]
    few = make.granted(cast, at, since_on=date(2026, 10, 15), until_on=date(2026, 10, 20))
    assert others(look(few, sue, at)) == ["+12625550115"]


def test_a_number_counts_from_when_it_was_entered(cast, sue, ida, tmp_path, at):
    line = make.line(cast.ana)
    change_line(
        line_id=line.id,
        details=LineDetails.of(number="414 286 0102", carrier=line.carrier, plan=line.plan),
        actor=ida,
        at=datetime(2026, 10, 10, tzinfo=CITY),
    )
    make.called(
        tmp_path,
        at,
        call(number=FIRST, day="10/05/2026", other="(262) 555-0101"),
        call(number=FIRST, day="10/12/2026", other="(262) 555-0102"),
        call(number="414-286-0102", day="10/05/2026", other="(262) 555-0103"),
        call(number="414-286-0102", day="10/12/2026", other="(262) 555-0104"),
    )
    assert others(look(make.granted(cast, at), sue, at)) == ["+12625550101", "+12625550104"]


def test_only_who_asked_looks_and_only_while_it_is_their_person(cast, sue, ida, calls, at):
    request = make.granted(cast, at)
    for person in (cast.ana, cast.cole, cast.ida, cast.rex):
        with pytest.raises(Refused):
            look(request, cast.acting(person), at)
    with pytest.raises(Refused):
        look(request, system("worker"), at)
    above = make.second_administrator(cast)
    type(cast.sue).objects.filter(id=cast.sue.id).update(supervisor=above)
    with pytest.raises(Refused, match="Only whoever asked"):
        look(request, actor_for(above, at), at)
    type(cast.ana).objects.filter(id=cast.ana.id).update(supervisor=cast.rex)
    with pytest.raises(Refused):
        look(request, actor_for(cast.sue, at), at)
    assert not DetailLook.objects.exists()


def test_who_may_ask_about_whom(cast, sue, at):
    with pytest.raises(Refused):
        make.asked(cast, at, person_id=cast.rex.id)
    with pytest.raises(Refused):
        make.asked(cast, at, person_id=cast.sue.id)
    for person in (cast.ana, cast.cole, cast.ida, cast.rex):
        with pytest.raises(Refused):
            make.asked(cast, at, actor=cast.acting(person))
    with pytest.raises(Refused):
        make.asked(cast, at, actor=HOUSE)
    for since, until, said in (
        (date(2026, 10, 2), date(2026, 10, 1), "before the first"),
        (date(2026, 11, 1), date(2026, 11, 25), "still to come"),
        (date(2026, 8, 1), date(2026, 11, 1), "At most 92 days"),
    ):
        with pytest.raises(InvalidInput, match=said):
            make.asked(cast, at, since_on=since, until_on=until)
    with pytest.raises(InvalidInput, match="why it is needed"):
        make.asked(cast, at, reason="  ")
    assert not DetailRequest.objects.exists()


def test_another_person_decides_and_never_about_themselves(cast, sue, ida, at):
    request = make.asked(cast, at)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        for verb in (verbs.grant_detail, verbs.decline_detail):
            with pytest.raises(Refused):
                verb(request_id=request.id, decision="x", actor=cast.acting(person), at=at)
    with pytest.raises(InvalidInput):
        verbs.grant_detail(request_id=request.id, decision=" ", actor=ida, at=at)
    type(cast.ida).objects.filter(id=cast.ida.id).update(supervisor=cast.sue)
    of_ida = make.asked(cast, at, person_id=cast.ida.id)
    with pytest.raises(Refused, match="about their own"):
        verbs.grant_detail(request_id=of_ida.id, decision="Yes", actor=ida, at=at)
    assert of_ida not in queries.detail_requests_visible_to(ida)
    type(cast.ana).objects.filter(id=cast.ana.id).update(supervisor=cast.ida)
    own = make.asked(cast, at, actor=actor_for(cast.ida, at))
    with pytest.raises(Refused, match="Another person"):
        verbs.grant_detail(request_id=own.id, decision="Yes", actor=ida, at=at)
    no = verbs.decline_detail(request_id=request.id, decision="Too wide", actor=ida, at=at)
    assert (no.state, mailed(cast.sue, "declined"), mailed(cast.ana, "person")) == (
        "declined",
        1,
        0,
    )


def test_two_people_put_off_that_the_person_is_told(cast, sue, ida, calls, at):
    ben = cast.acting(make.second_administrator(cast))
    request = make.asked(cast, at)
    until = (at + 20 * DAY).date()
    with pytest.raises(Conflict, match="Nobody proposed"):
        verbs.grant_detail(request_id=request.id, decision="x", quiet=True, actor=ida, at=at)
    words = {"request_id": request.id, "actor": ida, "at": at}
    for day in (at.date(), (at + 61 * DAY).date()):
        with pytest.raises(InvalidInput):
            verbs.keep_quiet(until=day, reason="x", **words)
    verbs.keep_quiet(until=until, reason="Theft of equipment", **words)
    with pytest.raises(Refused, match="Another person"):
        verbs.grant_detail(decision="x", quiet=True, **words)
    granted = verbs.grant_detail(
        request_id=request.id, decision="Yes", quiet=True, actor=ben, at=at
    )
    look(request, sue, at)
    assert (granted.told_at, mailed(cast.ana, "person")) == (None, 0)
    assert not queries.told_to(cast.acting(cast.ana)).exists()
    assert verbs.take_detail_steps(actor=HOUSE, at=at + 13 * DAY) == 0
    verbs.take_detail_steps(actor=HOUSE, at=at + 21 * DAY)
    assert mailed(cast.ana, "person") == 1
    (told,) = queries.told_to(cast.acting(cast.ana))
    assert (told.state, told.looks.count()) == ("ended", 1)


def test_who_grants_without_agreeing_has_the_person_told(cast, ida, at):
    ben = cast.acting(make.second_administrator(cast))
    request = make.asked(cast, at)
    verbs.keep_quiet(request_id=request.id, until=(at + DAY).date(), reason="x", actor=ben, at=at)
    granted = verbs.grant_detail(request_id=request.id, decision="Yes", actor=ben, at=at)
    assert (granted.quiet_until, granted.told_at) == (None, at)


def test_withdrawn_by_who_asked_alone(cast, sue, ida, at):
    request = make.asked(cast, at)
    with pytest.raises(Refused):
        verbs.withdraw_detail(request_id=request.id, actor=ida, at=at)
    assert verbs.withdraw_detail(request_id=request.id, actor=sue, at=at).state == "withdrawn"
    with pytest.raises(Conflict):
        verbs.grant_detail(request_id=request.id, decision="x", actor=ida, at=at)


def test_the_database_holds_what_was_asked_decided_and_looked_at(cast, sue, calls, at):
    request = make.granted(cast, at)
    look(request, sue, at)
    rows = DetailRequest.objects.filter(id=request.id)
    for change in (
        {"asked_by": cast.ana},
        {"decided_by": cast.sue},
        {"decided_by": cast.ana},
        {"expires_at": at + 900 * DAY},
        {"reason": "another"},
        {"until_on": date(2026, 11, 30)},
        {"state": "asked"},
        {"told_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    for broken in (
        lambda: DetailLook.objects.update(rows=0),
        lambda: DetailLook.objects.all().delete(),
        rows.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


def test_who_knows_that_it_was_asked(cast, at):
    request = make.asked(cast, at)
    seen = {
        person.given_name: queries.detail_requests_visible_to(cast.acting(person)).count()
        for person in (cast.ida, cast.sue, cast.ana, cast.cole, cast.rex)
    }
    assert seen == {"Ida": 1, "Sue": 1, "Ana": 0, "Cole": 0, "Rex": 0}
    with pytest.raises(NotFound):
        queries.detail_request_seen_by(cast.acting(cast.rex), request.id)
    assert [row.id for row in queries.to_decide(cast.acting(cast.ida))] == [request.id]
    assert not queries.to_decide(cast.acting(cast.sue)).exists()
