"""Our OSCAL documents, valid under NIST's schema, read and resolved by compliance-trestle."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quartermaster.kernel.permits import system
from quartermaster.policy import queries
from quartermaster.policy.actions import apply_proposal
from quartermaster.policy.plan import Proposal, read_defaults
from quartermaster.policy.requirements import CATALOGUE, LAX
from quartermaster.policy.requirements.rulebook import OWNERSHIPS
from quartermaster.reports.oscal import exports
from quartermaster.reports.oscal.catalog import ClauseText, PolicyText, catalog, parameter_id
from quartermaster.reports.oscal.profile import has_profile, profile
from quartermaster.reports.oscal.values import read
from tests.cast import AT
from tests.factories.compliance import EvaluationFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.policy import adopted
from tests.factories.rulebooks import rulebooks
from tests.interop.oscal_tools import told_by_trestle

pytestmark = pytest.mark.interop
HOUSE = system("tests")
CODES = sorted({entry.clause for entry in CATALOGUE.values()} | {"G-1"})


def save(folder, name, document):
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


def required(parameters, ownership):
    """The record of requirements that a resolved profile amounts to."""
    given = {
        key: read(entry, parameters[parameter_id(ownership, key)])
        for key, entry in CATALOGUE.items()
        if parameter_id(ownership, key) in parameters
    }
    return {key: given.get(key, LAX[key]) for key in CATALOGUE}


def effective(book, department, ownership):
    asked = book.effective(department, ownership).requirements
    return {key: asked[key] for key in CATALOGUE}


def policy_of(book):
    clauses = tuple(ClauseText(code, code, f"Text of {code}.") for code in CODES)
    return PolicyText("Policy", 1, "Council", "260001", "2026-11-01", clauses, book.city)


@pytest.mark.clause("C-5")
@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(books=st.lists(rulebooks(), min_size=12, max_size=12))
def test_trestle_resolves_what_the_lattice_says(tmp_path_factory, books):
    """One run of trestle for a dozen random rulebooks, as starting it costs seconds."""
    folder = tmp_path_factory.mktemp("oscal")
    expected = {}
    for number, book in enumerate(books):
        policy = f"catalog-{number}.json"
        save(folder, policy, catalog(policy_of(book), city="Model City", at=AT))
        for place in book.places.values():
            if has_profile(book, place.id):
                name = f"profile-{number}-{place.code}.json"
                made = profile(
                    book, place.id, city="Model City", at=AT, catalog_href=str(folder / policy)
                )
                save(folder, name, made)
                expected[name] = {
                    ownership: effective(book, place.id, ownership) for ownership in OWNERSHIPS
                }
    told = told_by_trestle(folder)
    assert {one["kind"] for one in told.values()} == {"catalog", "profile"}
    assert {name: one["faults"] for name, one in told.items() if one["faults"]} == {}
    resolved = {
        name: {ownership: required(one["parameters"], ownership) for ownership in OWNERSHIPS}
        for name, one in told.items()
        if one["kind"] == "profile"
    }
    assert resolved == expected


def _apply(proposal):
    plan = queries.plan(proposal)
    apply_proposal(proposal=proposal, digest=plan.digest, actor=HOUSE, at=AT)


@pytest.mark.clause("C-5", "S-3", "G-10")
def test_documents_of_a_city_load_and_resolve(cast, tmp_path):
    adopted()
    _apply(read_defaults())
    _apply(Proposal(overlays={"WATER": {"city": {"passcode_minimum_length": 12}}}))
    for state, person in (("fail", cast.ana), ("pass", cast.rex), ("unknown", cast.sue)):
        device = EnrolmentFactory(device__holder=person).device
        EvaluationFactory(device=device, state=state)
    save(tmp_path, "catalog.json", exports.catalog_document(HOUSE, AT))
    save(tmp_path, "results.json", exports.results_document(HOUSE, AT))
    save(tmp_path, "devices.json", exports.results_document(HOUSE, AT, devices=True))
    departments = exports.departments_with_profile(HOUSE)
    for one in departments:
        made = exports.profile_document(HOUSE, one.code, AT)
        resource = made["profile"]["back-matter"]["resources"][0]
        resource["rlinks"][0]["href"] = str(tmp_path / "catalog.json")
        save(tmp_path, f"{one.code}.json", made)
    told = told_by_trestle(tmp_path)
    assert {name: one["faults"] for name, one in told.items() if one["faults"]} == {}
    assert {name: one["kind"] for name, one in told.items() if one["kind"] != "profile"} == {
        "catalog.json": "catalog",
        "results.json": "assessment-results",
        "devices.json": "assessment-results",
    }
    book = queries.rulebook()
    for one in departments:
        parameters = told[f"{one.code}.json"]["parameters"]
        for ownership in OWNERSHIPS:
            assert required(parameters, ownership) == effective(book, one.id, ownership)
    assert told["WATER.json"]["parameters"]["city.passcode_minimum_length"] == ["12"]


def test_what_is_broken_is_refused(tmp_path, db):
    """The proof proves something: spoilt documents are found by trestle and by NIST's schema."""
    late, odd = exports.results_document(HOUSE, AT), exports.results_document(HOUSE, AT)
    late["assessment-results"]["results"][0]["start"] = "yesterday"
    odd["assessment-results"]["metadata"]["mood"] = "good"
    save(tmp_path, "late.json", late)
    save(tmp_path, "odd.json", odd)
    told = told_by_trestle(tmp_path)
    for name in ("late.json", "odd.json"):
        assert told[name]["kind"].startswith("refused: ")
        assert told[name]["faults"] != []
