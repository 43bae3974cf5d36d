"""Departments, their coverage, and their file."""

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.events import _HANDLERS, on
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.imports import RowError, Verb
from quartermaster.kernel.permits import system
from quartermaster.org import actions
from quartermaster.org.events import DepartmentCoverageChanged
from quartermaster.org.models import Department
from quartermaster.org.queries import departments_visible_to
from quartermaster.org.rules.details import CoverageDecision, DepartmentDetails

HOUSE = system("test")

pytestmark = pytest.mark.django_db


def tags():
    return [entry.tag for entry in Entry.objects.order_by("seq")]


@pytest.fixture
def heard():
    """The changes of coverage that reach a room above."""
    told = []

    @on(DepartmentCoverageChanged)
    def hear(event, at):
        told.append(event)

    yield told
    _HANDLERS[DepartmentCoverageChanged.tag].pop(f"{hear.__module__}.{hear.__name__}")


def test_create_and_change_department(cast, at):
    made = actions.create_department(
        details=DepartmentDetails.of(code="water-n", name="Water North"),
        parent_id=cast.water.id,
        actor=cast.acting(cast.ida),
        at=at,
    )
    assert (made.code, made.parent, made.covered) == ("WATER-N", cast.water, True)
    actions.change_department(
        department_id=made.id,
        details=DepartmentDetails.of(code="NORTH", name="Water North"),
        parent_id=None,
        actor=HOUSE,
        at=at,
    )
    found = Department.objects.get(code="NORTH")
    assert found.parent is None
    assert tags() == ["org.department.created", "org.department.changed"]
    assert Entry.objects.first().data == {
        "code": ["WATER-N", "NORTH"],
        "parent": [str(cast.water.id), None],
    }


def test_what_changes_nothing_leaves_no_trace(cast, at):
    actions.change_department(
        department_id=cast.library.id,
        details=DepartmentDetails.of(code="LIB", name="Public Library"),
        parent_id=None,
        actor=HOUSE,
        at=at,
    )
    assert tags() == []


def test_nothing_by_that_id(cast, at):
    with pytest.raises(NotFound, match="no such department"):
        actions.set_coverage(
            department_id=new_id(),
            decision=CoverageDecision.of(coverage="covered"),
            actor=HOUSE,
            at=at,
        )


@pytest.mark.parametrize(("code", "name"), [("LIB", "New"), ("NEW", "Public Library")])
def test_a_code_and_a_name_belong_to_one_department(cast, at, code, name):
    with pytest.raises(Conflict, match="already"):
        actions.create_department(
            details=DepartmentDetails.of(code=code, name=name), actor=HOUSE, at=at
        )


def test_a_department_is_no_part_of_itself(cast, at):
    north = Department.objects.create(code="N", name="North", parent=cast.water)
    water = DepartmentDetails.of(code="WATER", name="Water Works")
    for parent in (north, cast.water):
        with pytest.raises(Conflict, match="is a part of Water Works"):
            actions.change_department(
                department_id=cast.water.id,
                details=water,
                parent_id=parent.id,
                actor=HOUSE,
                at=at,
            )
    with pytest.raises(IntegrityError, match="Departments would go round"), transaction.atomic():
        Department.objects.filter(id=cast.water.id).update(parent=north)


@pytest.mark.clause("S-3")
def test_exclude_with_the_reason_and_cover_again(cast, at, heard):
    ida = cast.acting(cast.ida)
    excluded = CoverageDecision.of(coverage="excluded", reason="Own vendor contract")
    for decision in (excluded, excluded, CoverageDecision.of(coverage="covered")):
        found = actions.set_coverage(
            department_id=cast.library.id, decision=decision, actor=ida, at=at
        )
        assert (found.coverage, found.exclusion_reason) == (decision.coverage, decision.reason)
    outbox.deliver_due(at)
    assert heard == [
        DepartmentCoverageChanged(cast.library.id, "excluded"),
        DepartmentCoverageChanged(cast.library.id, "covered"),
    ]
    assert [entry.data for entry in Entry.objects.order_by("seq")] == [
        {"coverage": "excluded", "reason": "Own vendor contract"},
        {"coverage": "covered", "reason": ""},
    ]


@pytest.mark.clause("S-3")
def test_a_better_reason_is_recorded_without_an_event(cast, at, heard):
    for reason in ("Elected official", "Elected official: City Clerk"):
        actions.set_coverage(
            department_id=cast.library.id,
            decision=CoverageDecision.of(coverage="excluded", reason=reason),
            actor=HOUSE,
            at=at,
        )
    outbox.deliver_due(at)
    assert len(heard) == 1
    assert tags() == ["org.department.coverage-set"] * 2


