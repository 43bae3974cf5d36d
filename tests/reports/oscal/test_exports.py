"""What of the house goes into OSCAL documents, and for whom."""

import json
from datetime import timedelta

import pytest

from quartermaster.kernel.errors import InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import NOBODY
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from quartermaster.reports.oscal import exports
from quartermaster.reports.snapshot import take_snapshot
from tests.cast import LONG_AGO
from tests.factories.compliance import EvaluationFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.policy import adopted
from tests.reports.oscal.shapes import faults, props

pytestmark = pytest.mark.django_db


def evaluated(holder, state="fail", **more):
    device = EnrolmentFactory(device__holder=holder, device__department=holder.department).device
    return EvaluationFactory(device=device, state=state, **more)


def observations(document):
    return document["assessment-results"]["results"][0].get("observations", [])


def granted(person, role):
    RoleAssignment.objects.create(person=person, role=role, granted_at=LONG_AGO)


@pytest.mark.clause("P-1")
def test_catalog_has_the_text_in_force(cast, at):
    ida = cast.acting(cast.ida)
    with pytest.raises(NotFound, match="in force"):
        exports.catalog_document(ida, at)
    version = adopted()
    document = exports.catalog_document(ida, at)
    assert faults(document) == []
    head = document["catalog"]["metadata"]
    assert (head["title"], head["version"]) == (version.title, "1")
    texts = {
        one["id"]: one["parts"][0]["prose"]
        for group in document["catalog"]["groups"]
        for one in group["controls"]
    }
    written = dict(version.clauses.values_list("code", "text"))
    assert {code: texts[code] for code in written} == written


@pytest.mark.clause("G-10")
def test_results_are_counted_without_names(cast, at):
    for holder, state in ((cast.ana, "fail"), (cast.sue, "pass"), (cast.rex, "unknown")):
        evaluated(holder, state)
    EvaluationFactory(state="fail")  # a device that is not managed
    document = exports.results_document(cast.acting(cast.ida), at)
    assert faults(document) == []
    assert {(props(one)["department"], one["description"]) for one in observations(document)} == {
        ("WATER", "pass: 1; fail: 1"),
        ("LIB", "unknown: 1"),
    }
    text = json.dumps(document)
    assert [p.family_name for p in (cast.ana, cast.sue, cast.rex) if p.family_name in text] == []
    only = exports.results_document(cast.acting(cast.ida), at, department="LIB")
    assert [props(one)["department"] for one in observations(only)] == ["LIB"]


@pytest.mark.clause("G-10")
def test_results_that_the_clock_counted_are_those_that_are_counted_now(cast, at):
    for holder, state in ((cast.ana, "fail"), (cast.sue, "pass"), (cast.rex, "unknown")):
        evaluated(holder, state)
    evaluated(cast.rex, "unknown", answerable=False, check_name="other")
    ida = cast.acting(cast.ida)
    fresh = exports.results_document(ida, at)
    only = exports.results_document(ida, at, department="LIB")
    take_snapshot(at)
    evaluated(cast.ana, "fail")  # the clock has not seen it yet
    soon = at + timedelta(minutes=14)
    assert exports.results_counted_at(ida, soon) == at
    assert exports.results_document(ida, soon) == fresh
    assert exports.results_document(ida, soon, department="LIB") == only
    assert exports.results_counted_at(ida, at + timedelta(minutes=15)) is None
    assert exports.results_document(ida, at + timedelta(minutes=15)) != fresh


@pytest.mark.clause("G-10")
def test_devices_one_by_one_name_no_person(cast, at):
    device = evaluated(cast.ana).device
    document = exports.results_document(cast.acting(cast.ida), at, devices=True)
    (thing,) = document["assessment-results"]["results"][0]["local-definitions"]["inventory-items"]
    assert props(thing)["asset-id"] == device.asset_tag
    text = json.dumps(document)
    private = (cast.ana.number, cast.ana.family_name, cast.ana.email, device.serial)
    assert [word for word in private if word and word in text] == []


def test_too_many_devices_for_one_document(cast, at, monkeypatch):
    evaluated(cast.ana)
    monkeypatch.setattr(exports, "MOST_DEVICES", 0)
    with pytest.raises(InvalidInput, match="one department at a time"):
        exports.results_document(cast.acting(cast.ida), at, devices=True)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_others_export_nothing(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    for asked in (
        lambda: exports.catalog_document(actor, at),
        lambda: exports.profile_document(actor, "WATER", at),
        lambda: exports.results_document(actor, at),
        lambda: exports.results_document(actor, at, department="WATER", devices=True),
        lambda: exports.departments_with_profile(actor),
        lambda: exports.results_document(NOBODY, at),
    ):
        with pytest.raises(Refused):
            asked()


def test_the_help_desk_sees_counts_and_the_auditor_devices(cast, at):
    granted(cast.sue, Role.ITMD_HELPDESK)
    granted(cast.rex, Role.AUDITOR)
    desk, auditor = cast.acting(cast.sue), cast.acting(cast.rex)
    assert observations(exports.results_document(desk, at)) == []
    assert observations(exports.results_document(auditor, at, devices=True)) == []
    with pytest.raises(Refused):
        exports.results_document(desk, at, devices=True)


def test_a_department_that_is_not_there(cast, at):
    with pytest.raises(NotFound):
        exports.profile_document(cast.acting(cast.ida), "NOPE", at)


@pytest.mark.clause("S-3")
def test_excluded_departments_are_offered_once_they_adopt(cast, at):
    cast.library.coverage = "excluded"
    cast.library.exclusion_reason = "Own contracts"
    cast.library.save()
    codes = [one.code for one in exports.departments_with_profile(cast.acting(cast.ida))]
    assert codes == ["ITMD", "WATER"]
