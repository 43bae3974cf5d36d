"""More time: asked once, in time, by the holder; decided by another; never for what is serious."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from quartermaster.audit.models import Entry
from quartermaster.compliance import schedule
from quartermaster.compliance.actions import extensions
from quartermaster.compliance.actions.findings import close
from quartermaster.compliance.models import Case, Extension, Finding
from quartermaster.compliance.queries import extensions_visible_to
from quartermaster.compliance.rules.extensions import EXTENSION, ExtensionState
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.notify.models import Message
from tests.factories import cases as make
from tests.races import at_once, named

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def finding(cast, at):
    """Told on Tuesday, to be put right by Friday (there is a holiday, or not)."""
    return make.told(cast.ana, at)


def ask(finding, actor, at, days=3, reason="I am on leave until Monday"):
    return extensions.ask_extension(finding=finding, days=days, reason=reason, actor=actor, at=at)


def told(what):
    rows = Message.objects.filter(key__contains=f":{what}:", key__startswith="extension")
    return sorted(rows.values_list("recipient", flat=True))


def test_more_time_is_asked_granted_and_counts(cast, finding, at):
    was = finding.cure_until
    asked = ask(finding, cast.acting(cast.ana), at + DAY)
    assert told("asked") == ["cole@city.example", "ida@city.example"]
    cole = cast.acting(cast.cole)
    granted = extensions.grant_extension(extension_id=asked.id, note="", actor=cole, at=at + DAY)
    finding.refresh_from_db()
    assert (granted.state, granted.decided_by, finding.cure_until) == (
        "granted",
        cast.cole,
        granted.until,
    )
    assert granted.until > was + 2 * DAY
    assert told("granted") == ["ana@city.example"]
    schedule.take_steps(was + HOUR)
    finding.refresh_from_db()
    assert (finding.state, Case.objects.count()) == ("noticed", 0)
    schedule.take_steps(granted.until + HOUR)
    schedule.take_steps(granted.until + 2 * HOUR)
    finding.refresh_from_db()
    assert finding.state == "overdue"
    tags = Entry.objects.filter(subject_id=str(finding.id), tag__contains="exten")
    assert [entry.tag.rpartition(".")[2] for entry in tags.order_by("seq")] == [
        "extension-asked",
        "extended",
    ]


def test_until_it_is_decided_nothing_is_overdue_and_what_nobody_decides_lapses(cast, finding, at):
    late = finding.cure_until - HOUR
    asked = ask(finding, cast.acting(cast.ana), late)
    schedule.take_steps(late)  # the reminder
    schedule.take_steps(finding.cure_until + HOUR)
    finding.refresh_from_db()
    assert (finding.state, finding.due_at) == ("noticed", asked.decide_by)
    schedule.take_steps(asked.decide_by + HOUR)
    finding.refresh_from_db()
    asked.refresh_from_db()
    assert (finding.state, asked.state) == ("overdue", "lapsed")
    assert told("lapsed") == ["ana@city.example"]
    with pytest.raises(Conflict):
        extensions.grant_extension(
            extension_id=asked.id, note="", actor=cast.acting(cast.ida), at=at + 20 * DAY
        )


def test_it_is_asked_once_in_time_and_not_for_what_is_serious(cast, finding, at):
    ana = cast.acting(cast.ana)
    for days, reason in ((0, "x"), (11, "x"), (3, " "), (3, "x" * 1001)):
        with pytest.raises(InvalidInput):
            ask(finding, ana, at, days, reason)
    asked = ask(finding, ana, at)
    extensions.decline_extension(
        extension_id=asked.id, note="It takes a minute", actor=cast.acting(cast.ida), at=at
    )
    with pytest.raises(Conflict, match="once"):
        ask(finding, ana, at)
    serious = make.told(cast.ana, at, severity="serious")
    with pytest.raises(Conflict, match="serious"):
        ask(serious, ana, at)
    late = make.told(cast.ana, at)
    Finding.objects.filter(id=late.id).update(state="overdue")
    with pytest.raises(Conflict, match="over"):
        ask(late, ana, at)
    finding.refresh_from_db()
    assert finding.cure_until == asked.was_until


def test_nobody_else_asks_and_nobody_decides_for_themselves(cast, finding, at):
    for person in (cast.rex, cast.cole, cast.ida, cast.sue):
        with pytest.raises(Refused):
            ask(finding, cast.acting(person), at)
    asked = ask(finding, cast.acting(cast.ana), at)
    for person in (cast.ana, cast.rex, cast.sue):
        for verb in (extensions.grant_extension, extensions.decline_extension):
            with pytest.raises(Refused):
                verb(extension_id=asked.id, note="why not", actor=cast.acting(person), at=at)
    own = ask(make.told(cast.ida, at), cast.acting(cast.ida), at)
    with pytest.raises(Refused, match="another person"):
        extensions.grant_extension(extension_id=own.id, note="", actor=cast.acting(cast.ida), at=at)
    with pytest.raises(Refused):
        extensions.grant_extension(extension_id=asked.id, note="", actor=make.HOUSE, at=at)
    seen = {
        name: extensions_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "ida", "rex", "sue")
    }
    assert seen == {"ana": 1, "cole": 1, "ida": 2, "rex": 0, "sue": 0}


def test_a_finding_that_is_settled_takes_it_along(cast, finding, at):
    asked = ask(finding, cast.acting(cast.ana), at)
    with act(make.HOUSE, at) as doing:
        close(finding, FindingState.CURED, "Put right", doing)
    outbox.deliver_due(at)
    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("lapsed", "The finding was settled.")


def test_the_database_lets_nobody_decide_for_themselves(cast, finding, at):
    asked = ask(finding, cast.acting(cast.ana), at)
    rows = Extension.objects.filter(id=asked.id)
    for wrong in (
        {"state": "granted", "decided_by": cast.ana, "decided_at": at, "until": at + 30 * DAY},
        {"state": "granted", "decided_by": cast.ida, "decided_at": at, "until": asked.was_until},
        {"state": "granted", "decided_at": at, "until": at + 30 * DAY},
        {"days": 11},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**wrong)


def test_its_machine_ends():
    assert EXTENSION.terminal == set(ExtensionState) - {ExtensionState.ASKED}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(cast, at):
    asked = ask(make.told(cast.ana, at), cast.acting(cast.ana), at)

    def deciding(verb, person):
        more = {"extension_id": asked.id, "note": "as I see it", "actor": cast.acting(person)}
        return lambda: verb(**more, at=at).state

    found = at_once(
        deciding(extensions.grant_extension, cast.cole),
        deciding(extensions.decline_extension, cast.ida),
    )
    assert sorted(named(found)) in (["Conflict", "granted"], ["Conflict", "declined"])
