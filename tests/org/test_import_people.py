"""Importing people: what is shown is what is done, all of it or nothing."""

from datetime import date, timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.events import all_events
from quartermaster.kernel.imports import Change, ImportHasErrors, NotConfirmed, RowError, Verb
from quartermaster.kernel.permits import system
from quartermaster.org.actions import import_people, plan_people
from quartermaster.org.models import Person, RoleAssignment, Standing
from quartermaster.org.queries import actor_for
from tests.factories.org import PersonFactory, UserFactory, people_csv

HOUSE = system("test")

pytestmark = pytest.mark.django_db


def errors_of(content, at):
    return plan_people(content=content, actor=HOUSE, at=at).errors


def row_of(person, **changes):
    return {
        "number": person.number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
        "department": person.department.code,
        **changes,
    }


@pytest.mark.clause("S-2")
def test_new_people_come_in_with_their_place(cast, at):
    content = people_csv(
        {"number": "2001", "supervisor": "2002", "employment": "contractor", "title": "Welder"},
        {"number": "2002", "supervisor": "1003", "employment": "employee"},
    )
    plan = import_people(content=content, actor=HOUSE, at=at)
    assert plan.counts == {Verb.CREATE: 2, Verb.UPDATE: 0, Verb.UNCHANGED: 0, Verb.ERROR: 0}
    assert plan.missing == ("1001", "1002", "1003", "1004", "1005")
    made = Person.objects.get(number="2001")
    assert (made.employment, made.title, made.department) == ("contractor", "Welder", cast.water)
    assert made.supervisor == Person.objects.get(number="2002")
    assert made.supervisor.supervisor == cast.sue
    tags = [entry.tag for entry in Entry.objects.order_by("seq")]
    assert tags == ["org.person.created", "org.person.created", "org.people.imported"]


@pytest.mark.clause("G-6")
def test_who_drives_for_work_comes_with_the_file_and_stays_without_the_column(cast, at):
    import_people(content=people_csv(row_of(cast.ana, drives="yes")), actor=HOUSE, at=at)
    import_people(content=people_csv(row_of(cast.ana, title="Inspector")), actor=HOUSE, at=at)
    ana = Person.objects.get(id=cast.ana.id)
    assert (ana.drives, ana.title) == (True, "Inspector")


def test_the_same_file_twice_changes_nothing(cast, at):
    content = people_csv(row_of(cast.ana, phone="555 0100", title="Inspector"), {"number": "2001"})
    import_people(content=content, actor=HOUSE, at=at)
    entries = Entry.objects.count()
    again = import_people(content=content, actor=HOUSE, at=at)
    assert again.counts[Verb.UNCHANGED] == 2
    assert again.changes_nothing
    assert Entry.objects.count() == entries


def test_a_changed_person_is_shown_before_and_after(cast, at):
    content = people_csv(
        row_of(
            cast.ana, title="Inspector", supervisor="", department="lib", email="ANA@new.example"
        )
    )
    plan = plan_people(content=content, actor=HOUSE, at=at)
    assert plan.steps[0].changes == (
        Change("email", "ana@city.example", "ana@new.example"),
        Change("title", "Meter technician", "Inspector"),
        Change("department", "WATER", "LIB"),
        Change("supervisor", "1003", ""),
    )
    import_people(content=content, shown=plan.digest, actor=HOUSE, at=at)
    cast.ana.refresh_from_db()
    assert (cast.ana.title, cast.ana.department, cast.ana.supervisor) == (
        "Inspector",
        cast.library,
        None,
    )


def test_what_is_applied_is_what_was_shown(cast, at):
    content = people_csv(row_of(cast.ana, title="Inspector"))
    shown = plan_people(content=content, actor=HOUSE, at=at).digest
    Person.objects.filter(id=cast.ana.id).update(title="Clerk")
    with pytest.raises(Conflict, match="no longer what was shown"):
        import_people(content=content, shown=shown, actor=HOUSE, at=at)
    cast.ana.refresh_from_db()
    assert cast.ana.title == "Clerk"


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"department": "NOPE"}, ("department", "there is no department with the code NOPE.")),
        ({"email": "ANA@city.example"}, ("e-mail", "is the address of person 1001 already.")),
        ({"email": "nobody"}, ("e-mail", "must be an e-mail address such as name@city.example.")),
        ({"supervisor": "7"}, ("supervisor", "there is nobody with the personnel number 7.")),
        ({"supervisor": "2001"}, ("", "nobody supervises themselves.")),
        ({"employment": "volunteer"}, ("employment", "must be 'employee' or 'contractor'.")),
        ({"family_name": ""}, ("family name", "must not be empty.")),
        (
            {"started_on": "2026-02-02", "separated_on": "2026-02-01"},
            ("", "the person would leave before they start."),
        ),
        (
            {"title": '"two\nlines"'},
            ("title", "must stand on one line, without control characters."),
        ),
        ({"phone": "=cmd()"}, ("phone", "must be a telephone number.")),
    ],
)
def test_a_bad_row_is_refused_with_line_and_column(cast, at, row, error):
    content = people_csv({"number": "2000"}, {"number": "2001", **row})
    assert errors_of(content, at) == (RowError(3, *error),)
    with pytest.raises(ImportHasErrors, match="nothing was imported"):
        import_people(content=content, actor=HOUSE, at=at)
    assert Person.objects.count() == 5
    assert Entry.objects.count() == 0


