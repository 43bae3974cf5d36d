"""Credentials for the makers' services, without their secrets; for ITMD's administrators."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.errors import NotFound
from quartermaster.mdm.credentials import credentials_visible_to
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.states import CredentialStanding

router = Router()
READ = BearerToken("credentials:read")


class CredentialOut(Schema):
    """One credential, from its request to its end. Its secret is never shown."""

    id: UUID
    driver: str
    kind: str
    label: str
    standing: str
    identity: str
    public: dict[str, str]
    trouble: str
    paused_until: datetime | None
    created_at: datetime
    created_by: str
    activated_at: datetime | None
    expires_at: datetime | None
    replaced_at: datetime | None


@router.get(
    "service-credentials",
    response=Page[CredentialOut],
    auth=READ,
    operation_id="list_service_credentials",
)
def list_service_credentials(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    standing: CredentialStanding | None = None,
) -> dict[str, object]:
    """The credentials of this installation, in the order in which they were made."""
    rows = credentials_visible_to(actor_of(request))
    if standing is not None:
        rows = rows.filter(standing=standing)
    return page_of(rows, cursor, limit)


@router.get(
    "service-credentials/{credential_id}",
    response=CredentialOut,
    auth=READ,
    operation_id="get_service_credential",
)
def get_service_credential(request: HttpRequest, credential_id: UUID) -> ServiceCredential:
    """One credential."""
    found = credentials_visible_to(actor_of(request)).filter(id=credential_id).first()
    if found is None:
        raise NotFound("There is no such credential, or you may not see it.")
    return found