@pytest.mark.clause("S-3")
@pytest.mark.parametrize(
    "values", [{"coverage": "excluded"}, {"coverage": "covered", "reason": "why"}]
)
def test_exclusion_and_reason_go_together(values):
    with pytest.raises(InvalidInput, match="An excluded department needs the reason"):
        CoverageDecision.of(**values)


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        ("ana", set()),
        ("cole", {"WATER", "N"}),
        ("sue", set()),
        ("ida", {"WATER", "N", "LIB", "ITMD"}),
        ("rex", set()),
    ],
)
def test_departments_visible_to(cast, who, codes):
    Department.objects.create(code="N", name="North", parent=cast.water)
    actor = cast.acting(getattr(cast, who))
    assert set(departments_visible_to(actor).values_list("code", flat=True)) == codes


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_manage_departments(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    new = DepartmentDetails.of(code="NEW", name="New")
    for verb in (
        lambda: actions.create_department(details=new, actor=actor, at=at),
        lambda: actions.change_department(
            department_id=cast.water.id, details=new, parent_id=None, actor=actor, at=at
        ),
        lambda: actions.set_coverage(
            department_id=cast.water.id,
            decision=CoverageDecision.of(coverage="excluded", reason="x"),
            actor=actor,
            at=at,
        ),
        lambda: actions.plan_departments(content=b"", actor=actor),
        lambda: actions.import_departments(content=b"", actor=actor, at=at),
    ):
        with pytest.raises(Refused):
            verb()
    assert tags() == []


FILE = (
    "code,name,parent,coverage,exclusion_reason\n"
    "N,Water North,water,covered,\n"
    "WATER,Water Works,PW,covered,\n"
    "PW,Public Works,,covered,\n"
    "LIB,Public Library,,excluded,Own contract\n"
)


@pytest.mark.clause("S-3")
def test_import_departments(cast, at, heard):
    plan = actions.import_departments(content=FILE.encode(), actor=HOUSE, at=at)
    assert [step.verb for step in plan.steps] == [
        Verb.CREATE,
        Verb.UPDATE,
        Verb.CREATE,
        Verb.UPDATE,
    ]
    assert plan.missing == ("ITMD",)
    north = Department.objects.get(code="N")
    assert (north.parent.code, north.parent.parent.code) == ("WATER", "PW")
    assert Department.objects.get(code="LIB").exclusion_reason == "Own contract"
    outbox.deliver_due(at)
    assert heard == [DepartmentCoverageChanged(cast.library.id, "excluded")]
    again = actions.import_departments(content=FILE.encode(), actor=HOUSE, at=at)
    assert again.changes_nothing


def test_departments_may_exchange_their_names_and_places(cast, at):
    Department.objects.filter(code="LIB").update(parent=cast.water)
    content = b"code,name,parent\nLIB,Water Works,\nWATER,Public Library,LIB\n"
    actions.import_departments(content=content, actor=HOUSE, at=at)
    water = Department.objects.get(code="WATER")
    assert (water.name, water.parent.name) == ("Public Library", "Water Works")


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("X,New,NOPE,covered,", ("parent", "there is no department with the code NOPE.")),
        ("X,New,X,covered,", ("parent", "a department would be a part of itself (X → X).")),
        ("X,Public Library,,covered,", ("name", "is the name of the department LIB already.")),
        (
            "X,New,,excluded,",
            (
                "",
                "an excluded department needs the exclusion reason, and a covered one has none.",
            ),
        ),
        ("a b,New,,covered,", ("code", "must be a code of letters, digits, dots and dashes.")),
        (",New,,covered,", ("code", "must not be empty.")),
    ],
)
def test_a_bad_row_of_departments(cast, at, row, error):
    content = f"code,name,parent,coverage,exclusion_reason\n{row}\n".encode()
    plan = actions.plan_departments(content=content, actor=HOUSE)
    assert plan.errors == (RowError(2, *error),)


def test_coverage_without_its_reason_column_is_refused(cast, at):
    plan = actions.plan_departments(
        content=b"code,name,coverage\nLIB,Public Library,covered\n", actor=HOUSE
    )
    assert plan.errors == (RowError(2, "coverage", "needs the column exclusion_reason beside it."),)