def test_numbers_and_addresses_stand_once_in_a_file(cast, at):
    content = people_csv(
        {"number": "2001", "email": "a@city.example"},
        {"number": "2001", "email": "b@city.example"},
        {"number": "2002", "email": "A@CITY.example"},
    )
    assert errors_of(content, at) == (
        RowError(3, "personnel number", "is the same as in line 2."),
        RowError(4, "e-mail", "is the same as in line 2."),
    )


def test_a_ring_within_the_file_is_named_on_each_of_its_rows(cast, at):
    content = people_csv(
        {"number": "2001", "supervisor": "2002"},
        {"number": "2002", "supervisor": "2003"},
        {"number": "2003", "supervisor": "2001"},
        {"number": "2004", "supervisor": "2001"},
    )
    assert errors_of(content, at) == (
        RowError(2, "supervisor", "supervision would go round (2001 → 2002 → 2003 → 2001)."),
        RowError(3, "supervisor", "supervision would go round (2002 → 2003 → 2001 → 2002)."),
        RowError(4, "supervisor", "supervision would go round (2003 → 2001 → 2002 → 2003)."),
    )


def test_a_ring_by_way_of_people_not_in_the_file_is_found(cast, at):
    content = people_csv(row_of(cast.sue, supervisor="1001"))
    assert errors_of(content, at) == (
        RowError(2, "supervisor", "supervision would go round (1003 → 1001 → 1003)."),
    )


def test_a_tree_may_be_turned_over_in_one_file(cast, at):
    content = people_csv(row_of(cast.sue, supervisor="1001"), row_of(cast.ana, supervisor=""))
    import_people(content=content, actor=HOUSE, at=at)
    cast.sue.refresh_from_db()
    cast.ana.refresh_from_db()
    assert (cast.sue.supervisor, cast.ana.supervisor) == (cast.ana, None)


def test_two_people_may_exchange_their_addresses(cast, at):
    UserFactory(person=cast.ana)
    UserFactory(person=cast.rex)
    content = people_csv(
        row_of(cast.ana, email="rex@city.example"), row_of(cast.rex, email="ana@city.example")
    )
    import_people(content=content, actor=HOUSE, at=at)
    found = Person.objects.select_related("user").filter(number__in=["1001", "1005"])
    assert {p.number: (p.email, p.user.email) for p in found} == {
        "1001": ("rex@city.example", "rex@city.example"),
        "1005": ("ana@city.example", "ana@city.example"),
    }


def test_a_separation_ends_roles_and_sessions(cast, at):
    PersonFactory.create_batch(40)
    user = UserFactory(person=cast.cole)
    before = user.get_session_auth_hash()
    content = people_csv(row_of(cast.cole, separated_on="2026-11-23"))
    import_people(content=content, actor=HOUSE, at=at)
    cast.cole.refresh_from_db()
    user.refresh_from_db()
    assert (cast.cole.standing, cast.cole.separated_on) == (Standing.SEPARATED, date(2026, 11, 23))
    assert user.get_session_auth_hash() != before
    assert not RoleAssignment.objects.filter(person=cast.cole, ended_at=None).exists()
    assert not actor_for(cast.cole, at).roles


def test_a_separation_to_come_is_only_noted(cast, at):
    PersonFactory.create_batch(40)
    content = people_csv(row_of(cast.ana, separated_on="2026-12-31"))
    import_people(content=content, actor=HOUSE, at=at)
    cast.ana.refresh_from_db()
    assert (cast.ana.standing, cast.ana.separated_on) == (Standing.ACTIVE, date(2026, 12, 31))


@pytest.mark.parametrize(("leaving", "braked"), [(20, False), (21, True)])
def test_many_separations_must_be_confirmed(cast, at, leaving, braked):
    people = PersonFactory.create_batch(600, department=cast.water)
    content = people_csv(*(row_of(p, separated_on="2026-11-01") for p in people[:leaving]))
    plan = plan_people(content=content, actor=HOUSE, at=at)
    assert [caution.code for caution in plan.cautions] == (["separations"] if braked else [])
    if braked:
        with pytest.raises(NotConfirmed, match="separates 21 of 605 active people"):
            import_people(content=content, actor=HOUSE, at=at)
        assert not Person.objects.filter(standing=Standing.SEPARATED).exists()
    import_people(content=content, confirmed={"separations"}, actor=HOUSE, at=at)
    assert Person.objects.filter(standing=Standing.SEPARATED).count() == leaving


