"""OSCAL: the policy as catalog, overlays as profiles, the state as assessment-results."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.reports.oscal import exports

router = Router()
READ = BearerToken("oscal:read")


@router.get("oscal/catalog", response=dict[str, Any], auth=READ, operation_id="get_oscal_catalog")
def get_catalog(request: HttpRequest) -> dict[str, Any]:
    """The policy in force as an OSCAL catalog."""
    return exports.catalog_document(actor_of(request), now())


@router.get(
    "oscal/profiles/{department}",
    response=dict[str, Any],
    auth=READ,
    operation_id="get_oscal_profile",
)
def get_profile(request: HttpRequest, department: str) -> dict[str, Any]:
    """What holds for a department, named by its code, as an OSCAL profile of the catalog."""
    return exports.profile_document(actor_of(request), department, now())


@router.get("oscal/results", response=dict[str, Any], auth=READ, operation_id="get_oscal_results")
def get_results(
    request: HttpRequest, department: str = "", *, devices: bool = False
) -> dict[str, Any]:
    """The latest state as OSCAL assessment-results: counted, or device by device."""
    return exports.results_document(
        actor_of(request), now(), department=department, devices=devices
    )
