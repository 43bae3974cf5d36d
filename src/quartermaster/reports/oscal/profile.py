"""A department's overlay, or what an excluded department adopted, as an OSCAL profile.

OSCAL would let a profile ask for less than the catalog. The lattice does not: what is written here
is what follows from the rulebook, and nothing else can be.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from quartermaster.kernel.errors import NotFound
from quartermaster.policy.requirements import CATALOGUE, LAX
from quartermaster.policy.requirements.rulebook import OWNERSHIPS, Effective, Rulebook, Terms
from quartermaster.reports.oscal.catalog import parameter_id
from quartermaster.reports.oscal.common import (
    Json,
    document,
    identifier,
    metadata,
    prop,
    reference,
)
from quartermaster.reports.oscal.values import written

CATALOG_FILE = "catalog.json"
NONE_ADOPTED = "This department is excluded from the policy and has adopted nothing of it."


def has_profile(book: Rulebook, department_id: UUID) -> bool:
    """Whether anything of the policy holds for the department."""
    return book.places[department_id].covered or book.terms_of(department_id) is not None


def profile(
    book: Rulebook,
    department_id: UUID,
    *,
    city: str,
    at: datetime,
    catalog_href: str = CATALOG_FILE,
) -> Json:
    """The profile document; `NotFound` for an excluded department without an adoption."""
    place, terms = book.places[department_id], book.terms_of(department_id)
    if not has_profile(book, department_id):
        raise NotFound(NONE_ADOPTED)
    resource = identifier("resource", "catalog")
    title = f"Requirements of {place.name}"
    head = metadata(title=title, version=book.fingerprint[:16], at=at, city=city)
    head["props"] = [
        prop("department", place.code),
        prop("coverage", "covered" if place.covered else "excluded"),
        *(_adopted(terms) if terms else ()),
    ]
    body: Json = {
        "metadata": head,
        "imports": [{"href": f"#{resource}", **_selection(terms)}],
        "merge": {"as-is": True},
    }
    parameters = list(_set_parameters(book, department_id, terms))
    if parameters:
        body["modify"] = {"set-parameters": parameters}
    policy = reference(
        resource, "The policy in force", catalog_href, "application/oscal.catalog+json"
    )
    return document("profile", {**body, "back-matter": {"resources": [policy]}})


def _adopted(terms: Terms) -> Iterator[Json]:
    yield prop("adopted-on", terms.decided_on.isoformat())


def _clauses(terms: Terms) -> frozenset[str]:
    return terms.clauses | {CATALOGUE[key].clause for key in terms.settings if key in CATALOGUE}


def _selection(terms: Terms | None) -> Json:
    if terms is None:
        return {"include-all": {}}
    chosen = {"with-child-controls": "yes", "with-ids": sorted(_clauses(terms))}
    return {"include-controls": [chosen]}


def _set_parameters(book: Rulebook, department_id: UUID, terms: Terms | None) -> Iterator[Json]:
    """The settings that differ from the city's, with who asks for them."""
    for ownership in OWNERSHIPS:
        city, effective = book.city.get(ownership, LAX), book.effective(department_id, ownership)
        for key, entry in CATALOGUE.items():
            held = terms is None or entry.clause in _clauses(terms)
            if held and effective.requirements[key] != city[key]:
                yield {
                    "param-id": parameter_id(ownership, key),
                    "props": [prop("origin", _origin(effective, key))],
                    "values": written(entry, effective.requirements[key]),
                }


def _origin(effective: Effective, key: str) -> str:
    source = effective.sources.get(key)
    return source.origin if source else "not adopted"