def test_more_than_five_percent_must_be_confirmed(cast, at):
    content = people_csv(row_of(cast.ana, separated_on="2026-11-01"))
    with pytest.raises(NotConfirmed, match="separates 1 of 5 active people"):
        import_people(content=content, actor=HOUSE, at=at)


def test_coming_back_must_be_confirmed(cast, at):
    gone = PersonFactory(
        standing=Standing.SEPARATED, separated_on=date(2026, 1, 1), department=cast.water
    )
    content = people_csv(row_of(gone, separated_on=""))
    with pytest.raises(NotConfirmed, match="makes 1 separated people active again"):
        import_people(content=content, actor=HOUSE, at=at)
    import_people(content=content, confirmed={"reinstatements"}, actor=HOUSE, at=at)
    gone.refresh_from_db()
    assert (gone.standing, gone.separated_on) == (Standing.ACTIVE, None)


def test_a_separated_supervisor_is_refused_for_those_newly_put_under_them(cast, at):
    PersonFactory.create_batch(40)
    content = people_csv(
        row_of(cast.sue, separated_on="2026-11-01", supervisor=""),
        row_of(cast.ana, supervisor="1003"),
        row_of(cast.cole, supervisor="1003"),
    )
    assert errors_of(content, at) == (
        RowError(4, "supervisor", "1003 is separated and cannot supervise."),
    )


def test_who_is_not_in_the_file_stays(cast, at):
    gone = PersonFactory(standing=Standing.SEPARATED, separated_on=date(2026, 1, 1))
    plan = import_people(content=people_csv(row_of(cast.ana)), actor=HOUSE, at=at)
    assert plan.missing == ("1002", "1003", "1004", "1005")
    assert gone.number not in plan.missing
    assert Person.objects.filter(standing=Standing.ACTIVE).count() == 5


def test_formulas_stay_text(cast, at):
    content = people_csv({"number": "2001", "title": "=1+1", "family_name": "@SUM"})
    import_people(content=content, actor=HOUSE, at=at)
    made = Person.objects.get(number="2001")
    assert (made.title, made.family_name) == ("=1+1", "@SUM")


@pytest.mark.parametrize(
    "content", [b"", b"number\x00", b"\xff\xfe\x00", b"number,name\n1,2\n", b'number\n"1']
)
def test_a_file_that_cannot_be_read_changes_nothing(cast, at, content):
    with pytest.raises(InvalidInput):
        import_people(content=content, actor=HOUSE, at=at)
    assert Person.objects.count() == 5


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_import(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    for verb in (plan_people, import_people):
        with pytest.raises(Refused):
            verb(content=b"not even read", actor=actor, at=at)
    import_people(content=people_csv({"number": "2001"}), actor=cast.acting(cast.ida), at=at)


def test_progress_is_told(cast, at):
    told = []
    content = people_csv(*({"number": str(n)} for n in range(3000, 3600)))
    import_people(content=content, progress=lambda *step: told.append(step), actor=HOUSE, at=at)
    assert told == [(500, 600), (600, 600)]


def test_events_have_stable_names():
    assert {item.tag for item in all_events() if item.tag.startswith("org.")} >= {
        "org.department.coverage-changed",
        "org.person.joined",
        "org.person.moved",
        "org.person.reinstated",
        "org.person.separated",
    }


def test_planned_separation_moves_with_the_file(cast, at):
    PersonFactory.create_batch(40)
    for day in ("2026-12-31", "2027-01-31", ""):
        content = people_csv(row_of(cast.ana, separated_on=day))
        import_people(content=content, actor=HOUSE, at=at + timedelta(days=1))
    cast.ana.refresh_from_db()
    assert cast.ana.separated_on is None


def test_a_column_left_out_is_judged_with_what_is_held(cast, at):
    gone = PersonFactory(
        standing=Standing.SEPARATED, separated_on=date(2026, 1, 1), department=cast.water
    )
    content = people_csv(row_of(gone, started_on="2026-02-01"))
    assert errors_of(content, at) == (
        RowError(2, "separated on", "would be 2026-01-01, before the start on 2026-02-01."),
    )


def test_someone_who_has_left_already_comes_in_as_separated(cast, at):
    import_people(
        content=people_csv({"number": "2001", "separated_on": "2026-01-01"}), actor=HOUSE, at=at
    )
    assert Person.objects.get(number="2001").standing == Standing.SEPARATED
